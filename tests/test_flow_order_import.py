# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

import psycopg2
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..flows import flow, snapshot_import
from ..platforms import errors
from ..platforms.documents.customer import Customer
from .common import StorefrontCase

FLOW_LOGGER = "odoo.addons.storefront_connector.flows.snapshot_import"
OPERATION_LOGGER = "odoo.addons.storefront_connector.models.storefront_operation"


class OrderImportCase(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls._tax("VAT 20 %", 20.0)

    def simple(self, external_id="1001", **values):
        return self.order(external_id, self.line("1", "10.00", ("VAT", "0.2", "2.00")), **values)

    def state(self, external_id):
        snapshot = self.snapshot(external_id)
        return snapshot.state, snapshot.error_code


@tagged("post_install", "-at_install")
class TestOrderImport(OrderImportCase):
    def test_order_as_the_customer_placed_it(self):
        document = self.order(
            "1001",
            self.line("11", "10.00", ("VAT", "0.2", "3.60"), quantity=2, discount="2.00"),
            self.line("11", "5.00", ("VAT", "0.2", "1.00"), kind="shipping", name="Express"),
            note="Ring twice",
        )
        order = self.receive(document)["1001"]
        self.assertEqual(
            (order.amount_untaxed, order.amount_tax, order.amount_total), (23.0, 4.6, 27.6)
        )
        self.assertEqual((order.storefront_total, order.storefront_total_tax), (27.6, 4.6))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.date_order, datetime(2026, 11, 20, 9, 30))
        self.assertEqual(order.origin, "shopify-1001")
        self.assertEqual(order.client_order_ref, "#1001")
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(order.warehouse_id, self.warehouse)
        self.assertFalse(order.user_id)
        self.assertFalse(order.message_partner_ids)
        self.assertEqual(order.create_uid, self.backend.inbound_user_id)
        self.assertEqual(order.storefront_note, "Ring twice")
        self.assertEqual(order.storefront_payment_state, "paid")
        self.assertEqual(order.storefront_url, "https://fake.example/orders/1001")
        cup, shipping = order.order_line
        self.assertEqual(cup.product_id, self.product)
        self.assertEqual(
            (cup.product_uom_qty, cup.price_unit, cup.discount, cup.price_subtotal),
            (2.0, 10.0, 10.0, 18.0),
        )
        self.assertEqual(cup.price_total, 21.6)
        self.assertEqual(cup.tax_ids, self.vat)
        self.assertEqual(cup.storefront_external_id, "11")
        self.assertEqual(shipping.product_id, self.backend.shipping_product_id)
        self.assertEqual(shipping.name, "Express")
        self.assertEqual((cup.is_delivery, shipping.is_delivery), (False, True))
        self.assertEqual(order.picking_ids.move_ids.product_id, self.product)

    def test_operation_and_snapshot_tell_what_became_of_it(self):
        order = self.receive(self.simple())["1001"]
        snapshot = self.snapshot("1001")
        self.assertEqual(snapshot.state, "done")
        self.assertEqual(snapshot.order_id, order)
        self.assertEqual(snapshot.applied_hash, snapshot.payload_hash)
        self.assertFalse(snapshot.claimed_until)
        self.assertFalse(snapshot.event_at)
        operation = self.operations("order_import")
        self.assertEqual(operation.source_ref, "1001")
        self.assertEqual(operation.target_ref, f"sale.order,{order.id}")
        self.assertEqual((operation.status, operation.tries), ("success", 1))
        self.assertEqual(operation.item_count, 1)

    def test_lag_counts_from_the_first_event(self):
        self.shop.orders["1001"] = self.simple()
        now = datetime.now(timezone.utc)
        self.poke("1001", at=now - timedelta(hours=2))
        self.poke("1001", at=now - timedelta(hours=1))
        self.job("fetch")
        self.job("import")
        lag = timedelta(milliseconds=self.operations("order_import").lag_ms)
        self.assertEqual(lag // timedelta(minutes=10), 12)

    def test_log_line_holds_no_personal_data(self):
        with self.assertLogs(OPERATION_LOGGER, logging.INFO) as logs:
            order = self.receive(self.simple())["1001"]
        text = "\n".join(logs.output)
        self.assertIn(f'"target": "sale.order,{order.id}"', text)
        self.assertIn('"status": "success"', text)
        self.assertNotIn("Ada", text)
        self.assertNotIn("ada@example.com", text)

    def test_the_same_order_again_changes_nothing(self):
        first = self.receive(self.simple())
        self.snapshot("1001").action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.sale_orders(), first)
        self.assertEqual(self.operations("order_import").mapped("status"), ["success", "unchanged"])

    def test_confirmation_follows_the_backend(self):
        cases = [
            ("always", "pending", "sale"),
            ("paid", "pending", "draft"),
            ("paid", "authorized", "draft"),
            ("paid", "paid", "sale"),
            ("paid", "partially_refunded", "sale"),
            ("never", "paid", "draft"),
        ]
        for number, (rule, payment, expected) in enumerate(cases, 1):
            with self.subTest(rule=rule, payment=payment):
                self.backend.order_confirm = rule
                document = self.simple(str(number), payment_state=payment)
                self.assertEqual(self.receive(document)[str(number)].state, expected)

    def test_warehouse_and_team_of_the_backend(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        team = self.env["crm.team"].create({"name": "Web", "company_id": self.company.id})
        self.backend.write({"warehouse_id": other.id, "team_id": team.id})
        order = self.receive(self.simple())["1001"]
        self.assertEqual((order.warehouse_id, order.team_id), (other, team))

    def test_test_orders_are_left_out_unless_wanted(self):
        self.assertEqual(self.receive(self.simple(is_test=True)), {})
        self.assertEqual(self.state("1001"), ("skipped", "test_order"))
        self.assertEqual(self.operations("order_import").status, "skipped")
        self.assertFalse(self.issues())
        self.backend.import_test_orders = True
        self.assertEqual(list(self.receive(self.simple("1002", is_test=True))), ["1002"])

    def test_order_cancelled_before_its_import_is_left_out(self):
        self.assertEqual(self.receive(self.simple(cancelled_at=self.later(5))), {})
        self.assertEqual(self.state("1001"), ("skipped", "cancelled_before_import"))

    # products

    def test_binding_comes_before_the_sku(self):
        self.bind(self.other_product, "V1")
        line = self.line("1", "10.00", sku="CUP", variant_external_id="V1")
        order = self.receive(self.order("1001", line))["1001"]
        self.assertEqual(order.order_line.product_id, self.other_product)

    def test_lines_that_are_no_product(self):
        kinds = ["shipping", "fee", "tip", "gift_wrap", "duty", "rounding"]
        lines = [
            self.line(str(number), "1.00", kind=kind, sku="", name=kind.title())
            for number, kind in enumerate(kinds, 1)
        ]
        lines.append(self.line("7", "1.00", sku="", name="Engraving"))
        order = self.receive(self.order("1001", *lines))["1001"]
        fee = self.backend.fee_product_id
        self.assertEqual(
            [line.product_id for line in order.order_line],
            [self.backend.shipping_product_id, fee, fee, fee, fee]
            + [self.backend.rounding_product_id, self.backend.custom_product_id],
        )
        self.assertEqual(
            order.order_line.mapped("name"),
            ["Shipping", "Fee", "Tip", "Gift_Wrap", "Duty", "Rounding", "Engraving"],
        )
        self.assertEqual(order.amount_total, 7.0)

    def test_line_without_quantity_is_left_out(self):
        lines = (self.line("1", "10.00"), self.line("2", "5.00", quantity=0))
        order = self.receive(self.order("1001", *lines))["1001"]
        self.assertEqual(order.order_line.mapped("storefront_external_id"), ["1"])
        self.assertEqual(order.amount_total, 10.0)

    def test_all_that_is_missing_is_said_at_once_and_nothing_is_left_behind(self):
        self._product("Cup again", "CUP")
        self.env["res.currency"].search([("name", "=", "JPY")]).active = False
        document = self.order(
            "1001",
            self.line("1", "10", ("VAT", "0.2", "2"), sku="CUP", variant_external_id="V1"),
            self.line("2", "10", ("GST", "0.05", "1"), sku="GHOST", variant_external_id="V2"),
            currency="JPY",
        )
        self.assertEqual(self.receive(document), {})
        self.assertEqual(self.state("1001"), ("requires_attention", "currency_missing"))
        self.assertEqual(
            sorted(self.issues(state="open").mapped("key")),
            [
                "currency_missing:JPY",
                "product_ambiguous:V1",
                "product_missing:V2",
                "tax_missing:GST:5",
            ],
        )
        self.assertFalse(self.env["res.partner"].search([("email", "=", "ada@example.com")]))
        self.assertEqual(self.operations("order_import").status, "requires_attention")

    # failing

    def test_what_odoo_refuses_becomes_an_issue(self):
        refuse = patch.object(
            type(self.env["sale.order"]), "action_confirm", side_effect=UserError("Not today")
        )
        with refuse:
            self.assertEqual(self.receive(self.simple()), {})
        issue = self.issues()
        self.assertEqual((issue.code, issue.detail), ("odoo_refused", "UserError"))
        self.assertEqual(issue.message, "Odoo refused: Not today")
        self.assertEqual(self.state("1001"), ("requires_attention", "odoo_refused"))
        issue.action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1001"])

    def test_payload_that_cannot_be_read_becomes_an_issue(self):
        broken = errors.BadPayload("wrong_type", path="lines[0].quantity", detail="not a number")
        with patch.object(self.adapter_class, "parse_order", side_effect=broken):
            self.receive(self.simple())
        issue = self.issues()
        self.assertEqual((issue.code, issue.detail), ("wrong_type", "not a number"))
        self.assertIn("lines[0].quantity", issue.message)
        self.assertEqual(issue.snapshot_ids, self.snapshot("1001"))

    def test_total_that_would_differ_is_refused(self):
        prepare = type(self.env["storefront.order.amounts"])._prepare_amount_vals

        def forget_the_amounts(amounts, order, line, taxes, currency, rate):
            vals = prepare(amounts, order, line, taxes, currency, rate)
            del vals["extra_tax_data"]
            return vals

        # Odoo alone computes 2.00 of taxes where the storefront charged 2.01.
        document = self.order("1001", self.line("1", "10.00", ("VAT", "0.2", "2.01")))
        self.patch(
            type(self.env["storefront.order.amounts"]), "_prepare_amount_vals", forget_the_amounts
        )
        self.assertEqual(self.receive(document), {})
        issue = self.issues()
        self.assertEqual(issue.code, "total_mismatch")
        self.assertEqual(issue.params, {"odoo": 12.0, "storefront": 12.01})

    def test_unexpected_failure_is_tried_six_times_more_then_given_up(self):
        broken = patch.object(
            type(self.env["storefront.order.import"]), "_resolve", side_effect=KeyError("Ada Byron")
        )
        delays = []
        self.shop.orders["1001"] = self.simple()
        self.poke("1001")
        self.job("fetch")
        with broken, self.assertLogs(FLOW_LOGGER, "ERROR") as logs:
            for _try in range(7):
                before = fields.Datetime.now()
                self.job("import")
                snapshot = self.snapshot("1001")
                if snapshot.next_try:
                    delays.append((snapshot.next_try - before) // timedelta(seconds=2) * 2)
                self.env.cr.execute("UPDATE storefront_snapshot SET next_try = NULL")
        self.assertEqual(delays, [30, 60, 300, 1800, 7200, 43200])
        self.assertEqual(self.state("1001"), ("dead", "unexpected"))
        self.assertEqual(snapshot.tries, 7)
        self.assertEqual(self.operations("order_import").mapped("status"), ["retry"] * 6 + ["dead"])
        self.assertNotIn("Ada Byron", "\n".join(logs.output))
        self.assertIn("KeyError", logs.output[0])
        snapshot.action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1001"])

    def test_one_bad_order_does_not_hold_the_others(self):
        good = [self.simple("1"), self.simple("3")]
        bad = self.order("2", self.line("1", "10.00", sku="GHOST"))
        self.assertEqual(list(self.receive(good[0], bad, good[1])), ["1", "3"])

    def test_order_another_worker_changed_is_tried_again_at_once(self):
        class Stale(psycopg2.errors.SerializationFailure):
            pgcode = "40001"

        real = type(self.env["storefront.flow"])._lock
        attempts = []

        def lock(records, keys):
            attempts.append(sorted(keys))
            if len(attempts) < 3:
                raise Stale()
            return real(records, keys)

        self.patch(flow.time, "sleep", lambda seconds: None)
        self.patch(type(self.env["storefront.order.import"]), "_lock", lock)
        order = self.receive(self.simple())["1001"]
        self.assertEqual(order.state, "sale")
        customer = f"customer:{self.backend.id}:501"
        email = f"email:{self.company.id}:ada@example.com"
        self.assertEqual(attempts, [[customer, email, f"order:{self.backend.id}:1001"]] * 3)
        self.assertEqual(self.operations("order_import").tries, 1)

    def test_worker_that_never_wins_leaves_the_order_for_later(self):
        class Stale(psycopg2.errors.SerializationFailure):
            pgcode = "40001"

        self.patch(flow.time, "sleep", lambda seconds: None)
        with (
            patch.object(
                type(self.env["storefront.order.import"]), "_lock", side_effect=Stale()
            ) as lock,
            mute_logger(FLOW_LOGGER),
        ):
            self.receive(self.simple())
        self.assertEqual(lock.call_count, flow.CONCURRENCY_TRIES)
        self.assertEqual(self.state("1001"), ("to_import", "unexpected"))

    # claims

    def test_claimed_orders_are_left_to_their_worker_until_the_claim_expires(self):
        self.shop.orders.update({"1": self.simple("1"), "2": self.simple("2")})
        self.poke("1")
        self.poke("2")
        self.job("fetch")
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET claimed_until ="
            " now() AT TIME ZONE 'UTC' + interval '1 minute' WHERE external_id = '1'"
        )
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["2"])
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET claimed_until ="
            " now() AT TIME ZONE 'UTC' - interval '1 second' WHERE external_id = '1'"
        )
        self.job("import")
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])

    def test_snapshot_that_was_poked_again_is_not_imported(self):
        self.shop.orders["1001"] = self.simple()
        self.poke("1001")
        self.job("fetch")
        snapshot = self.snapshot("1001")
        claim = type(self.env["storefront.order.import"])._claim

        def claim_then_poke(imports, backend, slot):
            claimed = claim(imports, backend, slot)
            self.env.cr.execute("UPDATE storefront_snapshot SET state = 'to_fetch'")
            self.env.invalidate_all()
            return claimed

        self.patch(type(self.env["storefront.order.import"]), "_claim", claim_then_poke)
        self.job("import")
        self.assertEqual(self.sale_orders(), {})
        self.assertEqual(snapshot.state, "to_fetch")

    def test_job_without_time_left_gives_the_rest_back(self):
        self.shop.orders.update({"1": self.simple("1"), "2": self.simple("2")})
        self.poke("1")
        self.poke("2")
        self.job("fetch")
        # 1: the loop begins, 2: the first order, 3: the second one, 4: the loop ends
        spent = iter([False, False, True, True])
        self.patch(snapshot_import.Budget, "is_spent", property(lambda budget: next(spent)))
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1"])
        self.assertFalse(self.snapshot("2").claimed_until)
        user = self.backend.inbound_user_id.id
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        self.assertEqual(wakes, {(self.backend.id, "import", 0, 0, user)})

    def test_full_claim_wakes_a_second_worker(self):
        self.patch(snapshot_import, "CLAIM_BATCH", 2)
        for number in "123":
            self.shop.orders[number] = self.simple(number)
            self.poke(number)
        self.job("fetch")
        self.commit()
        self.job("import")
        user = self.backend.inbound_user_id.id
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        self.assertEqual(wakes, {(self.backend.id, "import", 1, 0, user)})
        self.assertEqual(list(self.sale_orders()), ["1", "2", "3"])

    def test_two_orders_of_one_guest_have_one_partner(self):
        guest = Customer(name="Grace", email="Grace@Example.com")
        orders = self.receive(
            self.simple("1", customer=guest),
            self.simple("2", customer=replace(guest, email="grace@example.com")),
        )
        self.assertEqual(orders["1"].partner_id, orders["2"].partner_id)
