# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging

_logger = logging.getLogger(__name__)


def uninstall_hook(env):
    """Remove what Odoo doesn't know to be ours: jobs, parameters, the integration users' access.

    Channels, job functions and scheduled actions are data of the addon, which Odoo removes. The
    storefronts aren't called: this runs in the transaction of the uninstallation, which may be
    rolled back, and a store that answers slowly would hold up the whole server. Who wants them
    told disconnects first; what is left there sends to an address that answers 404.
    """
    backends = env["storefront.backend"].with_context(active_test=False).search([])
    left = backends.filtered(lambda backend: backend.state != "draft")
    if left:
        _logger.warning(
            "uninstalled while connected: %s. Uninstall the app in the administration of these "
            "stores to remove its webhooks and end its access.",
            ", ".join(f"{backend.name} ({backend.url})" for backend in left),
        )
    env["queue.job"].search([("model_name", "=like", "storefront.%")]).unlink()
    env["ir.config_parameter"].search([("key", "=like", "storefront_connector.%")]).unlink()
    users = backends.inbound_user_id | backends.outbound_user_id | backends.reconciliation_user_id
    users.action_archive()
