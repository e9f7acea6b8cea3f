# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontBenchRow(models.Model):
    """As many columns as an event has."""

    _name = "storefront.bench.row"
    _description = "Storefront Bench Row"

    topic = fields.Char()
    kind = fields.Char()
    external_id = fields.Char()
    delivery_id = fields.Char(required=True)
    occurred_at = fields.Datetime()
    payload = fields.Text()
