// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { Component, onWillUnmount, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const WORKING_STATES = ["reading", "applying", "undoing", "running"];
const MILLISECONDS = 2000;

/** Keeps a form up to date while a job works on its record. Shows nothing itself. */
export class StorefrontReload extends Component {
    static template = xml`<span/>`;
    static props = { ...standardWidgetProps };

    setup() {
        const timer = setInterval(() => this.refresh(), MILLISECONDS);
        onWillUnmount(() => clearInterval(timer));
    }

    async refresh() {
        const record = this.props.record;
        // A slow server isn't asked again before it has answered.
        if (this.isLoading || !WORKING_STATES.includes(record.data.state)) {
            return;
        }
        this.isLoading = true;
        try {
            await record.load();
        } finally {
            this.isLoading = false;
        }
    }
}

registry.category("view_widgets").add("storefront_reload", { component: StorefrontReload });
