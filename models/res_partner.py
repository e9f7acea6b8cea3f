# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    storefront_binding_ids = fields.One2many(
        "storefront.binding.partner",
        "partner_id",
        string="Storefront Accounts",
        groups="storefront_connector.group_storefront_user",
    )

    storefront_redacted_at = fields.Datetime(
        string="Erased",
        readonly=True,
        copy=False,
        help="When what tells who it was had to be erased, as the law lets customers ask.",
    )

    # Every import of a guest's order looks for the e-mail; core has no index on it.
    _storefront_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
