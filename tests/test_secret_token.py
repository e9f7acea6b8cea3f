# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Granted tokens: kept whole, renewed by one worker at a time."""

import os
import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from ..models import storefront_backend_token
from ..platforms import errors
from ..platforms.documents.access import Token
from .test_secret import NEW, OLD, SecretCase

FIRST = Token(
    access_token="shpat_first",
    expires_at=1800000000.125,
    refresh_token="shprt_first",
    refresh_expires_at=1807776000.5,
    scopes=("read_orders", "write_inventory"),
)
SECOND = Token(access_token="shpat_second", expires_at=1800003600.0, refresh_token="shprt_second")


@tagged("post_install", "-at_install")
class TestSecretToken(SecretCase):
    def setUp(self):
        super().setUp()
        self.asked = []

    def grant(self, *answers):
        """A grant that gives ``answers``, one a call, and notes what it was asked with."""
        remaining = list(answers)

        def granting(stored):
            self.asked.append(stored)
            answer = remaining.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return granting

    def column(self, name):
        self.env.cr.execute(
            f"SELECT {name} FROM storefront_token WHERE backend_id = %s", [self.backend.id]
        )
        return self.env.cr.fetchall()

    def test_a_token_is_kept_whole(self):
        self.assertIsNone(self.backend._token())
        self.backend._store_token(FIRST)
        self.assertEqual(self.backend._token(), FIRST)
        self.backend._store_token(SECOND)
        self.assertEqual(self.backend._token(), SECOND)
        self.assertEqual(self.column("version"), [(2,)])

    def test_a_renewal_that_ends_after_disconnecting_brings_no_token_back(self):
        self.backend._store_token(FIRST)
        _token, version = self.backend._read_stored()
        self.backend._wipe_secrets()
        self.backend._store_grant(SECOND, version)
        self.assertIsNone(self.backend._token())

    def test_a_token_is_encrypted_like_every_secret(self):
        self.backend._store_token(FIRST)
        self.assertEqual(self.column("value"), [('clear:["shpat_first", "shprt_first"]',)])
        self.configure(NEW)
        self.assertEqual(self.backend._token(), FIRST)
        self.backend._store_token(FIRST)
        self.assertTrue(self.column("value")[0][0].startswith("fernet:"))
        self.assertEqual(self.backend._token(), FIRST)

    def test_an_unreadable_token_is_none_and_can_be_replaced(self):
        self.configure(OLD)
        self.backend._store_token(FIRST)
        self.configure(NEW)
        self.assertIsNone(self.backend._token())
        self.assertEqual(self.backend._renew_token(None, self.grant(SECOND)), SECOND)
        self.assertEqual(self.asked, [None])
        self.assertEqual(self.backend._token(), SECOND)

    def test_a_bad_key_keeps_no_token(self):
        self.configure("passphrase")
        with self.assertRaises(errors.NotConfigured) as caught:
            self.backend._store_token(FIRST)
        self.assertEqual(caught.exception.code, "secret_key_invalid")

    def test_the_adapter_gets_token_and_renewal(self):
        self.backend._store_token(FIRST)
        settings = self.backend._adapter().settings
        self.assertEqual(settings.token, FIRST)
        self.assertEqual(settings.renew_token(FIRST, self.grant(SECOND)), SECOND)
        self.assertEqual(self.backend._adapter().settings.token, SECOND)

    def test_renewal_is_asked_with_what_is_stored_and_stores_the_answer(self):
        self.assertEqual(self.backend._renew_token(None, self.grant(FIRST)), FIRST)
        self.assertEqual(self.backend._renew_token(FIRST, self.grant(SECOND)), SECOND)
        self.assertEqual(self.asked, [None, FIRST])
        self.assertEqual(self.backend._token(), SECOND)

    def test_a_newer_token_is_taken_without_asking(self):
        self.backend._store_token(SECOND)
        self.assertEqual(self.backend._renew_token(FIRST, self.grant()), SECOND)
        self.assertEqual(self.backend._renew_token(None, self.grant()), SECOND)
        self.assertEqual(self.asked, [])

    def test_a_grant_that_fails_leaves_token_and_lease(self):
        self.backend._store_token(FIRST)
        with self.assertRaises(errors.AuthFailed):
            self.backend._renew_token(FIRST, self.grant(errors.AuthFailed("unauthorized")))
        self.assertEqual(self.backend._token(), FIRST)
        self.assertEqual(self.backend._renew_token(FIRST, self.grant(SECOND)), SECOND)

    def test_an_authorization_during_a_renewal_wins(self):
        self.backend._store_token(FIRST)
        anew = Token(access_token="shpat_authorized", scopes=("read_orders", "read_products"))

        def granting(_stored):
            self.backend._store_token(anew)
            return SECOND

        self.assertEqual(self.backend._renew_token(FIRST, granting), anew)
        self.assertEqual(self.backend._token(), anew)

    def test_who_waits_too_long_tries_later(self):
        self.patch(storefront_backend_token, "RENEWAL_PATIENCE", 0.0)
        self.assertTrue(self.env["storefront.claim"]._acquire(f"token:{self.backend.id}"))
        with self.assertRaises(errors.RetryLater) as caught:
            self.backend._renew_token(None, self.grant(FIRST))
        self.assertEqual((caught.exception.code, caught.exception.uses_try), ("token_busy", False))
        self.assertEqual(caught.exception.seconds, 91)
        self.assertEqual(self.asked, [])

    def test_a_renewal_the_store_refuses_ends_in_one_banner(self):
        """As after a process that died before it could store the answer, once its token is void."""
        self.backend._store_token(FIRST)

        def fetch(adapter, _kind, _external_ids):
            adapter.settings.renew_token(FIRST, self.grant(errors.AuthFailed("unauthorized")))

        self.patch(self.adapter_class, "fetch_records", fetch)
        self.poke("1001")
        self.job("fetch")
        self.assertEqual(self.asked, [FIRST])
        said = [code for level, code, _params in self.backend._banners() if level == "danger"]
        self.assertEqual(said[0], "unauthorized")
        self.assertEqual(said.count("unauthorized"), 1)


@tagged("post_install", "-at_install")
class TestTwoWorkers(BaseCase):
    """Real transactions, a database session each: what two workers of one backend do."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.startPatcher(patch.dict(os.environ, {"STOREFRONT_SECRET_KEYS": NEW}))
        # The thread that runs the tests holds the real one throughout.
        self.startPatcher(patch.object(Registry, "_lock", threading.RLock()))
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            vals = {"name": "Two workers", "platform": "shopify", "url": "https://fake.example"}
            self.backend_id = env["storefront.backend"].create(vals).id
        self.addCleanup(self._remove)
        self.grants = []

    def _remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["storefront.backend"].browse(self.backend_id).unlink()
            key = f"token:{self.backend_id}"
            env["storefront.claim"].search([("key", "=", key)]).unlink()

    def _work(self, grant):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env["storefront.backend"].browse(self.backend_id)._renew_token(None, grant)

    def test_two_workers_renew_once(self):
        asked, meanwhile = threading.Event(), threading.Event()

        def slow(stored):
            self.grants.append(stored)
            asked.set()
            meanwhile.wait(30)
            return FIRST

        def second(stored):
            self.grants.append(stored)
            return SECOND

        def second_worker():
            asked.wait(30)
            threading.Timer(0.5, meanwhile.set).start()
            results.append(self._work(second))

        results = []
        threads = [
            threading.Thread(target=lambda: results.append(self._work(slow))),
            threading.Thread(target=second_worker),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(results, [FIRST, FIRST])
        self.assertEqual(self.grants, [None])

    def test_the_lease_is_visible_and_nothing_is_locked_while_the_store_is_asked(self):
        def looking(_stored):
            with self.registry.cursor() as cr:
                cr.execute(
                    "SELECT token IS NOT NULL FROM storefront_claim WHERE key = %s"
                    " FOR UPDATE NOWAIT",
                    [f"token:{self.backend_id}"],
                )
                self.grants += cr.fetchall()
                cr.execute("LOCK TABLE storefront_token IN ACCESS EXCLUSIVE MODE NOWAIT")
                cr.rollback()
            return FIRST

        self.assertEqual(self._work(looking), FIRST)
        self.assertEqual(self.grants, [(True,)])

    def test_a_worker_killed_in_a_renewal_takes_its_lease_along(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertTrue(env["storefront.claim"]._acquire(f"token:{self.backend_id}"))
        with self.registry.cursor() as cr:
            cr.execute(
                "UPDATE storefront_claim SET holder = '1@1.5' WHERE key = %s RETURNING id",
                [f"token:{self.backend_id}"],
            )
            self.assertTrue(cr.fetchone())
        self.assertEqual(self._work(lambda _stored: FIRST), FIRST)
