# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    storefront_backend_id = fields.Many2one(
        "storefront.backend",
        string="Storefront",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    storefront_external_id = fields.Char(string="Storefront Order ID", readonly=True, copy=False)
    storefront_currency_id = fields.Many2one(
        "res.currency", readonly=True, help="What the customer was charged in."
    )
    # In the currency charged: at creation, the order's own is computed after them.
    storefront_total = fields.Monetary(
        string="Charged by the Storefront",
        currency_field="storefront_currency_id",
        readonly=True,
        copy=False,
    )
    storefront_total_tax = fields.Monetary(
        string="Taxes Charged by the Storefront",
        currency_field="storefront_currency_id",
        readonly=True,
        copy=False,
    )
    storefront_payment_state = fields.Char(string="Storefront Payment", readonly=True, copy=False)
    storefront_note = fields.Text(string="Customer Note", readonly=True, copy=False)
    storefront_import_id = fields.Many2one(
        "storefront.import",
        string="Imported by Hand",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The run that created it, which says how far it goes and whether it is delivered.",
    )
    storefront_url = fields.Char(string="Storefront Address", compute="_compute_storefront_url")
    storefront_issue_ids = fields.One2many("storefront.issue", "order_id", string="Issues")

    _storefront_uniq = models.UniqueIndex(
        "(storefront_backend_id, storefront_external_id) WHERE storefront_backend_id IS NOT NULL"
    )

    @api.depends("storefront_currency_id")
    def _compute_currency_id(self):
        """Override of `sale` to keep the currency charged, whatever the price list's is."""
        charged = self.filtered("storefront_currency_id")
        for order in charged:
            order.currency_id = order.storefront_currency_id
        return super(SaleOrder, self - charged)._compute_currency_id()

    def _compute_storefront_url(self):
        for order in self:
            backend = order.sudo().storefront_backend_id
            order.storefront_url = bool(backend) and backend._order_url(
                order.storefront_external_id
            )

    def _prepare_confirmation_values(self):
        """Override of `sale` to keep the date on which the customer ordered."""
        values = super()._prepare_confirmation_values()
        if self.env.context.get("storefront_keep_date"):
            values.pop("date_order", None)
        return values
