# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A copy of the database, as far as one database can play one; real copies are in tests/process."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.messages import render
from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestCopy(StorefrontCase):
    def become_copy(self):
        """What a restored dump under another name, or with another key, looks like."""
        self.backend.connected_database = "original/some-key"

    def test_the_connected_database_is_no_copy(self):
        self.assertFalse(self.backend.is_copy)
        self.assertFalse(self.backend.banner_danger)
        self.assertFalse(self._draft_backend("New", self.company).is_copy)

    def test_copy_says_so(self):
        self.become_copy()
        self.assertTrue(self.backend.is_copy)
        self.assertEqual(
            self.backend.banner_danger,
            "This database is not the one that was connected: it is a copy, or was renamed. It "
            "calls nobody and answers no webhook. If it is the live one now, say so on the "
            "backend.",
        )

    def test_another_key_makes_a_copy_too(self):
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        self.assertTrue(self.backend.is_copy)

    def test_no_job_works_in_a_copy(self):
        self.become_copy()
        self.bind(self.product, "1")
        self.poke("1001")
        for drain in ("fetch", "import", "stock"):
            self.job(drain)
        self.assertEqual(self.shop.calls, [])
        self.assertEqual(self.env["storefront.event"].search([]).state, "pending")
        self.assertEqual(self.backend.state, "connected", "untouched, should it be the live one")

    def test_connecting_is_not_enough(self):
        self.become_copy()
        with self.assertRaises(UserError) as caught:
            self.backend.action_connect()
        self.assertEqual(str(caught.exception), render(self.env, "other_database"))
        self.assertEqual(self.shop.calls, [])
        self.assertEqual(self.backend.connected_database, "original/some-key")

    def test_making_it_the_live_one(self):
        self.become_copy()
        self.poke("1001")
        self.backend.action_confirm_live()
        self.assertFalse(self.backend.is_copy)
        self.assertEqual(self.backend.connected_database, self.backend._database_identity())
        self.assertEqual(
            (self.backend.state, self.backend.pause_message),
            ("paused", "This database is the live one now. Connect to go on."),
        )
        note = self.backend.message_ids[0].body
        self.assertIn(f"This database ({self.env.cr.dbname}) was made the live one", note)
        self.assertIn("(original)", note)
        self.assertNotIn("some-key", note)
        self.job("fetch")
        self.assertEqual(self.shop.calls, [], "nothing starts by itself")
        self.backend.action_connect()
        self.assertEqual(self.backend.state, "connected")

    def test_confirming_again_or_without_need_changes_nothing(self):
        before = self.backend.read()
        self.backend.action_confirm_live()
        self.env.invalidate_all()
        self.assertEqual(self.backend.read(), before)

    def test_neutralized_copy_can_not_be_made_live(self):
        self.become_copy()
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        sentence = render(self.env, "neutralized")
        self.assertFalse(self.backend.is_copy)
        self.assertEqual(self.backend.banner_warning, sentence)
        for button in ("action_confirm_live", "action_connect"):
            with self.subTest(button=button), self.assertRaises(UserError) as caught:
                getattr(self.backend, button)()
            self.assertEqual(str(caught.exception), sentence)
        self.assertEqual(self.backend.connected_database, "original/some-key")
        self.assertEqual(self.shop.calls, [])
