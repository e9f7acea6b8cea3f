# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which rows go, which stay, and that nothing comes in twice because of it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.base.models import ir_autovacuum
from odoo.addons.base.models.ir_autovacuum import is_autovacuum

from ..models import storefront_retention
from ..models.storefront_retention import EVENT_DAYS, OPERATION_DAYS, PAYLOAD_DAYS
from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestRetention(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.retention = self.env["storefront.retention"]

    def ago(self, days, seconds=0):
        return fields.Datetime.now() - timedelta(days=days, seconds=seconds)

    def event(self, name, state, days, seconds=0):
        self.poke(name, delivery=name)
        self.env.cr.execute(
            "UPDATE storefront_event SET state = %s, create_date = %s WHERE delivery_id = %s",
            [state, self.ago(days, seconds), name],
        )

    def snapshot_of(self, name, state, days, **vals):
        snapshot = self.env["storefront.snapshot"].create(
            {
                "backend_id": self.backend.id,
                "kind": "order",
                "external_id": name,
                "state": state,
                "payload": {"id": name},
                "payload_hash": "hash",
                "applied_hash": "hash",
                "fetched_at": self.ago(days),
                **vals,
            }
        )
        self.env.flush_all()
        return snapshot

    def operation(self, name, status, days):
        operation = self.env["storefront.operation"].create(
            {
                "backend_id": self.backend.id,
                "type": "order_import",
                "status": status,
                "source_ref": name,
            }
        )
        self.age(operation, "create_date", days)

    def issue(self, key, state, days, snapshot=None):
        issue = self.env["storefront.issue"].create(
            {"backend_id": self.backend.id, "code": "order_deleted", "key": key, "state": state}
        )
        if snapshot:
            issue.snapshot_ids = snapshot
        self.age(issue, "write_date", days)
        return issue

    def age(self, record, column, days):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {record._table} SET {column} = %s WHERE id = %s", [self.ago(days), record.id]
        )
        self.env.invalidate_all()

    def left(self, model, field, *domain):
        self.env.invalidate_all()
        return sorted(self.env[model].search(list(domain)).mapped(field))

    # what goes and what stays

    def test_content_of_webhooks(self):
        for name, state, days, seconds in (
            ("done-29", "done", 29, 86399),
            ("done-30", "done", 30, 1),
            ("done-89", "done", 89, 0),
            ("ignored-31", "ignored", 31, 0),
            ("pending-400", "pending", 400, 0),
        ):
            self.event(name, state, days, seconds)
        self.assertEqual(self.retention._gc_event_payloads(), (3, 0))
        self.assertEqual(
            self.left("storefront.event", "delivery_id", ("payload", "!=", False)),
            ["done-29", "pending-400"],
        )
        self.assertEqual(len(self.left("storefront.event", "delivery_id")), 5)
        self.assertEqual(self.retention._gc_event_payloads(), (0, 0))

    def test_webhooks(self):
        for name, state, days, seconds in (
            ("done-89", "done", 89, 86399),
            ("done-90", "done", 90, 1),
            ("ignored-91", "ignored", 91, 0),
            ("pending-400", "pending", 400, 0),
        ):
            self.event(name, state, days, seconds)
        self.assertEqual(self.retention._gc_events(), (2, 0))
        self.assertEqual(self.left("storefront.event", "delivery_id"), ["done-89", "pending-400"])

    def test_content_of_records(self):
        for name, state, days in (
            ("done-29", "done", 29),
            ("done-31", "done", 31),
            ("skipped-31", "skipped", 31),
            ("to-fetch-400", "to_fetch", 400),
            ("to-import-400", "to_import", 400),
            ("attention-400", "requires_attention", 400),
            ("dead-400", "dead", 400),
        ):
            self.snapshot_of(name, state, days)
        self.issue("open", "open", 400, self.snapshot_of("shown-400", "done", 400))
        self.issue("settled", "resolved", 1, self.snapshot_of("settled-400", "done", 400))
        self.assertEqual(self.retention._gc_snapshot_payloads(), (3, 0))
        self.assertEqual(
            self.left("storefront.snapshot", "external_id", ("payload", "!=", False)),
            [
                "attention-400",
                "dead-400",
                "done-29",
                "shown-400",
                "to-fetch-400",
                "to-import-400",
            ],
        )
        emptied = self.snapshot("done-31")
        self.assertEqual((emptied.payload_hash, emptied.applied_hash), ("hash", "hash"))
        self.assertFalse(emptied.payload_text)

    def test_operations(self):
        for name, status, days in (
            ("success-89", "success", 89),
            ("success-91", "success", 91),
            ("dead-91", "dead", 91),
        ):
            self.operation(name, status, days)
        self.assertEqual(self.retention._gc_operations(), (2, 0))
        self.assertEqual(self.left("storefront.operation", "source_ref"), ["success-89"])

    def test_issues(self):
        for key, state, days in (
            ("open-400", "open", 400),
            ("resolved-89", "resolved", 89),
            ("resolved-91", "resolved", 91),
            ("ignored-91", "ignored", 91),
        ):
            self.issue(key, state, days)
        gone = self.env["storefront.issue"].search([("key", "=", "resolved-91")])
        message = gone.message_post(body="settled")
        self.age(gone, "write_date", 91)
        self.assertEqual(self.retention._gc_issues(), (2, 0))
        self.assertEqual(self.left("storefront.issue", "key"), ["open-400", "resolved-89"])
        self.assertFalse(message.exists())

    def test_replays(self):
        runs = self.env["storefront.replay"]
        for state, days in (("running", 400), ("done", 89), ("done", 91), ("cancelled", 91)):
            run = runs.create({"backend_id": self.backend.id, "state": state})
            self.age(run, "write_date", days)
        self.assertEqual(self.retention._gc_replays(), (2, 0))
        self.assertEqual(self.left("storefront.replay", "state"), ["done", "running"])

    def test_reconciliations(self):
        product = self._product("P", "P")
        binding = self.bind(product, "1")
        place = self.backend.location_ids
        self.env.cr.execute("DELETE FROM storefront_outbox")  # what waits there is no difference
        runs = self.env["storefront.reconciliation"]
        for state, days in (
            ("running", 400),
            ("asking", 400),
            ("done", 89),
            ("done", 91),
            ("cancelled", 91),
        ):
            run = runs.create({"backend_id": self.backend.id, "state": state})
            self.env["storefront.reconciliation.line"]._note(
                run, [({(binding.id, place.id): (days, 0)}, self.ago(days))]
            )
            self.age(run, "create_date", days)
        with patch.object(storefront_retention, "BATCH", 1):
            self.assertEqual(self.retention._gc_reconciliations(), (4, 0))
        self.assertEqual(
            self.left("storefront.reconciliation", "state"), ["asking", "done", "running"]
        )
        self.assertEqual(self.left("storefront.reconciliation.line", "shown"), [89, 400, 400])

    def test_locks(self):
        flow = self.env["storefront.flow"]
        flow._lock(["order:1", "order:2", "order:3"])
        self.env.cr.execute(
            "UPDATE storefront_lock SET used_at = %s WHERE key IN ('order:1', 'order:2')",
            [self.ago(1, 1)],
        )
        flow._lock(["order:2"])
        self.assertEqual(self.retention._gc_locks(), (1, 0))
        self.assertEqual(self.left("storefront.lock", "key"), ["order:2", "order:3"])

    def test_rates(self):
        self.env.cr.execute(
            "INSERT INTO storefront_rate (slot, busy_until) VALUES (1, %s), (2, %s)",
            [self.ago(1, 1), self.ago(0)],
        )
        self.assertEqual(self.retention._gc_rates(), (1, 0))
        self.assertEqual(self.left("storefront.rate", "slot"), [2])

    def test_what_a_deleted_backend_leaves(self):
        other = self._connected_backend("Other", self.company)
        self.env["storefront.claim"]._acquire(f"fetch:{other.id}")
        for backend in (self.backend, other):
            self.env.cr.execute(
                "INSERT INTO storefront_claim (key, tries) VALUES (%s, 0)", [f"stock:{backend.id}"]
            )
            self.env.cr.execute(
                "INSERT INTO storefront_outbox (backend_id, product_id) VALUES (%s, 1), (%s, 2)",
                [backend.id, backend.id],
            )
        other.write({"state": "draft", "connected_at": False, "connected_database": False})
        other.unlink()
        self.env.flush_all()
        self.assertEqual(self.retention._gc_orphans(), (3, 0))
        self.assertEqual(self.outbox(), [1, 2])
        self.assertEqual(
            self.left("storefront.claim", "key"), [f"fetch:{other.id}", f"stock:{self.backend.id}"]
        )

    # how

    def test_in_batches_as_long_as_there_is_time(self):
        for number in range(7):
            self.event(f"old-{number}", "done", 100 + number)
        with patch.object(storefront_retention, "BATCH", 3):
            self.assertEqual(self.retention._gc_events(), (7, 0))
        for number in range(7):
            self.event(f"old-{number}", "done", 100 + number)
        with (
            patch.object(storefront_retention, "BATCH", 3),
            patch.object(
                storefront_retention.Budget, "is_spent", property(self.spent_after_one_batch())
            ),
        ):
            self.assertEqual(self.retention._gc_events(), (3, 1))
        # The oldest go first.
        self.assertEqual(
            self.left("storefront.event", "delivery_id"), ["old-0", "old-1", "old-2", "old-3"]
        )

    def spent_after_one_batch(self):
        answers = iter([False, True])
        return lambda _budget: next(answers)

    def test_odoos_own_vacuum_runs_it_all(self):
        self.event("old", "done", 100)
        self.operation("old", "success", 100)
        self.snapshot_of("old", "done", 100)
        found = []

        def is_ours(function):
            ours = is_autovacuum(function) and function.__module__ == storefront_retention.__name__
            if ours:
                found.append(function.__name__)
            return ours

        cron = self.env.ref("base.autovacuum_job")
        with (
            patch.object(ir_autovacuum, "is_autovacuum", is_ours),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 1),
        ):
            self.env["ir.autovacuum"].with_context(cron_id=cron.id)._run_vacuum_cleaner()
        self.assertEqual(len(found), 10)
        self.assertEqual(self.left("storefront.event", "delivery_id"), [])
        self.assertEqual(self.left("storefront.operation", "source_ref"), [])
        self.assertFalse(self.snapshot("old").payload)

    def test_periods_are_settings(self):
        self.assertEqual([EVENT_DAYS[1], OPERATION_DAYS[1], PAYLOAD_DAYS[1]], [90, 90, 30])
        settings = self.env["res.config.settings"].create(
            {
                "storefront_payload_days": 3,
                "storefront_event_days": 5,
                "storefront_operation_days": 7,
            }
        )
        settings.set_values()
        for number in (2, 4, 6, 8):
            self.event(f"e{number}", "done", number)
            self.operation(f"o{number}", "success", number)
        self.retention._gc_event_payloads()
        self.retention._gc_events()
        self.retention._gc_operations()
        self.assertEqual(self.left("storefront.event", "delivery_id"), ["e2", "e4"])
        self.assertEqual(
            self.left("storefront.event", "delivery_id", ("payload", "!=", False)), ["e2"]
        )
        self.assertEqual(self.left("storefront.operation", "source_ref"), ["o2", "o4", "o6"])

    def test_periods_that_make_no_sense(self):
        for values in (
            {"storefront_payload_days": 91},
            {"storefront_payload_days": 0},
            {"storefront_operation_days": -1},
        ):
            with self.subTest(**values), self.assertRaises(ValidationError):
                self.env["res.config.settings"].create(values)
        parameters = self.env["ir.config_parameter"]
        for value, days in (("many", 90), ("-3", 1), ("0", 1), ("", 90)):
            parameters.set_param(EVENT_DAYS[0], value)
            passed = fields.Datetime.now() - self.retention._cutoff(EVENT_DAYS)
            with self.subTest(value=value):
                self.assertEqual(passed.days, days)

    # nothing twice

    def test_old_webhook_of_an_emptied_record_imports_nothing(self):
        line = self.line("1", "10.00")
        order = self.receive(self.order("1001", line))["1001"]
        self.empty("1001")
        imports = len(self.operations("order_import"))
        self.poke("1001")
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.snapshot("1001").state, "done")
        self.assertEqual(list(self.sale_orders().values()), [order])
        self.assertEqual(len(self.operations("order_import")), imports)

    def test_emptied_record_can_be_replayed(self):
        order = self.receive(self.order("1001", self.line("1", "10.00")))["1001"]
        self.empty("1001")
        # The storefront's replica is behind: what it gives is older than what was here.
        self.snapshot("1001").source_updated_at = fields.Datetime.now() + timedelta(days=999)
        self.snapshot("1001").action_retry()
        self.job("fetch")
        self.job("import")
        snapshot = self.snapshot("1001")
        self.assertEqual((snapshot.state, snapshot.order_id), ("done", order))
        self.assertEqual(snapshot.payload["external_id"], "1001")

    def empty(self, external_id):
        self.snapshot(external_id).fetched_at = self.ago(31)
        self.env.flush_all()
        self.assertEqual(self.retention._gc_snapshot_payloads(), (1, 0))
        self.env.invalidate_all()
        self.assertFalse(self.snapshot(external_id).payload)
