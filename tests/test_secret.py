# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where credentials are kept, and that no way but the connector's own leads to them."""

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.exceptions import AccessError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from ..models import secret_settings
from ..models.storefront_secret import SECRET_MASK
from ..platforms.errors import NotConfigured
from .common import StorefrontCase

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRET, TOKEN = "shopify_client_secret", "shopify_access_token"


class SecretCase(StorefrontCase):
    """Secrets on a server whose configuration the test decides."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.dict(os.environ))
        # Not the file this server was started with: it may name keys.
        self.patch(secret_settings, "config", {"config": ""})
        self.configure("")
        for name, value in ((SECRET, "hush-hush"), (TOKEN, "shpat_secret_token")):
            self.backend._put_secret(name, value)

    def configure(self, keys="", directory=""):
        """Give the server these keys and this folder, as its environment does."""
        os.environ["STOREFRONT_SECRET_KEYS"] = keys
        os.environ["STOREFRONT_SECRET_DIRECTORY"] = directory

    def stored(self, name=SECRET, column="value", backend=None):
        """Return the text in the database."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {column} FROM storefront_secret WHERE backend_id = %s AND name = %s",
            [(backend or self.backend).id, name],
        )
        row = self.env.cr.fetchone()
        return row and row[0]

    def assertNotConfigured(self, code, **params):
        with self.assertRaises(NotConfigured) as caught:
            self.backend._secret(SECRET)
        self.assertEqual((caught.exception.code, caught.exception.params), (code, params))


@tagged("post_install", "-at_install")
class TestSecret(SecretCase):
    # what is shown

    def test_a_secret_is_kept_and_shown_as_a_mask(self):
        self.assertEqual(self.backend._secret(SECRET), "hush-hush")
        self.assertEqual(self.backend._secret(TOKEN), "shpat_secret_token")
        self.assertEqual((self.backend[SECRET], self.backend[TOKEN]), (SECRET_MASK, SECRET_MASK))

    def test_the_table_of_backends_holds_no_secret(self):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'storefront_backend' AND column_name LIKE 'shopify%'"
        )
        columns = {name for (name,) in self.env.cr.fetchall()}
        self.assertEqual(columns, {"shopify_access", "shopify_client_id"})

    def test_writing_the_mask_back_changes_nothing(self):
        before = self.stored()
        self.backend.write({SECRET: SECRET_MASK, "name": "Renamed"})
        self.assertEqual(self.stored(), before)
        self.assertEqual(self.backend._secret(SECRET), "hush-hush")

    def test_a_part_of_the_mask_is_no_secret(self):
        with self.assertRaisesRegex(ValidationError, "Enter the whole value"):
            self.backend[SECRET] = f"{SECRET_MASK}x"

    def test_writing_stores_and_empty_removes(self):
        self.backend[SECRET] = " new \n"
        self.assertEqual(self.backend._secret(SECRET), "new")
        self.assertEqual(self.backend[SECRET], SECRET_MASK)
        self.backend[SECRET] = ""
        self.assertFalse(self.backend[SECRET])
        self.assertNotConfigured("secret_missing", setting="Client Secret")
        self.assertEqual(self.backend._valid_secrets(SECRET), [])
        self.backend[SECRET] = False
        self.assertIsNone(self.stored())

    def test_no_answer_to_a_client_holds_what_it_sent(self):
        """Neither the record the form gets back after saving, nor the one after creating."""
        answer = self.backend.web_save({SECRET: "typed-in"}, {SECRET: {}, TOKEN: {}})
        self.assertEqual((answer[0][SECRET], answer[0][TOKEN]), (SECRET_MASK, SECRET_MASK))
        made = self.env["storefront.backend"].web_save(
            {"name": "New", "platform": "shopify", "url": "https://x.example", SECRET: "typed-in"},
            {SECRET: {}, TOKEN: {}},
        )
        self.assertEqual((made[0][SECRET], made[0][TOKEN]), (SECRET_MASK, False))
        self.assertEqual(
            self.env["storefront.backend"].browse(made[0]["id"])._secret(SECRET), "typed-in"
        )

    def test_a_form_being_edited_shows_the_mask(self):
        edited = self.env["storefront.backend"].new(origin=self.backend)
        self.assertEqual(edited[SECRET], SECRET_MASK)
        self.assertFalse(self.env["storefront.backend"].new({"platform": "shopify"})[SECRET])

    def test_a_copy_and_a_deleted_backend_have_no_secrets(self):
        copy = self.backend.copy()
        self.assertEqual((copy[SECRET], copy[TOKEN]), (False, False))
        copy[SECRET] = "own"
        copy.unlink()
        self.assertIsNone(self.stored(backend=copy))
        self.assertEqual(self.backend._secret(SECRET), "hush-hush")

    def test_wiping(self):
        other = self._draft_backend("Other", self.company)
        self.backend._wipe_secrets()
        self.assertEqual((self.backend[SECRET], self.backend[TOKEN]), (False, False))
        self.assertIsNone(self.stored())
        self.assertEqual(other._secret(SECRET), "hush-hush")

    # who

    def test_not_even_an_administrator_reads_a_secret(self):
        groups = "base.group_system,storefront_connector.group_storefront_manager"
        admin = new_test_user(
            self.env,
            "root-like",
            groups,
            company_ids=[(6, 0, self.company.ids)],
            company_id=self.company.id,
        )
        secrets = self.env["storefront.secret"].search([]).with_user(admin)
        backend = self.backend.with_user(admin)
        self.assertEqual(backend.read([SECRET])[0][SECRET], SECRET_MASK)
        self.assertEqual(backend.export_data([SECRET, TOKEN])["datas"], [[SECRET_MASK] * 2])
        calls = [
            lambda: secrets.read(["name"]),
            lambda: secrets.export_data(["value"]),
            lambda: secrets.search([("value", "like", "hush%")]),
            lambda: secrets.formatted_read_group([], ["name"], ["__count"]),
            lambda: secrets.write({"name": "mine"}),
            lambda: secrets.create({"name": "x", "value": "y", "backend_id": backend.id}),
            lambda: secrets.unlink(),
            lambda: secrets.mapped("value"),
        ]
        for number, call in enumerate(calls):
            with self.subTest(call=number), self.assertRaises(AccessError):
                call()
        with self.assertRaises(ValueError):
            backend.search([(SECRET, "like", "hush%")])

    def test_a_manager_without_the_settings_right_writes_no_credential(self):
        group = "storefront_connector.group_storefront_manager"
        manager = new_test_user(
            self.env,
            "no-settings",
            group,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for call in (
            lambda: self.backend.with_user(manager).write({SECRET: "mine"}),
            lambda: self.backend.with_user(manager).write({SECRET: False}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(self.backend._secret(SECRET), "hush-hush")

    def test_a_call_is_logged_without_what_was_entered(self):
        """At log level debug Odoo logs the arguments of calls."""
        replaced = self.env["storefront.secret.replace"]
        vals = {"backend_id": self.backend.id, "name": SECRET, "new_value": "typed-in"}
        with self.assertLogs("odoo.service.model", "DEBUG") as caught:
            call_kw(self.backend.browse(), "write", [self.backend.ids, {SECRET: "typed-in"}], {})
            call_kw(replaced, "create", [vals], {})
            call_kw(self.env["res.partner"], "name_search", ["Ada"], {})
        said = "\n".join(caught.output)
        self.assertNotIn("typed-in", said)
        self.assertIn(f"call storefront.backend({self.backend.id},).write(***)", said)
        self.assertIn("call storefront.secret.replace().create(***)", said)
        self.assertIn("call res.partner().name_search('Ada')", said)

    # encrypted

    def test_without_a_key_it_is_kept_as_odoo_keeps_it(self):
        self.assertEqual(self.stored(), "clear:hush-hush")

    def test_with_a_key_it_is_encrypted(self):
        self.configure(NEW)
        self.backend[SECRET] = "encrypted-one"
        self.assertRegex(self.stored(), "^fernet:[0-9a-f]{8}:gAAAA")
        self.assertNotIn("encrypted-one", self.stored())
        self.assertEqual(self.backend._secret(SECRET), "encrypted-one")
        self.assertEqual(self.backend[SECRET], SECRET_MASK)
        self.assertEqual(self.backend._secret(TOKEN), "shpat_secret_token", "from before the key")

    def test_the_key_rotates(self):
        self.configure(OLD)
        self.backend[SECRET] = "encrypted-one"
        self.configure(f"{NEW}, {OLD}")
        self.assertEqual(self.backend._secret(SECRET), "encrypted-one")

    def test_a_secret_whose_key_is_gone(self):
        self.configure(OLD)
        self.backend[SECRET] = "encrypted-one"
        for keys in (NEW, ""):
            self.configure(keys)
            self.assertNotConfigured("secret_unreadable", setting="Client Secret")
            self.assertEqual(self.backend._valid_secrets(SECRET), [])
            self.assertEqual(self.backend[SECRET], SECRET_MASK)

    def test_a_secret_moved_to_another_backend_is_unreadable_there(self):
        self.configure(NEW)
        other = self._draft_backend("Other", self.company)
        self.env.cr.execute(
            "UPDATE storefront_secret SET value = %s WHERE backend_id = %s AND name = %s",
            [self.stored(backend=other), self.backend.id, SECRET],
        )
        self.assertNotConfigured("secret_unreadable", setting="Client Secret")

    def test_a_key_that_is_none(self):
        self.configure(OLD)
        self.backend[SECRET] = "encrypted-one"
        self.configure(f"{OLD},my passphrase")
        self.assertNotConfigured("secret_key_invalid", number=2)
        with self.assertRaises(ValidationError) as caught:
            self.backend[SECRET] = "another"
        self.assertEqual(
            str(caught.exception),
            "Key 2 in the server's setting secret_keys is no Fernet key, so no secret can be read "
            "or kept. Correct the setting; then resume.",
        )

    def test_the_file_odoo_was_started_with(self):
        file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "odoo.conf"
        self.patch(secret_settings, "config", {"config": str(file)})
        self.assertFalse(secret_settings.secret_box().has_key)
        self.configure(OLD, "/from/environment")
        file.write_text("[options]\nworkers = 2\n")
        self.assertEqual(self.fingerprint(), self.fingerprint_of(OLD))
        section = f"[storefront_connector]\nsecret_keys = {NEW},{OLD}\nsecret_directory = /x%/%d\n"
        file.write_text(section)
        self.assertEqual(self.fingerprint(), self.fingerprint_of(NEW), "the file wins, at once")
        self.assertEqual(secret_settings.secret_directory("db1"), "/x%/db1")
        file.write_text("no configuration at all")
        self.assertEqual(self.fingerprint(), self.fingerprint_of(OLD))

    def fingerprint(self):
        return secret_settings.secret_box().fingerprint

    def fingerprint_of(self, key):
        return secret_settings.SecretBox([key]).fingerprint

    # references

    def test_a_variable_is_read_at_each_use(self):
        os.environ["STOREFRONT_SHOP"] = "from-vault"
        self.backend[SECRET] = "env:STOREFRONT_SHOP"
        self.assertEqual(self.stored(), "env:STOREFRONT_SHOP")
        self.assertEqual(self.backend[SECRET], "env:STOREFRONT_SHOP")
        self.assertEqual(self.backend._secret(SECRET), "from-vault")
        os.environ["STOREFRONT_SHOP"] = "rotated"
        self.assertEqual(self.backend._valid_secrets(SECRET), ["rotated"])
        del os.environ["STOREFRONT_SHOP"]
        self.assertNotConfigured("secret_reference_missing", reference="env:STOREFRONT_SHOP")
        self.assertEqual(self.backend._valid_secrets(SECRET), [])

    def test_a_file_is_read_from_the_folder_of_the_database(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.configure(directory=f"{folder}/%d")
        own = folder / self.env.cr.dbname
        own.mkdir()
        for name, content in ((own / "shop", "from-vault\n"), (folder / "other", "of others")):
            name.write_text(content)
            name.chmod(0o600)
        self.backend[SECRET] = "file:shop"
        self.assertEqual(self.backend._secret(SECRET), "from-vault")
        with self.assertRaisesRegex(ValidationError, "secret_directory allows"):
            self.backend[SECRET] = "file:../other"
        (own / "shop").chmod(0o644)
        self.assertNotConfigured("secret_reference_exposed", reference="file:shop")

    def test_a_reference_that_leads_nowhere_is_refused_at_once(self):
        cases = {
            "env:PGPASSWORD": "begins with STOREFRONT_",
            "env:STOREFRONT_SECRET_KEYS": "begins with STOREFRONT_",
            "env:STOREFRONT_NOWHERE": "doesn't exist",
            "file:/etc/hostname": "secret_directory allows",
        }
        for reference, words in cases.items():
            with self.subTest(reference=reference):
                with self.assertRaisesRegex(ValidationError, words):
                    self.backend[SECRET] = reference
        self.env.invalidate_all()
        self.assertEqual(self.backend._secret(SECRET), "hush-hush")
