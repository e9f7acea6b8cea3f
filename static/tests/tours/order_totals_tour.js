import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("storefront_order_totals", {
    steps: () => [
        {
            content: "The order says that somebody changed it",
            trigger: "button[name=action_open_storefront_totals]:contains(changed in Odoo)",
            run: "click",
        },
        {
            content: "The changed line is beside what was charged",
            trigger:
                ".modal .o_storefront_totals tr.table-warning:contains(quantity 2.00 → 3.00)",
        },
        {
            content: "The other line is the same on both sides",
            trigger: ".modal .o_storefront_totals tr:not(.table-warning):contains(Express)",
        },
        {
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_notebook a[name=storefront]",
            run: "click",
        },
        {
            content: "So does its page",
            trigger: ".alert:contains(changed in Odoo) button:contains(see the totals)",
            run: "click",
        },
        {
            trigger: ".modal .o_storefront_totals",
        },
    ],
});
