// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("storefront_authorize", {
    steps: () => [
        { trigger: ".o_kanban_record:contains('Granted shop')", run: "click" },
        {
            content: "Go to the store's page; its owner agrees there",
            trigger: ".o_form_statusbar button[name='action_authorize']:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Back again, and connected",
            trigger: ".o_statusbar_status button[data-value='connected'].o_arrow_button_current",
        },
        { trigger: ".alert-info:contains('granted the access. The storefront is connected.')" },
        {
            content: "The way to grant access isn't offered any more",
            trigger: ".o_form_statusbar:not(:has(button[name='action_authorize']))",
        },
    ],
});
