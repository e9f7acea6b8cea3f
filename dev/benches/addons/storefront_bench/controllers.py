# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import SUPERUSER_ID, fields, http
from odoo.http import request


class StorefrontBench(http.Controller):
    @http.route(
        "/storefront_bench/row",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def create_row(self):
        """Create one row by the ORM: the least a route does that stores what it is sent."""
        request.env(user=SUPERUSER_ID)["storefront.bench.row"].create(
            {
                "topic": "orders/create",
                "kind": "order",
                "external_id": "1",
                "delivery_id": request.httprequest.headers["X-Shopify-Webhook-Id"],
                "occurred_at": fields.Datetime.now(),
                "payload": request.httprequest.get_data(as_text=True),
            }
        )
        return request.make_response("")
