# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A wake-up becomes a job after the commit it announces; the cron is the net beneath."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from ..models import storefront_backend_jobs
from ..models.storefront_backend_jobs import DRAINS, held_wakes, wake_after_commit
from .common import StorefrontCase

JOBS_LOGGER = "odoo.addons.storefront_connector.models.storefront_backend_jobs"
NOON = 1_790_000_000


def at(moment):
    """Have wake-ups believe that it is `moment`, in seconds since the epoch."""
    return patch.object(storefront_backend_jobs, "time", SimpleNamespace(time=lambda: moment))


@tagged("post_install", "-at_install")
class TestJobs(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.forget_jobs()

    def forget_jobs(self):
        """Leave nothing of what connecting a backend has woken."""
        self.commit()
        self.env["queue.job"].search([]).unlink()

    def queued(self):
        return self.env["queue.job"].search([("model_name", "=", "storefront.backend")])

    def by_cron(self):
        self.env["ir.config_parameter"].set_param("storefront_connector.runner", "cron")

    def test_each_drain_is_a_job_of_its_user_channel_and_priority(self):
        expected = {
            "stock": ("outbound_user_id", "root.storefront.stock", 5),
            "fetch": ("inbound_user_id", "root.storefront.fetch", 10),
            "import": ("inbound_user_id", "root.storefront.import", 10),
            "link": ("outbound_user_id", "root.storefront.link", 20),
            "health": ("reconciliation_user_id", "root.storefront.watch", 10),
            "reconcile": ("reconciliation_user_id", "root.storefront.link", 20),
            "poll": ("inbound_user_id", "root.storefront.watch", 15),
            "replay": ("inbound_user_id", "root.storefront.fetch", 20),
            "history": ("inbound_user_id", "root.storefront.link", 20),
            "privacy": ("inbound_user_id", "root.storefront.watch", 20),
        }
        self.assertEqual(set(DRAINS), set(expected))
        for drain, (user, channel, priority) in expected.items():
            with self.subTest(drain=drain):
                self.backend._wake(drain)
                self.commit()
                job = self.queued().filtered(
                    lambda one, drain=drain: one.method_name == DRAINS[drain].method
                )
                self.assertEqual(job.user_id, self.backend[user])
                self.assertEqual((job.channel, job.priority), (channel, priority))
                self.assertEqual((job.max_retries, job.eta), (0, False))
                self.assertEqual(job.identity_key, f"storefront.{drain}.{self.backend.id}.0.0")
                self.assertEqual(job.records, self.backend)
                self.assertTrue(job.job_function_id.allow_commit)

    def test_nothing_is_enqueued_before_the_commit(self):
        self.backend._wake("fetch")
        self.env.flush_all()
        self.assertFalse(self.queued())
        self.commit()
        self.assertEqual(len(self.queued()), 1)

    def test_wake_ups_of_one_transaction_and_of_waiting_jobs_are_one_job(self):
        for _time in range(3):
            self.backend._wake("fetch")
        self.commit()
        self.backend._wake("fetch")
        self.commit()
        self.assertEqual(len(self.queued()), 1)
        other = self._connected_backend("Other", self.company)
        self.forget_jobs()
        self.backend._wake("fetch")
        other._wake("fetch")
        self.commit()
        self.assertEqual(len(self.queued()), 2)

    @at(NOON + 0.9)
    def test_postponed_wake_up_is_no_obstacle_for_one_that_can_run_now(self):
        with trap_jobs() as trap:
            self.backend._wake("stock", seconds=30)
            self.commit()
            self.backend._wake("stock")
            self.commit()
        keys = [call.properties["identity_key"] for call in trap.calls]
        name = f"storefront.stock.{self.backend.id}.0"
        self.assertEqual(keys, [f"{name}.{NOON + 30}", f"{name}.0"])
        self.assertEqual([call.properties["eta"] for call in trap.calls], [30, None])
        trap.assert_jobs_count(2, only=self.backend._job_push_stock)

    def test_postponed_wake_up_is_no_obstacle_for_a_later_one(self):
        """What the later one is for isn't due yet when the first one's job runs."""
        for moment in (NOON, NOON + 0.9, NOON + 1.0):
            with at(moment):
                self.backend._wake("import", seconds=2)
                self.commit()
        name = f"storefront.import.{self.backend.id}.0"
        keys = [f"{name}.{NOON + 2}", f"{name}.{NOON + 4}"]
        self.assertEqual(sorted(self.queued().mapped("identity_key")), keys)

    def test_held_wake_ups_are_enqueued_when_their_block_ends(self):
        with held_wakes(self.env):
            for drain in ("import", "import", "fetch"):
                self.backend._wake(drain)
                self.commit()
            self.assertFalse(self.queued())
        names = [f"storefront.{drain}.{self.backend.id}.0.0" for drain in ("fetch", "import")]
        self.assertEqual(sorted(self.queued().mapped("identity_key")), names)
        self.backend._wake("stock")
        self.commit()
        self.assertEqual(len(self.queued()), 3)

    def test_import_slots_are_jobs_of_their_own(self):
        with trap_jobs() as trap:
            self.backend._wake("import")
            self.backend._wake("import", slot=2)
            self.commit()
        trap.assert_jobs_count(2, only=self.backend._job_import_orders)
        self.assertEqual([call.kwargs for call in trap.calls], [{}, {"slot": 2}])
        self.assertEqual(
            [call.properties["identity_key"] for call in trap.calls],
            [f"storefront.import.{self.backend.id}.{slot}.0" for slot in (0, 2)],
        )

    def test_backend_without_users_sleeps(self):
        self._draft_backend("Draft", self.company)._wake("fetch")
        self.commit()
        self.assertFalse(self.queued())

    def test_lost_wake_up_is_logged_and_does_not_harm_the_commit(self):
        user = self.backend.inbound_user_id.id
        broken = patch.object(
            type(self.backend), "_enqueue", side_effect=RuntimeError("no job for you")
        )
        with broken, self.assertLogs(JOBS_LOGGER, "ERROR") as logs:
            wake_after_commit(self.env, (self.backend.id, "fetch", 0, 0, user))
            self.commit()
        self.assertIn("the cron makes it good", logs.output[0])

    def test_job_of_a_backend_that_is_not_connected_does_nothing(self):
        self.poke("1001")
        for state in ("draft", "paused"):
            self.backend.state = state
            for drain in DRAINS:
                self.job(drain)
        self.assertEqual(self.shop.calls, [])

    def test_whole_way_through_the_queue(self):
        """Webhook, fetch, import and push follow each other, each woken by the one before."""
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.warehouse.lot_stock_id, 5
        )
        self.bind(self.product, "1")
        self.shop.stock[self.stock_key("1")] = 4
        line = self.line("1", "10.00", variant_external_id="1")
        self.shop.orders["1001"] = self.order("1001", line)
        self.poke("1001")
        self.backend._wake("fetch")
        performed = []
        drains = {drain.method: name for name, drain in DRAINS.items()}
        for _round in range(10):
            with trap_jobs() as trap:
                self.commit()
            for call in trap.calls:
                performed.append(call.method.__name__)
                if call.properties["eta"]:  # it runs when that has passed
                    self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
                self.perform(drains[call.method.__name__], **call.kwargs)
            if not trap.calls:
                break
        self.assertEqual(
            list(dict.fromkeys(performed)),
            ["_job_fetch_orders", "_job_link_products", "_job_push_stock", "_job_import_orders"],
        )
        self.assertEqual(list(self.sale_orders()), ["1001"])
        self.assertEqual(self.outbox(), [])
        self.assertEqual(self.shop.stock[self.stock_key("1")], 4)

    # cron

    def test_what_waits(self):
        self.assertEqual(self.backend._waiting_drains(), [])
        self.poke("1001")
        self.assertEqual(self.backend._waiting_drains(), ["fetch", "import"])
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.job("fetch")
        self.assertEqual(self.backend._waiting_drains(), ["import"])
        self.job("import")
        self.assertEqual(self.backend._waiting_drains(), [])
        self.bind(self.product, "1")
        self.assertEqual(self.backend._waiting_drains(), ["stock", "link"])
        self.job("link")
        self.assertEqual(self.backend._waiting_drains(), ["stock"])
        link = self.env["storefront.link"].browse(self.backend.action_link_products()["res_id"])
        self.env.flush_all()
        self.assertEqual(self.backend._waiting_drains(), ["stock", "link"])
        self.job("link")
        self.assertEqual(link.state, "to_review")
        self.assertEqual(self.backend._waiting_drains(), ["stock"])

    def test_what_is_claimed_or_postponed_does_not_wait(self):
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.poke("1001")
        self.job("fetch")
        snapshot = self.snapshot("1001")
        later = fields.Datetime.now() + timedelta(minutes=1)
        for field in ("next_try", "claimed_until"):
            with self.subTest(field=field):
                snapshot[field] = later
                self.env.flush_all()
                self.assertEqual(self.backend._waiting_drains(), [])
                snapshot[field] = False

    def test_cron_makes_lost_wake_ups_good(self):
        self.poke("1001")
        paused = self._connected_backend("Paused", self.company)
        self.poke("1001", backend=paused)
        paused.action_pause()
        self.forget_jobs()
        with trap_jobs() as trap:
            self.env["storefront.backend"]._cron_drain()
            self.commit()
        trap.assert_jobs_count(1, only=self.backend._job_fetch_orders)
        trap.assert_jobs_count(1, only=self.backend._job_import_orders)
        trap.assert_jobs_count(2)

    def test_wake_up_in_part_of_a_second_is_one_in_a_whole_one(self):
        """Storefronts ask to wait 1.05 seconds; queue_job takes whole ones only."""
        with at(NOON):
            self.backend._wake("fetch", seconds=1.05)
            self.commit()
        key = f"storefront.fetch.{self.backend.id}.0.{NOON + 2}"
        self.assertEqual(self.queued().identity_key, key)

    def test_cron_works_by_itself_where_no_runner_can_be(self):
        self.by_cron()
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.poke("1001")
        self.env.ref("storefront_connector.cron_drain").method_direct_trigger()
        self.assertEqual(list(self.sale_orders()), ["1001"])
        self.assertEqual(self.sale_orders()["1001"].create_uid, self.backend.inbound_user_id)
        self.assertFalse(self.queued())

    def test_wake_up_triggers_the_cron_where_no_runner_can_be(self):
        self.by_cron()
        cron = self.env.ref("storefront_connector.cron_drain")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.backend._wake("fetch")
        self.commit()
        made = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - triggers
        self.assertTrue(made)
        self.backend._wake("stock", seconds=600)
        self.commit()
        made = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - triggers
        waits = max(made.mapped("call_at")) - fields.Datetime.now()
        self.assertEqual(round(waits.total_seconds() / 60), 10)
        self.assertFalse(self.queued())

    def test_busy_drain_does_not_trouble_the_cron(self):
        self.by_cron()
        self.poke("1001")
        self.assertTrue(self.env["storefront.claim"]._acquire(f"fetch:{self.backend.id}"))
        self.job("fetch")
        self.assertEqual(self.shop.calls, [])

    def test_every_job_method_has_its_channel(self):
        functions = self.env["queue.job.function"].search(
            [("model_id.model", "=", "storefront.backend")]
        )
        self.assertEqual(
            sorted(functions.mapped("method")), sorted(drain.method for drain in DRAINS.values())
        )
        self.assertEqual(functions.mapped("allow_commit"), [True] * len(DRAINS))
        self.assertEqual(storefront_backend_jobs.IMPORT_SLOTS, 4)
