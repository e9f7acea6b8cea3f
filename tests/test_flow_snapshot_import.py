# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of an import that fails, of one somebody else does, of one without time left."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..flows import flow, snapshot_import
from ..platforms import errors
from .test_flow_order_import import OrderImportCase

FLOW_LOGGER = "odoo.addons.storefront_connector.flows.snapshot_import"


@tagged("post_install", "-at_install")
class TestSnapshotImport(OrderImportCase):
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

    def test_unexpected_failure_is_tried_six_times_more_then_given_up(self):
        broken = patch.object(
            type(self.env["storefront.order.resolve"]),
            "_resolve",
            side_effect=KeyError("Ada Byron"),
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
        self.assertEqual(self.state("1001"), ("to_import", "concurrent_update"))
        self.assertEqual(self.snapshot("1001").tries, 0)

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

        def claim_then_poke(imports, backend):
            claimed = claim(imports, backend)
            self.env.cr.execute("UPDATE storefront_snapshot SET state = 'to_fetch'")
            self.env.invalidate_all()
            return claimed

        self.patch(type(self.env["storefront.order.import"]), "_claim", claim_then_poke)
        self.job("import")
        self.assertEqual(self.sale_orders(), {})
        self.assertEqual(snapshot.state, "to_fetch")

    def test_orders_that_are_claimed_together_share_a_transaction(self):
        alone = patch.object(type(self.env["storefront.order.import"]), "_import_snapshot")
        self.shop.orders.update({name: self.simple(name) for name in ("1", "2", "3")})
        for name in self.shop.orders:
            self.poke(name)
        self.job("fetch")
        with alone as import_snapshot:
            self.job("import")
        import_snapshot.assert_not_called()
        self.assertEqual(sorted(self.sale_orders()), ["1", "2", "3"])
        self.assertEqual(
            self.imports_logged(), [("1", "success"), ("2", "success"), ("3", "success")]
        )

    def test_order_that_fails_undoes_none_it_was_claimed_with(self):
        self.shop.orders.update({name: self.simple(name) for name in ("1", "3")})
        self.shop.orders["2"] = self.order(
            "2", self.line("1", "10.00", ("Unheard", "0.07", "0.70"))
        )
        for name in ("1", "2", "3"):
            self.poke(name)
        self.job("fetch")
        self.job("import")
        self.assertEqual(sorted(self.sale_orders()), ["1", "3"])
        self.assertEqual(self.snapshot("2").state, "requires_attention")
        self.assertEqual(
            self.imports_logged(), [("1", "success"), ("2", "requires_attention"), ("3", "success")]
        )

    def imports_logged(self):
        found = self.env["storefront.operation"].search([("type", "=", "order_import")])
        return sorted((one.source_ref, one.status) for one in found)

    def test_job_without_time_left_gives_the_rest_back(self):
        self.shop.orders.update({"1": self.simple("1"), "2": self.simple("2")})
        self.poke("1")
        self.poke("2")
        self.job("fetch")
        self.patch(type(self.env["storefront.order.import"]), "_import_together", lambda *_a: False)
        # 1: the loop begins, 2: the first order, 3: the second one, 4: the loop ends
        spent = iter([False, False, True, True])
        self.patch(snapshot_import.Budget, "is_spent", property(lambda budget: next(spent)))
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1"])
        self.assertFalse(self.snapshot("2").claimed_until)
        user = self.backend.inbound_user_id.id
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        self.assertEqual(wakes, {(self.backend.id, "import", 0, 0, user)})

    def test_job_makes_room_for_stock_that_waits(self):
        self.patch(snapshot_import, "CLAIM_BATCH", 1)
        self.shop.orders.update({"1": self.simple("1"), "2": self.simple("2")})
        self.poke("1")
        self.poke("2")
        self.job("fetch")
        self.commit()
        self.env["queue.job"].search([]).unlink()
        self.backend._enqueue("stock", 0, 0)
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1"])
        self.assertFalse(self.snapshot("2").claimed_until)
        user = self.backend.inbound_user_id.id
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        self.assertIn((self.backend.id, "import", 0, 0, user), wakes)
        self.env["queue.job"].search([]).write({"state": "started"})
        self.job("import")
        self.assertEqual(sorted(self.sale_orders()), ["1", "2"])

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
