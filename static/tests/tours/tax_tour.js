// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

const field = (name) => `.o_field_widget[name='${name}']`;
const inDialog = (name) => `.modal ${field(name)}`;
const closed = ".o_statusbar_status button[data-value='resolved'].o_arrow_button_current";
const back = { trigger: ".o_back_button, .breadcrumb-item:last a", run: "click" };
const candidates = ".o_form_view [name='candidate_taxes']";

registry.category("web_tour.tours").add("storefront_unknown_tax", {
    steps: () => [
        {
            content: "The storefront says that orders wait",
            trigger: ".o_kanban_record:contains('Shop')",
            run: "click",
        },
        { trigger: ".alert-warning:contains('Orders that wait for a decision: 3')" },
        { trigger: ".alert-warning button[name='action_open_blocking']", run: "click" },
        { trigger: ".o_group_header:contains('has no counterpart'):contains('(2)')", run: "click" },
        { trigger: ".o_data_row:contains('GST') .o_data_cell", run: "click" },
        {
            content: "Two taxes fit, both are shown",
            trigger: `${candidates} .o_data_row:contains('GST one')`,
        },
        {
            content: "One click on the right one",
            trigger: `${candidates} .o_data_row:contains('GST two') button[name='action_storefront_choose']`,
            run: "click",
        },
        { content: "The issue is closed", trigger: closed },
        { trigger: `.o_form_view:not(:has(${candidates}:visible))` },
        back,
        { trigger: ".o_data_row:contains('TVA') .o_data_cell", run: "click" },
        {
            content: "No tax of the rate is there",
            trigger: ".o_form_view:contains('No sales tax of the company has this rate')",
        },
        { trigger: ".o_form_statusbar button[name='action_create_tax']", run: "click" },
        { content: "What will be created", trigger: `${inDialog("tax_name")} input:value('TVA 5.5% FR')` },
        { trigger: `${inDialog("tax_position_id")} input:value('OSS FR')` },
        { trigger: `${inDialog("tax_like_id")} input:value('20% FR TVA')` },
        { content: "And what it resumes", trigger: `${inDialog("resumed_count")}:contains('2')` },
        { trigger: `${inDialog("tax_name")} input`, run: "edit 5.5% FR TVA" },
        { trigger: ".modal .btn-primary[name='action_apply']", run: "click" },
        { trigger: closed },
        back,
        { content: "Nothing is left", trigger: ".o_list_view:not(:has(.o_group_header))" },
    ],
});

registry.category("web_tour.tours").add("storefront_unknown_tax_resumed", {
    steps: () => [
        { trigger: ".o_kanban_record:contains('Shop')", run: "click" },
        { trigger: ".o_form_view:not(:has(.alert-warning:visible))" },
        { trigger: ".o_notebook .nav-link:contains('Taxes')", run: "click" },
        {
            content: "The answers are kept",
            trigger: `${field("tax_ids")} .o_data_row:contains('TVA'):contains('France'):contains('5.5% FR TVA')`,
        },
        { trigger: "button[name='action_open_orders']", run: "click" },
        { trigger: ".o_data_row:contains('105.50') .o_data_cell", run: "click" },
        {
            content: "The order has the tax that was created",
            trigger: `${field("order_line")} .o_data_row:contains('Cup'):contains('5.5% FR TVA')`,
        },
        { trigger: ".o_notebook .nav-link:contains('Storefront')", run: "click" },
        { content: "Its total is the customer's", trigger: `${field("storefront_total")}:contains('105.50')` },
    ],
});
