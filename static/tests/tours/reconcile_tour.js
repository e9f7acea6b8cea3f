// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

const field = (name) => `.o_field_widget[name='${name}']`;
const openStock = [
    { trigger: ".o_kanban_record:contains('Shop')", run: "click" },
    { trigger: ".o_notebook .nav-link[name='locations']", run: "click" },
];

registry.category("web_tour.tours").add("storefront_reconcile", {
    steps: () => [
        ...openStock,
        { content: "Nothing waits", trigger: `${field("backlog_count")}:contains('0')` },
        { content: "And nothing was compared", trigger: "div.text-muted:contains('None yet'):visible" },
        { trigger: "button[name='action_reconcile_dry']", run: "click" },
        { content: "It only shows", trigger: ".alert-info:contains('A dry run')" },
        {
            trigger: ".o_statusbar_status button[data-value='done'].o_arrow_button_current",
        },
        {
            content: "One quantity differs",
            trigger: "button[name='action_open_lines']:contains('1')",
            run: "click",
        },
        {
            content: "What the store shows, what Odoo says, and why",
            trigger:
                ".o_data_row:contains('Cup'):contains('50'):contains('10')" +
                ":contains('Changed in the storefront'):contains('Differs')",
        },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_form_view button[name='action_open_lines']" },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_notebook .nav-link[name='locations']", run: "click" },
        { trigger: "button[name='action_reconcile']", run: "click" },
        { content: "It was repaired", trigger: `${field("repaired_count")}:contains('1')` },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_notebook .nav-link[name='locations']", run: "click" },
        { content: "The backend says so", trigger: `${field("reconciliation_drift")}:contains('1')` },
        { trigger: `${field("reconciliation_repaired")}:contains('1')` },
    ],
});

registry.category("web_tour.tours").add("storefront_reconcile_asks", {
    steps: () => [
        {
            content: "It stopped, and the storefront says why",
            trigger: ".o_kanban_record:contains('Shop')",
            run: "click",
        },
        { trigger: ".alert-warning:contains('Nothing was changed')" },
        { trigger: ".o_notebook .nav-link[name='locations']", run: "click" },
        { trigger: `${field("reconciliation_id")} a, a${field("reconciliation_id")}`, run: "click" },
        { trigger: ".alert-warning:contains('More differs')" },
        { trigger: ".o_form_statusbar button[name='action_apply']", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        {
            trigger: ".o_statusbar_status button[data-value='done'].o_arrow_button_current",
        },
        { trigger: `${field("repaired_count")}:contains('2')` },
    ],
});

registry.category("web_tour.tours").add("storefront_product_stock", {
    steps: () => [
        {
            content: "One storefront sells it",
            trigger: "button[name='action_open_storefront_stock']:contains('1')",
            run: "click",
        },
        {
            content: "What it shows, what it should, when it was sent and why",
            trigger: ".o_data_row:contains('Shop'):contains('10'):contains('6'):contains('Stock changed')",
        },
        { trigger: ".o_data_row .o_list_record_selector input", run: "check" },
        { trigger: ".o_control_panel button[name='action_push_stock']", run: "click" },
        { trigger: ".o_notification:contains('sent where it differs: 1')" },
        { trigger: ".o_back_button", run: "click" },
        { trigger: "button[name='action_open_storefront_stock']", run: "click" },
        { trigger: ".o_data_row:contains('Shop'):contains('By hand'):not(:contains('10.00'))" },
    ],
});
