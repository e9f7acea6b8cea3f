# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mappings are read at once, and again once they are others."""

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

    def values_of(self, mappings):
        """Return what a flow reads of them, as the database has it."""
        names = mappings._found_fields()
        return [[mapping[name] for name in names] for mapping in mappings]

    def test_several_kinds_are_read_in_one_query(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        made = {
            "status": self.make("status", "odd", step="skip") | self.make("status", "new"),
            "channel": self.make("channel", "shop", warehouse_id=self.warehouse.id),
            "payment": self.make("payment", "card", journal_id=journal.id, paid_step="pay"),
            "carrier": self.make("carrier", "post", title="By post"),
        }
        expected = {kind: self.values_of(mappings) for kind, mappings in made.items()}
        wanted = [
            (mappings._name, ["unknown", "", *mappings.mapped("name")])
            for mappings in made.values()
        ]
        self.env.flush_all()
        self.env.cr.clear()
        with self.assertQueryCount(1):
            self.env["storefront.mapping"]._find_at_once(self.backend, wanted)
            for (kind, mappings), (_model, names) in zip(made.items(), wanted, strict=True):
                found = mappings._find(self.backend, names)
                self.assertEqual(found, mappings)
                self.assertEqual(self.values_of(found), expected[kind])

    def test_nothing_is_asked_for_no_words(self):
        with self.assertQueryCount(0):
            self.env["storefront.mapping"]._find_at_once(
                self.backend, [("storefront.mapping.status", ["", False])]
            )

    def test_another_backends_words_are_not_found(self):
        other = self._draft_backend("Other", self.company)
        self.make("status", "odd")
        for find in (False, True):
            if find:
                self.env["storefront.mapping"]._find_at_once(
                    other, [("storefront.mapping.status", ["odd"])]
                )
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
