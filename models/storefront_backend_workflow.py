# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to an order once it is here: the settings of a storefront."""

from odoo import fields, models

# How far an order goes; each step takes in those before it.
STEPS = [
    ("quotation", "Leave a quotation"),
    ("confirm", "Confirm"),
    ("invoice", "Invoice (draft)"),
    ("post", "Post the invoice"),
    ("pay", "Register the payments"),
]


class StorefrontBackend(models.Model):
    _name = "storefront.backend"
    _inherit = ["storefront.backend", "analytic.mixin"]

    # how far an order goes
    paid_step = fields.Selection(
        STEPS,
        string="Paid Orders",
        default="confirm",
        required=True,
        tracking=True,
        help="How far an order goes that is paid. Each step takes in those before it.",
    )
    unpaid_step = fields.Selection(
        STEPS,
        string="Orders Not Paid Yet",
        default="quotation",
        required=True,
        tracking=True,
        help="How far an order goes that is not paid, or in part. The rest follows when it is.",
    )
    lock_orders = fields.Boolean(
        tracking=True,
        help="Lock an order once it has gone so far. A cancellation in the store still reaches it.",
    )
    fraud_hold = fields.Selection(
        [("none", "None"), ("high", "High"), ("medium", "Medium and high")],
        string="Hold at Risk of Fraud",
        default="high",
        required=True,
        tracking=True,
        help="An order at such a risk, in the storefront's judgement, stays a quotation, with "
        "nothing reserved, until somebody releases it.",
    )
    status_ids = fields.One2many("storefront.mapping.status", "backend_id", string="Statuses")
    payment_ids = fields.One2many(
        "storefront.mapping.payment", "backend_id", string="Payment Methods"
    )

    # which orders come in
    import_since = fields.Date(
        string="Placed Since", help="Orders placed earlier are left out. Empty: all come in."
    )
    skip_tags = fields.Char(
        string="Not Tagged", help="Orders that carry one of these tags, in any case, are left out."
    )
    import_test_orders = fields.Boolean(string="Test Orders")
    import_cancelled = fields.Boolean(
        string="Cancelled Orders",
        help="Orders cancelled before they were imported come in as cancelled ones.",
    )

    # what each order gets
    channel_ids = fields.One2many("storefront.mapping.channel", "backend_id", string="Channels")
    salesperson_id = fields.Many2one("res.users", check_company=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    order_tags = fields.Selection(
        [
            ("none", "None"),
            ("known", "Those you have a tag for"),
            ("all", "All, made where missing"),
        ],
        string="The Order's Tags",
        default="none",
        required=True,
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="On orders in its currency. Prices are the storefront's in each case.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms",
        check_company=True,
        help="Empty: the customer's.",
    )
    invoice_journal_id = fields.Many2one(
        "account.journal", check_company=True, domain="[('type', '=', 'sale')]"
    )
    invoice_date_is = fields.Selection(
        [("made", "The day it is made"), ("ordered", "The day of the order")],
        string="Invoice Date",
        default="made",
        required=True,
        help="In the store's time zone.",
    )

    # how it is delivered
    warehouse_id = fields.Many2one(
        "stock.warehouse", check_company=True, help="Empty: the company's default warehouse."
    )
    carrier_ids = fields.One2many(
        "storefront.mapping.carrier", "backend_id", string="Ways of Shipping"
    )
    ask_carrier = fields.Boolean(
        string="Ask for Delivery Methods",
        help="An order shipped in a way no delivery method is chosen for waits for an answer. "
        "Otherwise it comes in without one.",
    )
    handover_stock = fields.Selection(
        [
            ("none", "Leave stock as it is"),
            ("shops", "Take out what shops handed over"),
            ("all", "Take out all of it"),
        ],
        string="Goods Handed Over",
        default="shops",
        required=True,
        help="What an order, when it comes in, has left the store with already isn't picked again. "
        "Shops are locations with a warehouse of yours; others hand over from a stock of their "
        "own, or from yours.",
    )
    handover_since = fields.Datetime(
        string="Ordered Since",
        default=fields.Datetime.now,
        copy=False,
        help="Stock was counted then: what was ordered earlier is no longer in it.",
    )

    def _connect(self):
        """Override to list the statuses the platform is known to have."""
        result = super()._connect()
        self.env["storefront.mapping.status"]._find_or_note(
            self, list(self._adapter_class().default_statuses)
        )
        return result

    def _banners(self):
        """Override to name the statuses nobody has decided on."""
        # Of a backend one may see; sudo, for not every user of it may see its statuses.
        names = self.env["storefront.mapping.status"].sudo()._new_names(self)
        news = [("info", "status_new", {"names": ", ".join(names)})] if names else []
        return [*super()._banners(), *news]
