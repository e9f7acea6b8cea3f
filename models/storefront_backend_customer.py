# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a backend is told of its customers."""

from odoo import api, fields, models

RULES = [
    ("owner", "Odoo keeps its value"),
    ("last", "The last change wins"),
    ("ask", "Ask"),
]


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    customer_rule_address = fields.Selection(
        RULES, string="Address", default="last", required=True, help="Changed on both sides."
    )
    customer_rule_phone = fields.Selection(
        RULES, string="Phone", default="last", required=True, help="Changed on both sides."
    )
    customer_rule_email = fields.Selection(
        RULES, string="E-mail", default="last", required=True, help="Changed on both sides."
    )
    tax_exempt_position_id = fields.Many2one(
        "account.fiscal.position",
        string="Tax-Exempt Position",
        check_company=True,
        help="Given to new customers whom the storefront exempts from taxes. Empty: none is given.",
    )

    def _customer_rule(self, group):
        """Return the rule for what both sides changed; fields of other addons follow the e-mail's.

        ``group``: ``address`` or the name of a field."""
        self.ensure_one()
        name = f"customer_rule_{group}"
        return self[name if name in self._fields else "customer_rule_email"]

    # addresses that wait for goods on their way to the old one

    @api.model
    def _cron_poll(self):
        """Override of this addon to read accounts again whose new address waits."""
        due = [
            ("backend_id.state", "=", "connected"),
            ("error_code", "=", "address_waits"),
            ("next_try", "<=", fields.Datetime.now()),
        ]
        self.env["storefront.snapshot"].search(due)._poke()
        return super()._cron_poll()
