# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging

from odoo import SUPERUSER_ID, http
from odoo.http import request
from werkzeug.exceptions import (
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)

from ..platforms import errors

_logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 2 * 1024 * 1024


class RawBodyDispatcher(http.HttpDispatcher):
    """A dispatcher that keeps the raw body, which form parsing would consume.

    Signatures are of raw bytes, and some storefronts post forms."""

    routing_type = "storefront_raw"

    @classmethod
    def is_compatible_with(cls, request):
        """Override of `http`: every content type is served."""
        return True

    def dispatch(self, endpoint, args):
        """Override of `http` to read the body before any parser does.

        Of requests that are then refused too: a sender whose body isn't read sees a connection
        that breaks instead of the answer."""
        httprequest = self.request.httprequest
        body = httprequest.get_data(cache=True, parse_form_data=False)
        # A body in chunks tells no length: werkzeug cuts it off where it gets too long.
        if httprequest.content_length is None and len(body) >= httprequest.max_content_length:
            raise RequestEntityTooLarge()
        return super().dispatch(endpoint, args)


class StorefrontWebhook(http.Controller):
    """Verify, store, wake, answer. Nothing else."""

    @http.route(
        "/storefront/webhook/<string:token>",
        type="storefront_raw",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=MAX_BODY_BYTES,
    )
    def receive(self, token, **_kwargs):
        """Answer 200 stored (or known), 401 bad signature, 404 no such backend.

        Or 413 too large, 415 compressed, 429 too many from one address."""
        httprequest = request.httprequest
        body = httprequest.get_data(cache=True, parse_form_data=False)
        env = request.env(user=SUPERUSER_ID)
        backend = env["storefront.backend"].search([("webhook_token", "=", token)])
        if not env["storefront.rate"]._admit(httprequest.remote_addr, backend):
            raise TooManyRequests(retry_after=1)
        # Nobody compresses webhooks, neither Odoo nor werkzeug unpacks them, and what a few bytes
        # unpack to may fill the memory. Refused, for what isn't read must not be acknowledged.
        if httprequest.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType()
        if not backend or backend.state == "draft" or not backend._is_live_database():
            raise NotFound()
        adapter = backend._adapter_class()
        headers = {name.lower(): value for name, value in httprequest.headers}
        if adapter.is_ping(headers, body):
            return request.make_response("")
        if not adapter.verify_webhook(headers, body, backend._webhook_secrets()):
            raise Unauthorized()
        try:
            event = adapter.read_event(headers, body)
        except errors.BadPayload as error:
            # Signed, so the storefront did send it: refusing would only make it come again.
            _logger.info("webhook of backend %s can't be read: %s", backend.id, error)
            return request.make_response("")
        is_new = env["storefront.event"]._receive(backend, event, body)
        if is_new and event.kind:
            backend._wake_for(event.kind)
        return request.make_response("")
