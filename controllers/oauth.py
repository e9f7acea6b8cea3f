# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging

from odoo import SUPERUSER_ID, http
from odoo.http import request
from werkzeug.exceptions import BadRequest, NotFound, TooManyRequests

from ..platforms import errors
from .webhook import RawBodyDispatcher

# A key and its secret, with some words around them.
MAX_GRANT_BYTES = 16 * 1024

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

    @http.route(
        "/storefront/oauth/grant/<string:state>",
        type=RawBodyDispatcher.routing_type,
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=MAX_GRANT_BYTES,
    )
    def grant(self, state, **_kwargs):
        """Take what a storefront hands over by itself, before it sends the browser back.

        404 for a state nobody waits with, or no longer: it is all that proves who sends."""
        httprequest = request.httprequest
        body = httprequest.get_data(cache=True, parse_form_data=False)
        env = request.env(user=SUPERUSER_ID)
        waiting = env["storefront.authorization"]._find_waiting(state)
        backend = waiting.backend_id
        if not env["storefront.rate"]._admit(httprequest.remote_addr, backend):
            raise TooManyRequests(retry_after=1)
        if not backend or not backend._is_live_database():
            raise NotFound()
        try:
            backend._take_grant(body)
        except errors.StorefrontError as error:
            _logger.info("grant for backend %s can't be read: %s", backend.id, error.code)
            raise BadRequest() from None
        return request.make_response("")

    def _refusal(self, backend, error):
        values = {"sentence": backend._error_sentence(error), "path": _form_path(backend)}
        answer = request.render("storefront_connector.oauth_refusal", values, status=400)
        # The query holds the code: no further address may learn it.
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer


def _form_path(backend):
    return f"/odoo/storefronts/{backend.id}" if backend else "/odoo/storefronts"
