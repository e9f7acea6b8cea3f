// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";

const field = (name) => `.o_field_widget[name='${name}']`;
const button = (name) => `.o_form_statusbar button[name='${name}']:enabled`;
const state = (name) => `.o_statusbar_status button[data-value='${name}'].o_arrow_button_current`;

const openTab = (name) => ({
    content: `Open the tab ${name}`,
    trigger: `.o_notebook .nav-link[name='${name}']`,
    run: "click",
});

registry.category("web_tour.tours").add("storefront_connect", {
    steps: () => [
        { trigger: ".o_kanban_view .o-kanban-button-new", run: "click" },
        { trigger: `${field("name")} input, ${field("name")} textarea`, run: "edit Tour shop" },
        { trigger: `${field("platform")} input, ${field("platform")} button`, run: "click" },
        { trigger: ".o_select_menu_item:contains('Shopify')", run: "click" },
        {
            // The test started the store on whichever port was free.
            trigger: `${field("url")} input`,
            run: ({ edit }) => edit(cookie.get("tour_store")),
        },
        openTab("credentials"),
        { trigger: `${field("shopify_client_id")} input`, run: "edit simulated-client-id" },
        { trigger: `${field("shopify_client_secret")} input`, run: "edit simulated-client-secret" },
        { trigger: ".o_form_button_save:enabled", run: "click" },
        { content: "Create the users the jobs run as", trigger: button("action_create_users"), run: "click" },
        { trigger: button("action_connect"), run: "click" },
        { content: "The store is connected", trigger: state("connected") },
        openTab("locations"),
        { content: "Its location is known", trigger: ".o_data_row:contains('Main warehouse')" },
        { trigger: button("action_link_products"), run: "click" },
        { content: "The store is being read", trigger: state("reading") },
    ],
});

registry.category("web_tour.tours").add("storefront_orders", {
    steps: () => [
        { trigger: ".o_kanban_record:contains('Tour shop')", run: "click" },
        { trigger: ".oe_stat_button[name='action_open_orders']:contains('1')", run: "click" },
        { trigger: ".o_list_view .o_data_row .o_data_cell", run: "click" },
        openTab("storefront"),
        { content: "The order tells what was charged", trigger: `${field("storefront_total")}:contains('30.00')` },
        { trigger: ".o_menu_brand, .o_navbar_apps_menu button", run: "click" },
        {
            trigger: ".o_app[data-menu-xmlid='storefront_connector.menu_storefront_root']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='storefront_connector.menu_storefront_issue']",
            run: "click",
        },
        { content: "Issues are grouped by cause", trigger: ".o_group_header:contains('No product for')", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Unknown cup') .o_data_cell", run: "click" },
        { trigger: button("action_ask_fix"), run: "click" },
        { trigger: `.modal ${field("product_id")} input`, run: "edit TOUR-CUP" },
        { trigger: ".o-autocomplete--dropdown-item:contains('TOUR-CUP')", run: "click" },
        { trigger: ".modal .btn-primary[name='action_apply']", run: "click" },
        { content: "The issue is resolved", trigger: state("resolved") },
    ],
});
