// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

const button = (name) => `.o_form_statusbar button[name='${name}']:enabled`;
const state = (name) => `.o_statusbar_status button[data-value='${name}'].o_arrow_button_current`;
const count = (filter, number) =>
    `.oe_stat_button:has([name='${filter}_count']):contains('${number}')`;
const row = (name) => `.o_list_view .o_data_row:contains('${name}')`;
const confirm = { content: "Confirm", trigger: ".modal-footer .btn-primary", run: "click" };

registry.category("web_tour.tours").add("storefront_link", {
    steps: () => [
        { trigger: ".o_kanban_record:contains('Shop')", run: "click" },
        { trigger: button("action_link_products"), run: "click" },
        { content: "The result is shown", trigger: state("to_review") },
        { trigger: count("matched", 1) },
        { trigger: count("ambiguous", 1) },
        { trigger: count("missing", 1) },
        {
            content: "Decide",
            trigger: ".alert-warning button[name='action_open_lines']",
            run: "click",
        },
        { content: "The reason is told", trigger: `${row("Red cup")}:contains('Several products')` },
        { trigger: `${row("Red cup")} td[name='product_id']`, run: "click" },
        { trigger: ".o_selected_row td[name='product_id'] input", run: "edit Small" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Small cup')", run: "click" },
        { trigger: ".o_list_button_save", run: "click" },
        { content: "It is chosen", trigger: `${row("Red cup")}:contains('To link')` },
        { trigger: `${row("Ghost")} .o_list_record_selector input`, run: "click" },
        { trigger: "button[name='action_exclude']", run: "click" },
        { content: "Nothing to decide", trigger: ".o_view_nocontent, .o_list_view:not(:has(.o_data_row:contains('Ghost')))" },
        { trigger: ".o_back_button, .breadcrumb-item:last a", run: "click" },
        { content: "Nothing is left to decide", trigger: ".alert-success:contains('Nothing to decide')" },
        { trigger: button("action_apply"), run: "click" },
        confirm,
        { content: "All is linked", trigger: state("done") },
        { trigger: ".o_field_widget[name='linked_count']:contains('2')" },
        { trigger: button("action_undo"), run: "click" },
        confirm,
        { content: "All is taken back", trigger: state("undone") },
        { trigger: ".o_field_widget[name='undone_count']:contains('2')" },
    ],
});
