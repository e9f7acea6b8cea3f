// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

const field = (name) => `.o_field_widget[name='${name}']`;

registry.category("web_tour.tours").add("storefront_dead_letter", {
    steps: () => [
        {
            content: "The storefront says on its card that something is dead",
            trigger: ".o_kanban_record:contains('Shop'):contains('Dead letters: 2')",
            run: "click",
        },
        {
            content: "And on top of its form, in a sentence",
            trigger: ".alert-danger:contains('Dead letters: 2. All tries are used up')",
        },
        { trigger: ".alert-danger button[name='action_replay_dead']", run: "click" },
        {
            content: "How many records it is about is said before",
            trigger: `.modal ${field("record_count")}:contains('2')`,
        },
        { trigger: ".modal .btn-primary[name='action_start']", run: "click" },
        {
            content: "The replay runs",
            trigger: ".o_statusbar_status button[data-value='running'].o_arrow_button_current",
        },
        { trigger: `${field("total_count")}:contains('2')` },
    ],
});

registry.category("web_tour.tours").add("storefront_dead_letter_gone", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains('Shop'):not(:contains('Dead letters'))",
            run: "click",
        },
        { trigger: ".o_form_view:not(:has(.alert-danger:visible))" },
    ],
});

registry.category("web_tour.tours").add("storefront_fix_for_all", {
    steps: () => [
        {
            content: "One group a cause, with the orders that wait",
            trigger: ".o_group_header:contains('has no counterpart'):contains('(2)'):contains('3')",
            run: "click",
        },
        { trigger: ".o_data_row:contains('GST') .o_data_cell", run: "click" },
        { trigger: ".o_form_statusbar button[name='action_ask_fix']", run: "click" },
        { content: "One order waits here", trigger: `.modal ${field("issue_count")}:contains('1')` },
        { trigger: `.modal ${field("with_similar")} input`, run: "check" },
        { content: "Three with the other storefront's", trigger: `.modal ${field("resumed_count")}:contains('3')` },
        { trigger: `.modal ${field("tax_id")} input`, run: "edit GST 6" },
        { trigger: ".o-autocomplete--dropdown-item:contains('GST 6')", run: "click" },
        { trigger: ".modal .btn-primary[name='action_apply']", run: "click" },
        { trigger: ".o_statusbar_status button[data-value='resolved'].o_arrow_button_current" },
        { trigger: ".breadcrumb-item.o_back_button a, .o_back_button", run: "click" },
        { content: "Nothing is left", trigger: ".o_nocontent_help:contains('Nothing needs you')" },
    ],
});
