# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A run says of an order what the backend's rules will, and what it wants of an order holds."""

from dataclasses import replace
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .fake_shop import summary
from .import_case import ImportCase


@tagged("post_install", "-at_install")
class TestFlowOrderHistoryRules(ImportCase):
    # what is left out

    def rules(self):
        """Have the backend leave out orders in each way it can; return one order for each."""
        self.backend.write(
            {
                "timezone": "Europe/Brussels",
                "import_since": "2026-11-20",
                "skip_tags": "Wholesale, vip",
            }
        )
        mappings = {"backend_id": self.backend.id}
        self.env["storefront.mapping.status"].create(
            [{**mappings, "name": "void", "step": "skip"}, {**mappings, "name": "open"}]
        )
        self.env["storefront.mapping.channel"].create(
            {**mappings, "name": "market", "is_skipped": True}
        )
        return (
            self.simple("1", created_at=self.utc(2026, 11, 19, 22, 59)),
            self.simple("2", created_at=self.utc(2026, 11, 19, 23, 0)),  # midnight in Brussels
            self.simple("3", tags=("new", "VIP", "wholesale")),
            self.simple("4", status="void"),
            self.simple("5", status="failed"),  # known of the platform, noted by nobody yet
            self.simple("6", channel="market"),
            self.simple("7", status="open", channel="web", tags=("new",)),
            self.simple("8", is_test=True),
            self.simple("9", cancelled_at=self.later(5)),
        )

    def test_what_the_rules_leave_out_is_told_before(self):
        self.env["storefront.mapping.status"].search([("name", "=", "failed")]).unlink()
        self.stock_shop(*self.rules())
        run = self.review(source="dates", date_to=False)
        self.assertEqual(
            self.outcome(run),
            {
                "#1": ("skipped", "placed_too_early"),
                "#2": ("to_create", False),
                "#3": ("skipped", "tag_skipped"),
                "#4": ("skipped", "status_skipped"),
                "#5": ("skipped", "status_skipped"),
                "#6": ("skipped", "channel_skipped"),
                "#7": ("to_create", False),
                "#8": ("skipped", "test_order"),
                "#9": ("skipped", "cancelled_before_import"),
            },
        )
        self.assertEqual(
            [self.line_of(run, key).message for key in "1346"],
            [
                "Placed on 2026-11-19, before the day orders are imported from.",
                "Orders tagged “VIP, wholesale” are not imported.",
                "Orders with the status “void” are not imported.",
                "Orders of the channel “market” are not imported.",
            ],
        )
        # Foreseeing notes no word that is new.
        noted = self.env["storefront.mapping.status"].search([("name", "=", "failed")])
        self.assertFalse(noted)
        self.assertFalse(self.env["storefront.mapping.channel"].search([("name", "=", "web")]))

    def test_the_import_leaves_out_the_same(self):
        orders = self.rules()
        self.stock_shop(*orders)
        run = self.review(numbers="1 2 3 4 5 6 7 8 9")
        self.receive(*orders)
        skipped = {
            one.external_id: (one.error_code, one.error_params)
            for one in self.env["storefront.snapshot"].search([("state", "=", "skipped")])
        }
        lines = run.line_ids.filtered(lambda line: line.state == "skipped")
        self.assertEqual({line.external_id: (line.code, line.params) for line in lines}, skipped)
        self.assertEqual(sorted(self.sale_orders()), ["2", "7"])

    def test_cancelled_orders_that_are_wanted(self):
        self.backend.import_cancelled = True
        self.stock_shop(self.simple("1", cancelled_at=self.later(5)))
        run = self.review(numbers="1")
        self.assertEqual(self.outcome(run), {"#1": ("to_create", False)})
        self.apply(run)
        self.assertEqual(self.sale_orders()["1"].state, "cancel")

    def test_order_that_is_here_follows_whatever_the_rules_say(self):
        self.receive(self.simple("3"))
        orders = self.rules()
        self.stock_shop(replace(orders[2], updated_at=self.later(60)))
        self.assertEqual(self.outcome(self.review(numbers="3")), {"#3": ("to_update", False)})

    def test_a_page_of_a_list_asks_twice_for_words(self):
        listed = [
            summary(self.simple(str(number), status=f"status {number}", channel="web"))
            for number in range(30)
        ]
        rules = self.env["storefront.order.rules"]
        rules._foresee_skips(self.backend, listed[:1])
        with self.assertQueryCount(2):
            reasons = rules._foresee_skips(self.backend, listed)
        self.assertEqual(set(reasons.values()), {""})

    # quotations

    def test_quotation_of_a_run_shows_its_status_and_what_became_of_it(self):
        self.stock_shop(self.simple("1", status="PAID", channel="web", fraud_risk="low"))
        run = self.review(numbers="1", target="quotation")
        self.apply(run)
        order = self.sale_orders()["1"]
        self.assertEqual(
            (order.state, order.storefront_status, order.storefront_channel),
            ("draft", "PAID", "web"),
        )
        changed = self.simple("1", status="REFUNDED", updated_at=self.later(60))
        self.receive(replace(changed, channel="web", fraud_risk="high"))
        self.assertEqual(
            (order.state, order.storefront_status, order.storefront_fraud_risk),
            ("draft", "REFUNDED", "high"),
        )
        statuses = self.env["storefront.mapping.status"].search(
            [("name", "in", ("PAID", "REFUNDED"))]
        )
        self.assertEqual(sorted(statuses.mapped("name")), ["PAID", "REFUNDED"])
        self.receive(replace(changed, status="GONE", cancelled_at=self.later(90),
                             updated_at=self.later(120)))  # fmt: skip
        self.assertEqual((order.state, order.storefront_status), ("cancel", "GONE"))

    def test_cancelled_order_of_a_run_that_leaves_quotations(self):
        self.backend.import_cancelled = True
        self.stock_shop(self.simple("1", cancelled_at=self.later(5), status="void"))
        self.apply(self.review(numbers="1", target="quotation"))
        order = self.sale_orders()["1"]
        self.assertEqual((order.state, order.storefront_status), ("cancel", "void"))

    # without deliveries

    def fulfilled(self, external_id="1", handed=1, **values):
        line = self.line("1", "10.00", quantity=3, fulfilled_quantity=Decimal(handed))
        return self.order(external_id, line, **values)

    def moved(self, order):
        """Return (state, transfers, delivered by the store's word, what is left in stock)."""
        product = self.product.with_context(warehouse_id=self.warehouse.id)
        delivered = order.order_line.filtered("storefront_external_id").mapped("qty_delivered")
        return order.state, order.picking_ids.ids, sum(delivered), product.qty_available

    def prepare_stock(self):
        self.backend.write({"handover_stock": "all", "handover_since": "2020-01-01 00:00:00"})
        self.set_stock(self.product, 10)

    def test_without_deliveries_nothing_leaves_stock_either(self):
        self.prepare_stock()
        self.stock_shop(self.fulfilled("1"), self.fulfilled("2", fulfillment_state="fulfilled"))
        run = self.review(numbers="1 2", without_delivery=True)
        self.apply(run)
        orders = self.sale_orders()
        self.assertEqual(self.moved(orders["1"]), ("sale", [], 1.0, 10.0))
        self.assertEqual(self.moved(orders["2"]), ("sale", [], 3.0, 10.0))

    def test_with_deliveries_it_does(self):
        self.prepare_stock()
        self.stock_shop(self.fulfilled("1"))
        self.apply(self.review(numbers="1", without_delivery=False))
        order = self.sale_orders()["1"]
        self.assertEqual(self.moved(order)[2:], (1.0, 9.0))
        self.assertEqual(sorted(order.picking_ids.mapped("state")), ["assigned", "done"])

    def test_quotation_somebody_confirms_is_not_delivered_either(self):
        self.prepare_stock()
        self.stock_shop(self.fulfilled("1"))
        self.apply(self.review(numbers="1", target="quotation", without_delivery=True))
        clerk = new_test_user(
            self.env,
            "clerk",
            "sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        other = self.receive(self.fulfilled("2", handed=0, payment_state="pending"))["2"]
        order = self.sale_orders()["1"]
        (order | other).with_user(clerk).action_confirm()
        self.assertEqual(self.moved(order), ("sale", [], 1.0, 10.0))
        self.assertEqual(other.picking_ids.move_ids.product_uom_qty, 3.0)

    def test_later_changes_are_not_delivered_either(self):
        self.prepare_stock()
        document = self.fulfilled("1", handed=3)
        self.stock_shop(document)
        self.apply(self.review(numbers="1", without_delivery=True))
        order = self.sale_orders()["1"]
        more = self.line("2", "5.00", sku="PLATE", quantity=2)
        self.receive(self.order("1", *document.lines, more, updated_at=self.later(60)))
        self.assertEqual((order.amount_total, order.picking_ids.ids), (40.0, []))
        # Stopped, as far as anything could be, and living again.
        changed = self.order("1", *document.lines, more, updated_at=self.later(120))
        self.receive(replace(changed, cancelled_at=self.later(110)))
        self.assertEqual(self.issues(state="open").code, "cancel_refused")
        self.receive(replace(changed, updated_at=self.later(180)))
        self.assertEqual((order.state, order.picking_ids.ids), ("sale", []))
