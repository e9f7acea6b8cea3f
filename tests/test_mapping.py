# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mappings are read once a transaction, and again once they are others."""

from odoo.tests import tagged

from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestMapping(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.statuses = self.env["storefront.mapping.status"]

    def make(self, kind, name, **vals):
        vals = {"backend_id": self.backend.id, "name": name, **vals}
        return self.env[f"storefront.mapping.{kind}"].create(vals)

    def test_words_are_looked_for_once_in_a_transaction(self):
        status = self.make("status", "odd", step="skip")
        with self.assertQueryCount(0):
            self.assertFalse(self.statuses._find(self.backend, ["", False]))
        self.env.flush_all()
        with self.assertQueryCount(1):
            for _time in range(2):
                self.assertEqual(self.statuses._find(self.backend, ["odd", "unknown"]), status)

    def test_another_backends_words_are_not_found(self):
        other = self._draft_backend("Other", self.company)
        self.make("status", "odd")
        self.assertFalse(self.statuses._find(other, ["odd"]))

    def test_words_are_looked_for_again_once_mappings_change(self):
        self.assertFalse(self.statuses._find(self.backend, ["odd"]))
        status = self.make("status", "odd")
        self.assertEqual(self.statuses._find(self.backend, ["odd"]), status)
        status.name = "even"
        self.assertFalse(self.statuses._find(self.backend, ["odd"]))
        self.assertEqual(self.statuses._find(self.backend, ["even"]), status)
        status.unlink()
        self.assertFalse(self.statuses._find(self.backend, ["even"]))
