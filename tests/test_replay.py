# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Anything can be fetched and imported again: one, a selection, a day; never twice."""

from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..flows import snapshot_replay
from .test_flow_order_import import OrderImportCase


@tagged("post_install", "-at_install")
class TestReplay(OrderImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prefix = "storefront_connector.group_storefront_"
        company = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.manager = new_test_user(
            cls.env, "manager", prefix + "manager", tz="Europe/Brussels", **company
        )
        cls.user = new_test_user(cls.env, "user", prefix + "user", **company)

    def setUp(self):
        super().setUp()
        self.receive(*(self.simple(number) for number in "1234"))
        self.set_aside("1", "dead", "2026-11-20 08:00:00")
        self.set_aside("2", "requires_attention", "2026-11-20 22:59:59")
        self.set_aside("3", "skipped", "2026-11-20 09:00:00")
        self.set_aside("4", "done", "2026-11-21 09:00:00")
        self.shop.calls.clear()

    def set_aside(self, number, state, worked_at):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET state = %s, write_date = %s WHERE external_id = %s",
            [state, worked_at, number],
        )
        self.env.invalidate_all()

    def ask(self, action, **values):
        """Open the dialog as the manager."""
        wizards = self.env[action["res_model"]].with_user(self.manager)
        dialog = Form(wizards.with_context(**action["context"], tz="Europe/Brussels"))
        for name, value in values.items():
            setattr(dialog, name, value)
        return dialog

    def start(self, dialog):
        action = dialog.save().action_start()
        return self.env["storefront.replay"].browse(action["res_id"])

    def states(self):
        snapshots = self.env["storefront.snapshot"].search(
            [("backend_id", "=", self.backend.id)], order="external_id"
        )
        return [snapshot.state for snapshot in snapshots]

    def test_day_of_the_storefront(self):
        dialog = self.ask(
            self.backend.with_user(self.manager).action_replay(),
            date_from="2026-11-19 23:00:00",
            date_to="2026-11-20 22:59:59",
        )
        self.assertEqual(dialog.record_count, 2)
        dialog.is_skipped = True
        self.assertEqual(dialog.record_count, 3)
        dialog.is_dead = False
        self.assertEqual(dialog.record_count, 2)
        dialog.is_done = True
        self.assertEqual(dialog.record_count, 2)
        dialog.date_to = False
        self.assertEqual(dialog.record_count, 3)
        replay = self.start(dialog)
        self.assertEqual((replay.state, replay.total_count, replay.done_count), ("running", 3, 0))
        self.assertEqual(replay.date_from, datetime(2026, 11, 19, 23, 0))
        self.job("replay")
        self.assertEqual(self.states(), ["dead", "to_fetch", "to_fetch", "to_fetch"])
        self.assertEqual((replay.state, replay.done_count, replay.progress), ("done", 3, 100.0))
        operation = self.operations("replay")
        self.assertEqual((operation.item_count, operation.status), (3, "success"))

    def test_replay_makes_nothing_twice(self):
        orders = self.sale_orders()
        dialog = self.ask(self.backend.action_replay(), is_skipped=True, is_done=True)
        self.assertEqual(dialog.record_count, 4)
        self.start(dialog)
        self.job("replay")
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.sale_orders(), orders)
        self.assertEqual(self.states(), ["done"] * 4)
        self.assertEqual(sum(map(len, self.shop.heard("fetch_records"))), 4)

    def test_dead_letters_from_the_banner(self):
        dialog = self.ask(self.backend.action_replay_dead())
        self.assertEqual((dialog.is_dead, dialog.is_attention), (True, False))
        self.assertEqual(dialog.record_count, 1)
        self.start(dialog)
        self.job("replay")
        self.assertEqual(self.states(), ["to_fetch", "requires_attention", "skipped", "done"])

    def test_selection_of_several_storefronts(self):
        twin = self._connected_backend("Twin", self.company)
        self.receive(self.simple("9"), backend=twin)
        selected = self.snapshot("3") | self.snapshot("4") | self.snapshot("9", twin)
        dialog = self.ask(selected.with_user(self.manager).action_replay())
        self.assertEqual((dialog.is_selection, dialog.record_count), (True, 3))
        action = dialog.save().action_start()
        replays = self.env["storefront.replay"].search(action["domain"], order="id")
        self.assertEqual(
            [(replay.backend_id, replay.total_count) for replay in replays],
            [(self.backend, 2), (twin, 1)],
        )
        self.job("replay")
        self.assertEqual(self.states(), ["dead", "requires_attention", "to_fetch", "to_fetch"])
        self.assertEqual(self.snapshot("9", twin).state, "done")
        self.job("replay", twin)
        self.assertEqual(self.snapshot("9", twin).state, "to_fetch")

    def test_one(self):
        self.snapshot("3").with_user(self.manager).action_retry()
        self.assertEqual(self.states(), ["dead", "requires_attention", "to_fetch", "done"])

    def test_nothing_to_replay_is_said(self):
        dialog = self.ask(self.backend.action_replay(), is_dead=False, is_attention=False)
        self.assertEqual(dialog.record_count, 0)
        wizard = dialog.save()
        with self.assertRaisesRegex(UserError, "There is nothing to replay."):
            wizard.action_start()

    def test_batches_go_by_id_and_a_killed_run_goes_on(self):
        replay = self.start(self.ask(self.backend.action_replay(), is_skipped=True, is_done=True))
        flow = self.env["storefront.snapshot.replay"]._flow_env(
            self.backend, self.backend.inbound_user_id
        )
        with patch.object(snapshot_replay, "BATCH", 2):
            self.assertEqual(flow._step(self.backend), "worked")
            self.env.invalidate_all()
            self.assertEqual(self.states(), ["to_fetch", "to_fetch", "skipped", "done"])
            self.assertEqual((replay.done_count, replay.progress), (2, 50.0))
            self.assertEqual(replay.last_id, self.snapshot("2").id)
            # What came after the start is left alone.
            self.receive(self.simple("5"))
            self.assertIn("replay", self.backend._waiting_drains())
            self.job("replay")
        self.assertEqual(self.states(), ["done", "done", "to_fetch", "to_fetch", "done"])
        self.assertEqual((replay.state, replay.done_count), ("done", 4))
        self.assertNotIn("replay", self.backend._waiting_drains())

    def test_new_orders_do_not_wait_for_a_replay(self):
        replay = self.start(self.ask(self.backend.action_replay(), is_skipped=True, is_done=True))
        with patch.multiple(snapshot_replay, BATCH=2, PACE=2):
            self.job("replay")
            self.assertEqual((replay.state, replay.done_count), ("running", 2))
            user = self.backend.inbound_user_id.id
            wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
            self.assertIn((self.backend.id, "replay", 0, 5, user), wakes)
            self.job("fetch")
            self.job("replay")
            self.job("fetch")
            self.job("replay")
        self.assertEqual((replay.state, replay.done_count), ("done", 4))

    def test_cancelled_run_stops(self):
        replay = self.start(self.ask(self.backend.action_replay()))
        replay.with_user(self.manager).action_cancel()
        self.job("replay")
        self.assertEqual((replay.state, replay.done_count), ("cancelled", 0))
        self.assertEqual(self.states(), ["dead", "requires_attention", "skipped", "done"])

    def test_paused_storefront_replays_when_it_is_resumed(self):
        replay = self.start(self.ask(self.backend.action_replay()))
        self.backend.action_pause("x")
        self.job("replay")
        self.assertEqual(replay.state, "running")
        self.backend.action_resume()
        user = self.backend.inbound_user_id.id
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        self.assertIn((self.backend.id, "replay", 0, 0, user), wakes)
        self.job("replay")
        self.assertEqual((replay.state, replay.done_count), ("done", 2))

    def test_users_replay_nothing(self):
        with self.assertRaises(AccessError):
            self.backend.with_user(self.user).action_replay()
        with self.assertRaises(AccessError):
            self.env["storefront.replay.wizard"].with_user(self.user).create({})
        replay = self.start(self.ask(self.backend.action_replay()))
        with self.assertRaises(AccessError):
            replay.with_user(self.user).action_cancel()
        wizard = self.env["storefront.replay.wizard"].with_user(self.manager)
        mine = wizard.create({"backend_id": self.backend.id})
        for name in ("inbound", "outbound", "reconciliation"):
            with self.subTest(user=name), self.assertRaises(AccessError):
                mine.with_user(self.backend[f"{name}_user_id"]).action_start()
