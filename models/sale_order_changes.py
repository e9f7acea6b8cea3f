# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from .messages_changes import render_items

# What somebody may change of an order that differs from the storefront's, to bring both in line.
COMPARED = frozenset(("order_line", "partner_shipping_id", "partner_invoice_id", "state"))

# Issues that ask whether an order is to be cancelled.
CANCELLED_CODES = ("cancel_refused", "order_deleted")


class SaleOrder(models.Model):
    """What an order remembers of its import, and whether it differs from the storefront's."""

    _inherit = "sale.order"

    storefront_imported = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        exportable=False,
        help="The order as it was imported: what its next change is compared with.",
    )
    storefront_decided = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        exportable=False,
        help="What somebody decided on, so that it isn't asked again.",
    )
    storefront_differs = fields.Boolean(
        string="Differs from the Storefront",
        readonly=True,
        copy=False,
        help="It changed in the storefront in a way that could not be followed here.",
    )
    storefront_warning = fields.Text(
        string="Storefront Issues", compute="_compute_storefront_warning", compute_sudo=True
    )
    storefront_edits = fields.Text(
        string="Changed Here",
        compute="_compute_storefront_edits",
        help="What somebody changed here since the import. The storefront doesn't overwrite it.",
    )

    @api.depends("storefront_issue_ids.state", "storefront_issue_ids.message")
    @api.depends_context("lang")
    def _compute_storefront_warning(self):
        for order in self:
            issues = order.storefront_issue_ids.filtered(lambda issue: issue.state == "open")
            order.storefront_warning = "\n".join(issues.mapped("message")) or False

    @api.depends(
        "storefront_imported",
        "order_line.product_uom_qty",
        "order_line.price_unit",
        "order_line.discount",
        "order_line.tax_ids",
    )
    @api.depends_context("lang")
    def _compute_storefront_edits(self):
        diff = self.env["storefront.order.diff"]
        for order in self:
            items = diff._find_edits(order) if order.storefront_imported else []
            order.storefront_edits = render_items(self.env, items) or False

    def write(self, vals):
        """Override of `sale` to look again, once somebody has changed an order that differs."""
        result = super().write(vals)
        if COMPARED & set(vals):
            self._look_again()
        return result

    def _look_again(self):
        """Have those that differ compared, for somebody has changed something of theirs."""
        if not self.env.context.get("storefront_flow"):
            self.filtered("storefront_differs")._compare_with_storefront()

    def _action_cancel(self):
        """Override of `sale` to ask no more about an order that somebody has cancelled here.

        With sudo: who sells need not be allowed to decide on issues."""
        result = super()._action_cancel()
        if not self.env.context.get("storefront_flow"):
            asked = self.sudo().storefront_issue_ids._open()
            asked.filtered(lambda issue: issue.code in CANCELLED_CODES)._resolve()
        return result

    def _compare_with_storefront(self):
        """Have the orders compared with the storefront's, which closes their issue if they agree.

        With sudo: who sells needs no right on what was fetched."""
        snapshots = self.env["storefront.snapshot"].sudo()
        if self:
            snapshots.search([("order_id", "in", self.ids)])._poke()

    def _forget_customer(self):
        """Drop what an order remembers of who ordered, though only digests of it."""
        for order in self:
            kept = dict(order.storefront_imported or {})
            if kept:
                for name in ("shipping", "billing", "email"):
                    kept.pop(name, None)
                order.storefront_imported = kept

    def message_post(self, **kwargs):
        """Override of `mail` to post nothing of each line while the storefront's changes are
        applied."""
        if self.env.context.get("storefront_quiet"):
            return self.env["mail.message"]
        return super().message_post(**kwargs)
