// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

const button = (name) => `.o_form_statusbar button[name='${name}']:enabled`;
const state = (name) => `.o_statusbar_status button[data-value='${name}'].o_arrow_button_current`;
const count = (name, number) =>
    `.oe_stat_button:has([name='${name}_count']):contains('${number}')`;
const row = (name) => `.o_list_view .o_data_row:contains('${name}')`;
const back = { content: "Back", trigger: ".o_back_button, .breadcrumb-item:last a", run: "click" };
const confirm = { content: "Confirm", trigger: ".modal-footer .btn-primary", run: "click" };

registry.category("web_tour.tours").add("storefront_import", {
    steps: () => [
        { trigger: ".o_kanban_record:contains('Shop')", run: "click" },
        { trigger: button("action_import_orders"), run: "click" },
        {
            content: "Paste order numbers",
            trigger: ".modal [name='numbers'] textarea",
            run: "edit #1001 #1002, #1003 #1004; #1005 1006 #9999",
        },
        { trigger: ".modal [name='target'] label", run: "click" },
        { content: "They are counted", trigger: ".modal [name='number_count']:contains('7')" },
        { trigger: ".modal button[name='action_read']", run: "click" },
        { content: "The preview", trigger: state("to_review") },
        { trigger: count("to_create", 3) },
        { trigger: count("to_update", 1) },
        { trigger: count("skipped", 3) },
        { trigger: ".alert-warning:contains('Products without a counterpart: 1')" },
        { trigger: count("skipped", 3), run: "click" },
        { content: "Why it is skipped", trigger: `${row("#1001")}:contains('Here already')` },
        { trigger: `${row("#1004")}:contains('A test order')` },
        { trigger: `${row("#9999")}:contains('no order with the number #9999')` },
        back,
        {
            trigger: ".alert-warning button[name='action_open_lines']",
            run: "click",
        },
        { trigger: `${row("#1006")}:contains('No product for “Ghost”')` },
        back,
        { trigger: count("to_create", 3), run: "click" },
        { trigger: `${row("#1005")} .o_list_record_selector input`, run: "click" },
        { trigger: "button[name='action_exclude']", run: "click" },
        {
            content: "It is left out",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('#1005')))",
        },
        back,
        { trigger: count("to_create", 2) },
        { trigger: button("action_apply"), run: "click" },
        confirm,
        { content: "All that could come in is here", trigger: state("done") },
        { trigger: count("created", 1) },
        { trigger: count("updated", 1) },
        { trigger: count("failed", 1), run: "click" },
        {
            content: "The one that waits, and why",
            trigger: `${row("#1006")}:contains('Failed'):contains('No product for “Ghost”')`,
        },
        back,
        { trigger: count("created", 1), run: "click" },
        { content: "The order", trigger: ".o_data_row td[name='date_order']", run: "click" },
        { trigger: ".o_form_view .nav-link[name='storefront']", run: "click" },
        { trigger: "[name='storefront_import_id']:contains('Shop')" },
    ],
});
