# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo import SUPERUSER_ID, http
from odoo.http import request
from werkzeug.exceptions import NotFound

NONCE = re.compile(r"[\w-]{20,64}", re.ASCII)


class StorefrontHealth(http.Controller):
    """Proves to a database, and to nobody else, that it is the one that answers its address."""

    # Not on a replica: it may not have the question yet.
    @http.route(
        "/storefront/health/<string:token>",
        type="http",
        auth="none",
        methods=["GET"],
        csrf=False,
        save_session=False,
        readonly=False,
        sitemap=False,
    )
    def health(self, token, nonce="", **_params):
        """Answer the fingerprint of this database for ``nonce``; 404 without a backend's token."""
        env = request.env(user=SUPERUSER_ID)
        backends = env["storefront.backend"].with_context(active_test=False)
        backend = backends.search([("webhook_token", "=", token)])
        if not backend or not NONCE.fullmatch(nonce):
            raise NotFound()
        text = env["storefront.check"]._fingerprint(nonce)
        headers = [("Content-Type", "text/plain"), ("Cache-Control", "no-store")]
        return request.make_response(text, headers)
