# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging

from odoo import http
from odoo.http import request

from ..platforms import errors

_logger = logging.getLogger(__name__)


class StorefrontOauth(http.Controller):
    """Where a storefront sends the browser back to once its owner has granted access."""

    @http.route(
        "/storefront/oauth/callback", type="http", auth="user", methods=["GET"], sitemap=False
    )
    def callback(self, **_params):
        """Take the granted access and go on to the backend; say in words why not."""
        params = request.httprequest.args.to_dict()
        backend = request.env["storefront.backend"]
        try:
            backend = request.env["storefront.authorization"]._redeem(params.get("state"))
            backend._authorize(params)
        except errors.StorefrontError as error:
            _logger.info("authorization of backend %s refused: %s", backend.id, error.code)
            return self._refusal(backend, error)
        return request.redirect(_form_path(backend))

    def _refusal(self, backend, error):
        values = {"sentence": backend._error_sentence(error), "path": _form_path(backend)}
        answer = request.render("storefront_connector.oauth_refusal", values, status=400)
        # The query holds the code: no further address may learn it.
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer


def _form_path(backend):
    return f"/odoo/storefronts/{backend.id}" if backend else "/odoo/storefronts"
