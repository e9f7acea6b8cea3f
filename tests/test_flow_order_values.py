# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What settings and mappings put on an order: people, places, terms, tags, delivery methods."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .workflow_case import WorkflowCase


@tagged("post_install", "-at_install")
class TestOrderValues(WorkflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": cls.company.id}
        )
        cls.third = cls.env["stock.warehouse"].create(
            {"name": "Third", "code": "THI", "company_id": cls.company.id}
        )
        cls.seller = cls._seller("seller")
        cls.team = cls.env["crm.team"].create({"name": "Web", "company_id": cls.company.id})

    @classmethod
    def _seller(cls, login):
        return new_test_user(
            cls.env,
            login,
            "sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def shipped(self, external_id="1", code="", title="Express", **values):
        lines = (
            self.line("1", "10.00", ("VAT", "0.2", "2.00")),
            self.line("s", "0.00", kind="shipping", name=title, code=code),
        )
        return self.order(external_id, *lines, **values)

    def carrier(self, name="Post", **vals):
        product = self.env["product.product"].create({"name": name, "type": "service"})
        return self.env["delivery.carrier"].create({"name": name, "product_id": product.id, **vals})

    def test_what_the_storefront_says(self):
        term = self.env["account.payment.term"].create({"name": "Storefront"})
        journal = self._journal("Web sales", "WEB", "sale")
        pricelist = self.env["product.pricelist"].create(
            {"name": "Web", "currency_id": self.euro.id, "company_id": self.company.id}
        )
        self.backend.write(
            {
                "salesperson_id": self.seller.id,
                "team_id": self.team.id,
                "warehouse_id": self.second.id,
                "pricelist_id": pricelist.id,
                "payment_term_id": term.id,
                "invoice_journal_id": journal.id,
                "paid_step": "invoice",
            }
        )
        order = self.receive(self.paid("1"))["1"]
        self.assertRecordValues(
            order,
            [
                {
                    "user_id": self.seller.id,
                    "team_id": self.team.id,
                    "warehouse_id": self.second.id,
                    "pricelist_id": pricelist.id,
                    "payment_term_id": term.id,
                    "amount_total": 12.0,
                }
            ],
        )
        self.assertEqual(order.invoice_ids.journal_id, journal)
        self.assertEqual(order.picking_ids.picking_type_id.warehouse_id, self.second)
        self.assertFalse(order.message_partner_ids)

    def test_price_list_of_another_currency_is_left_out(self):
        self.backend.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": self._currency("USD").id}
        )
        order = self.receive(self.paid("1"))["1"]
        self.assertEqual((order.pricelist_id.ids, order.currency_id), ([], self.euro))

    def test_channel_goes_before_the_storefront_and_the_shop_before_both(self):
        other = self._seller("other")
        self.backend.write({"salesperson_id": self.seller.id, "warehouse_id": self.warehouse.id})
        self.env["storefront.mapping.channel"].create(
            {
                "backend_id": self.backend.id,
                "name": "pos",
                "salesperson_id": other.id,
                "team_id": self.team.id,
                "warehouse_id": self.second.id,
            }
        )
        self._location(self.backend, "L3", self.third)
        orders = self.receive(
            self.paid("1", channel="web"),
            self.paid("2", channel="pos"),
            self.paid("3", channel="pos", location_external_id="L3"),
            self.paid("4", channel="pos", location_external_id="unknown"),
        )
        self.assertEqual(
            [(order.user_id, order.warehouse_id) for order in orders.values()],
            [
                (self.seller, self.warehouse),
                (other, self.second),
                (other, self.third),
                (other, self.second),
            ],
        )
        self.assertEqual([bool(order.team_id) for order in orders.values()], [False] + [True] * 3)
        channels = self.env["storefront.mapping.channel"].search([], order="name")
        self.assertEqual(channels.mapped("name"), ["pos", "web"])
        self.assertEqual(orders["1"].storefront_channel, "web")

    def test_payment_terms_of_a_method_go_before_the_storefronts(self):
        terms = self.env["account.payment.term"].create([{"name": "Own"}, {"name": "Account"}])
        self.backend.payment_term_id = terms[0]
        self.map_payment("on account", payment_term_id=terms[1].id)
        orders = self.receive(
            self.paid("1"), self.paid("2", payment_methods=("on account",), payment_state="pending")
        )
        self.assertEqual([order.payment_term_id for order in orders.values()], list(terms))

    def test_the_orders_tags(self):
        self.env["crm.tag"].create({"name": "gift"})
        cases = [("none", []), ("known", ["gift"]), ("all", ["express", "gift"])]
        for number, (setting, expected) in enumerate(cases, 1):
            with self.subTest(setting=setting):
                self.backend.order_tags = setting
                document = self.paid(str(number), tags=("gift", " express ", "gift"))
                order = self.receive(document)[str(number)]
                self.assertEqual(sorted(order.tag_ids.mapped("name")), expected)

    def test_analytic_distribution_reaches_invoice_and_fee(self):
        plan = self.env["account.analytic.plan"].create({"name": "Stores"})
        accounts = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("Web", "Shop")]
        )
        web, shop = ({str(account.id): 100.0} for account in accounts)
        self.backend.write({"analytic_distribution": web, "paid_step": "pay"})
        self.env["storefront.mapping.channel"].create(
            {"backend_id": self.backend.id, "name": "pos", "analytic_distribution": shop}
        )
        self.map_payment(fee_account_id=self.accounts["fees"].id)
        orders = self.receive(
            self.paid("1", self.payment(fee="0.48")), self.paid("2", channel="pos")
        )
        self.assertEqual(
            [order.order_line.analytic_distribution for order in orders.values()], [web, shop]
        )
        self.assertEqual(
            [order.invoice_ids.invoice_line_ids.analytic_distribution for order in orders.values()],
            [web, shop],
        )
        fee = self.env["account.move.line"].search([("account_id", "=", self.accounts["fees"].id)])
        self.assertEqual((fee.debit, fee.analytic_distribution), (0.48, web))

    # delivery methods

    def test_way_of_shipping_by_its_code_else_its_title(self):
        post, courier = self.carrier("Post"), self.carrier("Courier")
        for name, carrier in (("exp", courier), ("Standard", post)):
            self.env["storefront.mapping.carrier"].create(
                {"backend_id": self.backend.id, "name": name, "carrier_id": carrier.id}
            )
        orders = self.receive(
            self.shipped("1", "exp", "Expédition rapide"),
            self.shipped("2", "", "Standard"),
            self.shipped("3", "drone", "By air"),
            self.paid("4"),
        )
        found = [order.carrier_id for order in orders.values()]
        nothing = self.env["delivery.carrier"]
        self.assertEqual(found, [courier, post, nothing, nothing])
        self.assertEqual([order.picking_ids.carrier_id for order in orders.values()], found)
        self.assertEqual([order.amount_total for order in orders.values()], [12.0] * 4)
        new = self.env["storefront.mapping.carrier"].search([("carrier_id", "=", False)])
        self.assertEqual((new.name, new.title), ("drone", "By air"))
        self.assertFalse(self.issues())

    def test_what_shipping_costs_was_agreed_on_in_the_store(self):
        carrier = self.carrier("Real", invoice_policy="real", fixed_price=9.0)
        self.env["storefront.mapping.carrier"].create(
            {"backend_id": self.backend.id, "name": "exp", "carrier_id": carrier.id}
        )
        order = self.receive(self.shipped("1", "exp"))["1"]
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.button_validate()
        picking.send_to_shipper()
        self.assertEqual(picking.carrier_price, 9.0)
        self.assertEqual((order.amount_total, len(order.order_line)), (12.0, 2))

    def test_delivery_method_is_asked_for_where_the_storefront_says_so(self):
        self.backend.ask_carrier = True
        self.assertEqual(self.receive(self.shipped("1", "exp", "Express")), {})
        issue = self.issues()
        self.assertEqual(
            issue.message,
            "The way of shipping “Express” has no delivery method. Choose the one it stands for.",
        )
        with self.assertRaisesRegex(UserError, "Choose the delivery method first"):
            issue.action_fix()
        issue.carrier_id = self.carrier()
        issue.action_fix()
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.sale_orders()["1"].carrier_id, issue.carrier_id)
        self.assertEqual(issue.state, "resolved")
        self.assertEqual(list(self.receive(self.paid("2"))), ["1", "2"])
