# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Replacing a secret and going back; the server's key; what a backend says of both."""

import os
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..models.storefront_secret import SECRET_MASK
from ..platforms.documents.access import Token
from .test_secret import NEW, OLD, SECRET, TOKEN, SecretCase

HOUR = timedelta(hours=1)


class RotationCase(SecretCase):
    def move(self, column, moment, name=SECRET):
        """Pretend that something was at another moment."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE storefront_secret SET {column} = %s WHERE backend_id = %s AND name = %s",
            [moment, self.backend.id, name],
        )
        self.env.invalidate_all()

    def end_of_previous(self):
        """Let the time run out for which the secret before is accepted."""
        self.move("previous_until", datetime(2026, 1, 1))

    def notes(self):
        """What the chatter says, the newest first, without its markup."""
        return [message.preview for message in self.backend.message_ids]

    def wizard(self, user=None, name=SECRET, **vals):
        """The dialog as the browser saves it before a button is pressed."""
        backend = self.backend.with_user(user or self.env.user)
        opened = backend.with_context(storefront_secret=name).action_replace_secret()
        model = self.env[opened["res_model"]].with_user(backend.env.user)
        made = model.with_context(**opened["context"]).web_save(vals, {"new_value": {}})
        self.assertIn(made[0]["new_value"], (False, SECRET_MASK))
        return model.browse(made[0]["id"])


@tagged("post_install", "-at_install")
class TestSecretRotation(RotationCase):
    def test_both_are_valid_for_a_time(self):
        self.backend._replace_secret(SECRET, "second", HOUR)
        self.assertEqual(self.backend._secret(SECRET), "second")
        self.assertEqual(self.backend._webhook_secrets(), ["second", "hush-hush"])
        credentials = self.backend._adapter_credentials()
        self.assertEqual(credentials["client_secret"], "second")
        self.assertEqual(credentials["previous_client_secret"], "hush-hush")
        self.end_of_previous()
        self.assertEqual(self.backend._webhook_secrets(), ["second"])
        self.assertNotIn("previous_client_secret", self.backend._adapter_credentials())

    def test_the_time_is_the_one_asked_for_and_what_is_void_is_forgotten(self):
        self.backend._replace_secret(SECRET, "second", HOUR)
        until = self.stored(column="previous_until")
        self.assertAlmostEqual((until - datetime.utcnow()).total_seconds(), 3600, delta=60)
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("storefront_connector.cron_secrets").id)]
        )
        self.assertIn(until.replace(microsecond=0), trigger.mapped("call_at"))
        self.env["storefront.secret"]._cron_tend()
        self.assertEqual(self.backend._webhook_secrets(), ["second", "hush-hush"])
        self.end_of_previous()
        self.env["storefront.secret"]._cron_tend()
        self.assertEqual(self.stored(column="previous_value"), None)

    def test_a_leak_voids_at_once(self):
        self.backend._replace_secret(SECRET, "second")
        self.assertEqual(self.backend._webhook_secrets(), ["second"])
        self.assertIsNone(self.stored(column="previous_value"))

    def test_a_second_rotation_keeps_only_the_last_one(self):
        self.backend._replace_secret(SECRET, "second", HOUR)
        self.backend._replace_secret(SECRET, "third", HOUR)
        self.assertEqual(self.backend._webhook_secrets(), ["third", "second"])

    def test_going_back_while_the_old_one_is_there(self):
        self.backend._replace_secret(SECRET, "second", HOUR)
        self.backend._restore_secret(SECRET)
        self.assertEqual(self.backend._webhook_secrets(), ["hush-hush"])
        with self.assertRaisesRegex(ValidationError, "void already"):
            self.backend._restore_secret(SECRET)
        self.backend._replace_secret(SECRET, "second", HOUR)
        self.end_of_previous()
        with self.assertRaisesRegex(ValidationError, "void already"):
            self.backend._restore_secret(SECRET)
        self.assertEqual(self.backend._webhook_secrets(), ["second"])

    def test_a_leak_found_later(self):
        self.backend._replace_secret(SECRET, "second", HOUR)
        self.backend._void_previous_secret(SECRET)
        self.assertEqual(self.backend._webhook_secrets(), ["second"])

    def test_what_can_not_be_a_replacement(self):
        cases = [
            ("", HOUR, "Enter the new value"),
            ("hush-hush", HOUR, "in force already"),
            ("second", timedelta(days=8), "7 days at most"),
            (SECRET_MASK, HOUR, "Enter the whole value"),
            ("env:HOME", HOUR, "begins with STOREFRONT_"),
        ]
        for value, keep, words in cases:
            with self.subTest(value=value), self.assertRaisesRegex(ValidationError, words):
                self.backend._replace_secret(SECRET, value, keep)
        self.assertEqual(self.backend._webhook_secrets(), ["hush-hush"])

    def test_an_unreadable_secret_is_replaced_and_not_kept(self):
        self.configure(OLD)
        self.backend[SECRET] = "lost"
        self.configure(NEW)
        self.backend._replace_secret(SECRET, "second", HOUR)
        self.assertEqual(self.backend._webhook_secrets(), ["second"])
        self.assertIsNone(self.stored(column="previous_value"))

    def test_the_chatter_tells_who_and_when_but_no_value(self):
        self.backend._replace_secret(SECRET, "second", timedelta(hours=24))
        self.backend._restore_secret(SECRET)
        self.backend._replace_secret(SECRET, "third")
        self.backend[SECRET] = False
        self.assertEqual(
            self.notes()[:4],
            [
                "Client Secret: removed.",
                "Client Secret: replaced. The one before is void.",
                "Client Secret: the one before is back.",
                "Client Secret: replaced. The one before is accepted for another 24 h.",
            ],
        )
        self.assertEqual(self.backend.message_ids[0].author_id, self.env.user.partner_id)

    @freeze_time("2026-11-23 12:00:00")
    def test_the_form_says_since_when(self):
        self.move("changed_at", datetime(2026, 11, 20, 9, 30))
        self.env.user.tz = "UTC"
        status = f"{SECRET}_status"
        self.assertEqual(self.backend[status], "In force since 11/20/2026 09:30:00 AM.")
        self.move("previous_value", "clear:x")
        self.move("previous_until", datetime(2026, 11, 23, 12, 30))
        self.assertEqual(
            self.backend[status],
            "In force since 11/20/2026 09:30:00 AM. The one before is accepted until "
            "11/23/2026 12:30:00 PM.",
        )
        os.environ["STOREFRONT_SHOP"] = "from-vault"
        self.backend[SECRET] = "env:STOREFRONT_SHOP"
        self.assertEqual(self.backend[status], "Read from env:STOREFRONT_SHOP at each use.")
        self.backend[SECRET] = False
        self.assertFalse(self.backend[status])

    # the dialog

    def test_the_dialog_replaces(self):
        wizard = self.wizard(new_value="second", keep_hours="24")
        self.assertEqual((wizard.label, wizard.has_previous), ("Client Secret", False))
        self.assertEqual(wizard.action_replace(), {"type": "ir.actions.act_window_close"})
        self.assertEqual(self.backend._webhook_secrets(), ["second", "hush-hush"])
        self.assertFalse(wizard.sudo().sealed_value, "nothing of it stays")
        wizard = self.wizard()
        self.assertTrue(wizard.has_previous)
        wizard.action_restore()
        self.assertEqual(self.backend._webhook_secrets(), ["hush-hush"])

    def test_the_dialog_voids(self):
        self.wizard(new_value="second", reason="leaked").action_replace()
        self.assertEqual(self.backend._webhook_secrets(), ["second"])
        self.wizard(new_value="third").action_replace()
        self.assertEqual(self.backend._webhook_secrets(), ["third", "second"])
        self.wizard().action_void()
        self.assertEqual(self.backend._webhook_secrets(), ["third"])

    def test_the_dialog_holds_what_was_entered_sealed(self):
        self.configure(NEW)
        wizard = self.wizard(new_value="second")
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM storefront_secret_replace WHERE id = %s", [wizard.id])
        self.assertNotIn("second", str(self.env.cr.fetchall()))
        wizard.action_replace()
        self.assertEqual(self.backend._secret(SECRET), "second")

    def test_the_dialog_can_be_pressed_again_after_a_refusal(self):
        wizard = self.wizard(new_value="hush-hush")
        with self.assertRaisesRegex(ValidationError, "in force already"):
            wizard.action_replace()
        wizard.web_save({"new_value": "second"}, {})
        wizard.web_save({"new_value": SECRET_MASK}, {})
        wizard.action_replace()
        self.assertEqual(self.backend._secret(SECRET), "second")
        with self.assertRaisesRegex(ValidationError, "Enter the new value"):
            self.wizard().action_replace()

    def test_a_bad_key_is_told_in_the_dialog(self):
        self.configure("passphrase")
        with self.assertRaisesRegex(ValidationError, "Key 1 in the server's setting"):
            self.wizard(new_value="second")

    def test_the_dialog_is_for_administrators_of_the_company(self):
        manager = self._person("storefront_connector.group_storefront_manager", self.company)
        groups = "base.group_system,storefront_connector.group_storefront_manager"
        elsewhere = self._person(groups, self.env["res.company"].create({"name": "Elsewhere"}))
        admin = self._person(groups, self.company)
        wizard = self.wizard(admin, new_value="second")
        for user in (manager, elsewhere):
            backend = self.backend.with_user(user).with_context(storefront_secret=SECRET)
            calls = [backend.action_replace_secret]
            calls += [
                getattr(wizard.with_user(user), name)
                for name in ("action_replace", "action_restore", "action_void")
            ]
            for call in calls:
                with self.subTest(user=user.login, call=call.__name__):
                    with self.assertRaises(AccessError):
                        call()
        with self.assertRaises(AccessError):
            self.backend.with_user(manager).action_encrypt_secrets()
        for name in ("webhook_token", "name", "", TOKEN + "x"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.backend.with_context(storefront_secret=name).action_replace_secret()
        with self.assertRaises(AccessError):
            wizard.with_user(admin).read(["sealed_value"])
        wizard.action_replace()
        self.assertEqual(self.backend._secret(SECRET), "second")

    def _person(self, groups, company):
        login = f"{groups}{company.id}"
        return new_test_user(
            self.env, login, groups, company_id=company.id, company_ids=[(6, 0, company.ids)]
        )

    # reminding

    def remind(self):
        self.env["storefront.secret"]._cron_tend()
        return self.backend.activity_ids

    def test_a_secret_in_force_for_90_days_reminds_once(self):
        now = datetime.utcnow()
        self.move("changed_at", now - timedelta(days=89))
        self.assertFalse(self.remind())
        self.move("changed_at", now - timedelta(days=91))
        activity = self.remind()
        self.assertEqual(activity.summary, "Rotate: Client Secret")
        self.assertEqual(activity.user_id, self.backend.responsible_id)
        self.assertIn("90 days", activity.note)
        self.assertEqual(self.remind(), activity)
        activity.action_feedback("Later")
        self.assertFalse(self.remind(), "who was asked isn't asked again")

    def test_rotating_takes_the_reminder_away(self):
        self.move("changed_at", datetime(2026, 1, 1))
        self.assertTrue(self.remind())
        self.backend._replace_secret(SECRET, "second", HOUR)
        self.assertFalse(self.backend.activity_ids)
        self.move("changed_at", datetime(2026, 1, 1))
        self.assertTrue(self.remind(), "and the next one reminds again")
        self.backend[SECRET] = False
        self.assertFalse(self.backend.activity_ids)

    def test_who_needs_no_reminder(self):
        parameter = self.env["ir.config_parameter"]
        for days, count in (("0", 0), ("400", 0), ("nonsense", 1), ("30", 1)):
            parameter.set_param("storefront_connector.secret_reminder_days", days)
            self.move("changed_at", datetime.utcnow() - timedelta(days=100))
            self.move("reminded_at", None)
            self.backend.activity_ids.unlink()
            self.assertEqual(len(self.remind()), count, days)
        self.backend.activity_ids.unlink()
        self.move("reminded_at", None)
        self.backend.state = "draft"
        self.assertFalse(self.remind(), "a draft")
        self.backend.state = "connected"
        os.environ["STOREFRONT_SHOP"] = "from-vault"
        self.backend[SECRET] = "env:STOREFRONT_SHOP"
        self.move("changed_at", datetime(2026, 1, 1))
        self.assertFalse(self.remind(), "kept elsewhere, rotated there")


@tagged("post_install", "-at_install")
class TestSecretKey(RotationCase):
    def encrypt(self):
        return self.backend.action_encrypt_secrets()["params"]

    def banners(self, user=None):
        """What the backend says, but for how long it has stood still."""
        banners = self.backend.with_user(user or self.env.user)._banners()
        return [banner for banner in banners if banner[1] != "stopped_since"]

    def test_what_was_written_before_there_was_a_key(self):
        self.backend._replace_secret(SECRET, "second", HOUR)
        self.backend._store_token(Token(access_token="granted"))
        self.configure(NEW)
        self.assertEqual(self.banners(), [("info", "secrets_to_encrypt", {"count": 4})])
        self.assertEqual(self.backend.secrets_to_encrypt, 4)
        self.env["storefront.secret"]._cron_tend()
        self.env.invalidate_all()
        self.assertEqual((self.banners(), self.backend.secrets_to_encrypt), ([], 0))
        for column in ("value", "previous_value"):
            self.assertRegex(self.stored(column=column), "^fernet:")
        self.assertEqual(self.backend._webhook_secrets(), ["second", "hush-hush"])
        self.assertEqual(self.backend._token().access_token, "granted")

    def test_rotating_the_key(self):
        self.configure(OLD)
        self.backend[SECRET] = "second"
        self.backend._store_token(Token(access_token="granted"))
        self.configure(f"{NEW},{OLD}")
        # The pasted token is from before there was any key.
        self.assertEqual(
            (self.encrypt()["message"], self.encrypt()["message"]),
            ("Encrypted with the newest key: 3.", "Encrypted with the newest key: 0."),
        )
        self.configure(NEW)
        self.assertEqual(self.backend._webhook_secrets(), ["second"])
        self.assertEqual(self.backend._token().access_token, "granted")

    def test_a_reference_is_not_encrypted(self):
        os.environ["STOREFRONT_SHOP"] = "from-vault"
        self.backend[SECRET] = "env:STOREFRONT_SHOP"
        self.configure(NEW)
        self.assertEqual(self.encrypt()["message"], "Encrypted with the newest key: 1.")
        self.assertEqual(self.stored(), "env:STOREFRONT_SHOP")

    def test_without_a_key_the_backend_warns_who_can_change_it(self):
        self.assertEqual(self.banners(), [("warning", "secrets_clear", {})])
        manager = new_test_user(
            self.env,
            "no-admin",
            "storefront_connector.group_storefront_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertEqual(self.banners(manager), [])
        self.assertIn("secret_keys", self.backend.banner_warning)
        self.assertEqual(
            self.backend.secret_encryption, "None: the server's configuration has no key."
        )
        self.backend._wipe_secrets()
        self.assertEqual(self.banners(), [])

    def test_a_key_that_is_gone_ends_in_one_banner(self):
        self.configure(OLD)
        self.backend.write({SECRET: "second", TOKEN: "shpat_second"})
        self.configure(NEW)
        unreadable = ("danger", "secret_unreadable", {"setting": "Client Secret"})
        self.assertEqual(self.banners(), [unreadable])
        self.assertEqual(
            (self.encrypt()["type"], self.encrypt()["message"]),
            (
                "warning",
                "Encrypted with the newest key: 0. Unreadable, to be entered again: 2.",
            ),
        )
        self.poke("1001")
        self.job("fetch")
        self.assertEqual(self.shop.calls, [])
        self.assertEqual((self.backend.state, self.banners()), ("paused", [unreadable]))
        self.configure(f"{NEW},{OLD}")
        self.backend.action_resume()
        self.assertEqual([level for level, *_rest in self.banners()], ["info"])

    def test_a_bad_key_is_one_clear_sentence(self):
        self.configure("correct horse")
        self.assertEqual(self.banners(), [("danger", "secret_key_invalid", {"number": 1})])
        sentence = (
            "Key 1 in the server's setting secret_keys is no Fernet key, so no secret can be read "
            "or kept. Correct the setting; then resume."
        )
        self.assertEqual(self.backend.banner_danger, sentence)
        self.assertEqual(self.backend.secret_encryption, sentence)
        self.assertEqual(self.backend._secret(SECRET), "hush-hush", "from before the key")

    def test_a_backend_being_entered_says_nothing_yet(self):
        self.assertEqual(self.env["storefront.backend"].new({"platform": "shopify"})._banners(), [])
        edited = self.env["storefront.backend"].new(origin=self.backend)
        self.assertEqual(edited._banners(), [("warning", "secrets_clear", {})])

    def test_the_key_is_named_and_not_told(self):
        self.configure(NEW)
        self.assertRegex(
            self.backend.secret_encryption,
            "^Encrypted with key [0-9a-f]{8} of the server's configuration.$",
        )

    def test_a_token_renewed_meanwhile_is_not_overwritten(self):
        secrets = self.env["storefront.secret"]
        self.backend._store_token(Token(access_token="first"))
        self.configure(NEW)
        found = secrets._sealed_texts(self.env)
        self.backend._store_token(Token(access_token="second"))
        self.patch(type(secrets), "_sealed_texts", lambda *_args: found)
        self.assertEqual(secrets._reseal_all(), (2, 0))
        self.assertEqual(self.backend._token().access_token, "second")
