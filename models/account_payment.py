# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    storefront_backend_id = fields.Many2one(
        "storefront.backend",
        string="Storefront",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    storefront_external_id = fields.Char(
        string="Storefront Transaction ID", readonly=True, copy=False
    )
    storefront_order_id = fields.Many2one(
        "sale.order", string="Paid Order", readonly=True, copy=False, index="btree_not_null"
    )
    storefront_fee = fields.Monetary(
        string="Fee Booked",
        readonly=True,
        copy=False,
        help="What the provider kept of it, booked in an entry of its own.",
    )

    # Whatever else fails: money that moved once is registered once.
    _storefront_uniq = models.UniqueIndex(
        "(storefront_backend_id, storefront_external_id) WHERE storefront_backend_id IS NOT NULL"
    )
