# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who searches the history names the backends it looks at, so that PostgreSQL knows how few."""

from odoo.tests import new_test_user, tagged

from .common import StorefrontCase

HISTORY = ("storefront.event", "storefront.snapshot", "storefront.operation")


@tagged("post_install", "-at_install")
class TestHistory(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.foreign = cls._connected_backend("Foreign", cls.elsewhere)
        cls.closed = cls._draft_backend("Closed", cls.company)
        cls.closed.active = False

    def searched(self, model, companies):
        """Return the backends a manager's search names, None where it names none."""
        manager = new_test_user(
            self.env,
            f"{model}-{'-'.join(map(str, companies.ids))}",
            "storefront_connector.group_storefront_manager",
            company_id=companies[0].id,
            company_ids=[(6, 0, companies.ids)],
        )
        records = self.env[model].with_user(manager)
        query = records.with_context(allowed_company_ids=companies.ids)._search([])
        named = [param for param in query.select().params if isinstance(param, tuple)]
        own = {self.backend.id, self.foreign.id, self.closed.id}
        return sorted(own.intersection(*named[:1]))

    def test_backends_of_the_readers_companies_are_named(self):
        for model in HISTORY:
            with self.subTest(model=model):
                self.assertEqual(
                    self.searched(model, self.company), [self.backend.id, self.closed.id]
                )
                self.assertEqual(self.searched(model, self.elsewhere), [self.foreign.id])
                self.assertEqual(
                    self.searched(model, self.company + self.elsewhere),
                    sorted([self.backend.id, self.closed.id, self.foreign.id]),
                )

    def test_rows_are_found_as_before(self):
        self.receive(self.order("1", self.line("1", "10.00")))
        self.poke("2", backend=self.foreign)
        for model in HISTORY:
            with self.subTest(model=model):
                found = self.env[model].sudo().search([])
                mine = self.env[model].with_user(self.backend.reconciliation_user_id).search([])
                self.assertEqual(mine, found.filtered(lambda one: one.backend_id == self.backend))
                self.assertTrue(mine)
