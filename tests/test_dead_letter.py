# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Somebody is told of what doesn't go on by itself: once, with a count, until nothing is left."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.tests import new_test_user, tagged

from ..platforms import errors
from .test_flow_order_import import OrderImportCase

ALERT_LOGGER = "odoo.addons.storefront_connector.models.storefront_alert"


@tagged("post_install", "-at_install")
class TestDeadLetter(OrderImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.responsible = cls._person("responsible", "user")
        cls.manager = cls._person("manager", "manager")
        cls.backend.responsible_id = cls.responsible

    @classmethod
    def _person(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            f"storefront_connector.group_storefront_{group}",
            email=f"{login}@example.com",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def bury(self, *numbers, code="server_error", params=None):
        """Leave records of these numbers as dead letters."""
        self.env["storefront.snapshot"].create(
            [
                {
                    "backend_id": self.backend.id,
                    "kind": "order",
                    "external_id": str(number),
                    "state": "dead",
                    "error_code": code,
                    "error_params": params,
                }
                for number in numbers
            ]
        )

    def tell(self):
        self.env["storefront.alert"]._cron_tell()
        self.env.flush_all()
        self.env.invalidate_all()

    def activities(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "storefront.backend"), ("res_id", "=", self.backend.id)],
            order="id",
        )

    def mails(self):
        return self.env["mail.mail"].search([("model", "=", "storefront.backend")], order="id")

    def test_storm_makes_one_activity_and_one_mail(self):
        self.bury(*range(5000))
        self.tell()
        activity = self.activities()
        self.assertEqual(activity.user_id, self.responsible)
        self.assertEqual(activity.summary, "Dead letters: 5000")
        self.assertIn(
            "The storefront failed on its side. All tries are used up: replay it.", activity.note
        )
        self.assertIn(f"/odoo/storefronts/{self.backend.id}", activity.note)
        mail = self.mails()
        self.assertEqual(mail.subject, "Shop needs you")
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.responsible.partner_id)
        self.assertIn("Dead letters: 5000", mail.body_html)
        self.assertIn("The storefront failed on its side.", mail.body_html)
        self.assertIn(f"/odoo/storefronts/{self.backend.id}", mail.body_html)
        self.tell()
        self.assertEqual((self.activities(), self.mails()), (activity, mail))

    def test_more_of_it_counts_up_and_mails_again_after_an_hour(self):
        with freeze_time("2026-11-20 08:00:00"):
            self.bury(1)
            self.tell()
        self.bury(2, 3)
        with freeze_time("2026-11-20 08:59:00"):
            self.tell()
        self.assertEqual(self.activities().summary, "Dead letters: 3")
        self.assertEqual(len(self.mails()), 1)
        with freeze_time("2026-11-20 09:00:00"):
            self.tell()
            self.tell()
        self.assertEqual(len(self.mails()), 2)
        self.assertIn("Dead letters: 3", self.mails()[-1].body_html)
        with freeze_time("2026-11-20 11:00:00"):
            self.tell()
        self.assertEqual((len(self.mails()), len(self.activities())), (2, 1))

    def test_each_cause_has_its_activity_and_one_mail_has_both(self):
        self.bury(1, 2)
        self.bury(3, code="unexpected", params={"error": "KeyError"})
        self.tell()
        self.assertEqual(
            self.activities().mapped("summary"), ["Dead letters: 2", "Dead letters: 1"]
        )
        self.assertIn("went wrong (KeyError);", self.activities()[1].note)
        self.assertEqual(len(self.mails()), 1)
        self.assertIn("Dead letters: 2", self.mails().body_html)
        self.assertIn("went wrong (KeyError);", self.mails().body_html)

    def test_what_differs_from_row_to_row_is_left_out(self):
        self.bury(1, code="unexpected", params={"error": "KeyError"})
        self.bury(2, code="unexpected", params={"error": "TypeError"})
        self.tell()
        self.assertIn("went wrong (…);", self.activities().note)

    def test_replayed_it_closes_by_itself_and_tells_anew(self):
        self.bury("1001")
        self.tell()
        activity = self.activities()
        self.shop.orders["1001"] = self.simple()
        self.snapshot("1001").action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual(list(self.sale_orders()), ["1001"])
        self.tell()
        self.assertFalse(self.activities())
        self.assertFalse(activity.active)
        self.assertIn("Nothing of this is left.", self.backend.message_ids[0].body)
        self.bury(2)
        self.tell()
        self.assertEqual(self.activities().summary, "Dead letters: 1")

    def test_done_by_hand_it_comes_back_the_next_day(self):
        with freeze_time("2026-11-20 08:00:00"):
            self.bury(1)
            self.tell()
            self.activities().action_feedback()
            self.bury(2)
            self.tell()
            self.assertFalse(self.activities())
        with freeze_time("2026-11-21 00:01:00"):
            self.tell()
            self.assertEqual(self.activities().summary, "Dead letters: 2")

    def test_import_that_dies_is_told(self):
        self.shop.orders["1001"] = self.simple()
        self.poke("1001")
        self.job("fetch")
        self.env.cr.execute("UPDATE storefront_snapshot SET tries = 6")
        self.env.invalidate_all()
        broken = patch.object(
            type(self.env["storefront.order.resolve"]),
            "_resolve",
            side_effect=errors.RetryLater("server_error"),
        )
        with broken:
            self.job("import")
        self.assertEqual(self.state("1001"), ("dead", "server_error"))
        self.assertEqual(self.snapshot("1001").number, "#1001")
        self.assertFalse(self.activities())  # an import tells nobody by itself
        self.tell()
        self.assertEqual(self.activities().summary, "Dead letters: 1")

    def test_issue_that_keeps_orders_out_is_told(self):
        ghost = self.line("1", "10.00", sku="GHOST", name="Ghost")
        self.receive(self.order("1", ghost), self.order("2", ghost))
        self.tell()
        self.assertEqual(self.activities().summary, "Orders that wait for a decision: 2")
        self.assertIn("No product for “Ghost” (SKU GHOST).", self.activities().note)
        self.assertIn("No product for “Ghost” (SKU GHOST).", self.mails().body_html)
        self.issues().action_ignore("x")
        self.tell()
        self.assertFalse(self.activities())

    def test_issue_of_an_order_that_is_here_keeps_nothing_out(self):
        order = self.receive(self.simple())["1001"]
        self.set_stock(self.product, 1)
        order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        changed = self.simple(cancelled_at=self.later(50), updated_at=self.later(60))
        self.receive(changed)
        self.assertEqual(self.issues().code, "cancel_refused")
        self.tell()
        self.assertFalse(self.activities())
        self.assertFalse(self.mails())

    def test_stop_is_told_and_a_pause_by_hand_is_not(self):
        self.backend.action_pause("Stocktaking")
        self.tell()
        self.assertFalse(self.activities())
        self.backend.action_resume()
        self.backend._pause_for(errors.AuthFailed("unauthorized"))
        self.tell()
        self.assertEqual(self.activities().summary, "The storefront is stopped")
        self.assertIn("The storefront refuses the credentials.", self.activities().note)
        self.backend.action_resume()
        self.tell()
        self.assertFalse(self.activities())

    def test_work_that_keeps_failing_for_an_hour_is_told(self):
        for _again in range(4):
            self.shop.fail("fetch_records", errors.RetryLater("server_error"))
            self.poke("1001")
            self.job("fetch")
            self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
        self.tell()
        self.assertFalse(self.activities())
        self.env.cr.execute(
            "UPDATE storefront_claim SET failing_since = failing_since - interval '1 hour'"
        )
        self.tell()
        self.assertEqual(self.activities().summary, "The storefront can't be worked with")
        self.job("fetch")
        self.tell()
        self.assertFalse(self.activities())

    # who is told

    def test_managers_stand_in_for_a_responsible_who_left(self):
        second = self._person("second", "manager")
        for label, values in (
            ("none", {"responsible_id": False}),
            ("archived", {"responsible_id": self.responsible.id}),
            ("no rights", {"responsible_id": self._stranger().id}),
        ):
            with self.subTest(label):
                self.responsible.active = label != "archived"
                self.backend.write(values)
                self.assertEqual(
                    self.backend._people_to_tell() - self.env.ref("base.user_admin"),
                    self.manager | second,
                )
        self.env.ref("base.user_admin").company_ids -= self.company
        self.bury(1)
        self.tell()
        self.assertEqual(self.activities().user_id, self.manager)
        self.assertEqual(self.mails().recipient_ids, self.manager.partner_id | second.partner_id)

    def _stranger(self):
        return new_test_user(
            self.env, "stranger", company_id=self.company.id, company_ids=[(6, 0, self.company.ids)]
        )

    def test_activity_follows_the_responsible(self):
        self.bury(1)
        self.tell()
        self.backend.responsible_id = self.manager
        self.tell()
        self.assertEqual(self.activities().user_id, self.manager)

    def test_reader_is_told_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.responsible.lang = "fr_FR"
        self.bury(1)
        template = self.env.ref("storefront_connector.mail_template_alert")
        template.with_context(lang="fr_FR").subject = "{{ object.name }} a besoin de vous"
        self.tell()
        self.assertEqual(self.mails().subject, "Shop a besoin de vous")

    def test_copy_of_the_database_tells_nobody(self):
        self.bury(1)
        self.backend.connected_database = "another"
        self.tell()
        self.assertFalse(self.activities())
        self.assertFalse(self.mails())

    def test_backend_that_cannot_be_told_of_keeps_no_other_from_it(self):
        self.bury(1)
        alerts = type(self.env["storefront.alert"])
        other = self._connected_backend("Broken", self.company)
        real = alerts._tell
        secret = "Ada Byron"

        def tell(records, backend):
            if backend == other:
                raise KeyError(secret)
            return real(records, backend)

        self.patch(alerts, "_tell", tell)
        with self.assertLogs(ALERT_LOGGER, "ERROR") as logs:
            self.tell()
        self.assertNotIn(secret, logs.output[0])
        self.assertEqual(self.activities().summary, "Dead letters: 1")

    def test_scheduled_action(self):
        cron = self.env.ref("storefront_connector.cron_tell")
        self.assertEqual((cron.interval_number, cron.interval_type), (5, "minutes"))
        self.bury(1)
        cron.with_context(allowed_company_ids=None).ir_actions_server_id.run()
        self.assertEqual(self.activities().summary, "Dead letters: 1")
        self.assertLess(fields.Datetime.now() - self.mails().create_date, timedelta(minutes=5))
