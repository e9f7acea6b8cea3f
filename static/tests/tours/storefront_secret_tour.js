// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

const dialog = (selector) => `.modal ${selector}`;
const status = "[name='shopify_client_secret_status']";
const replace = {
    content: "Open the dialog that replaces the secret",
    trigger: "button[name='action_replace_secret']:contains('Replace'):first",
    run: "click",
};

registry.category("web_tour.tours").add("storefront_rotate_secret", {
    steps: () => [
        { trigger: ".o_kanban_record:contains('Rotating shop')", run: "click" },
        { trigger: ".o_notebook .nav-link[name='credentials']", run: "click" },
        {
            content: "It can't be typed over",
            trigger: ".o_field_widget[name='shopify_client_secret'].o_readonly_modifier",
        },
        replace,
        { trigger: dialog("[name='new_value'] input"), run: "edit shpss_second" },
        { trigger: dialog("button[name='action_replace']"), run: "click" },
        {
            content: "Both are accepted for now",
            trigger: `body:not(:has(.modal)) ${status}:contains('The one before is accepted until')`,
        },
        replace,
        {
            content: "The dialog offers to go back",
            trigger: dialog("button[name='action_restore']"),
            run: "click",
        },
        {
            content: "Only one is accepted again",
            trigger: `body:not(:has(.modal)) ${status}:not(:contains('The one before'))`,
        },
        replace,
        { trigger: dialog("[name='new_value'] input"), run: "edit shpss_third" },
        { trigger: dialog(".o_radio_item:contains('leaked') input"), run: "click" },
        {
            content: "Nothing is asked about the old one",
            trigger: ".modal:not(:has([name='keep_hours'])) button[name='action_replace']",
            run: "click",
        },
        { trigger: `body:not(:has(.modal)) ${status}:contains('In force since')` },
        {
            content: "The chatter tells what happened",
            trigger: ".o-mail-Message:contains('replaced. The one before is void')",
        },
    ],
});
