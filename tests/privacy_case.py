# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of privacy share: two customers, what they ask, and what is left of them."""

import json

from odoo.tests import new_test_user
from odoo.tools import SQL

from ..platforms.documents.customer import Customer
from ..platforms.documents.event import Event
from .common import StorefrontCase

# What must be nowhere any more once Ada was forgotten.
ADA = ("Ada Byron", "ada@example.com", "Rue Haute", "Bruxelles", "+32 2 555")


class PrivacyCase(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        prefix = "storefront_connector.group_storefront_"
        cls.manager = new_test_user(cls.env, "manager", prefix + "manager", **company)
        cls.user = new_test_user(cls.env, "user", prefix + "user", **company)
        cls.backend.responsible_id = cls.manager

    def setUp(self):
        super().setUp()
        self.requests = self.env["storefront.privacy.request"]

    def ada(self, **values):
        customer = {"external_id": "501", "name": "Ada Byron", "email": "ada@example.com"}
        return Customer(**{**customer, "phone": "+32 2 555", **values})

    def order_of(self, external_id, customer=None, **values):
        line = values.pop("line", None) or self.line("1", "10.00")
        customer = customer or self.ada()
        if customer.name != "Ada Byron":
            values.update(billing_address=None, shipping_address=None)
        told = {"note": f"Ring {customer.name}", "tracking": (f"Bike for {customer.name}",)}
        return self.order(external_id, line, customer=customer, **told, **values)

    def bob(self):
        return Customer(external_id="502", name="Bob", email="bob@example.com")

    def announce(self, kind, delivery=None, **values):
        """Have the storefront pass on a request; returns the event."""
        delivery = delivery or f"privacy-{self.env['storefront.event'].search_count([])}"
        event = Event(
            topic=kind, kind="privacy", external_id="", delivery_id=delivery, occurred_at=None
        )
        body = json.dumps({"type": kind, **values} if kind else {}).encode()
        self.env["storefront.event"]._receive(self.backend, event, body)
        return self.env["storefront.event"].search([("delivery_id", "=", delivery)])

    def ask(self, kind="customer_redact", **values):
        """Pass on a request about Ada and carry it out; returns the request."""
        if kind != "shop_redact":
            values = {"customer_external_id": "501", "email": "ada@example.com", **values}
        self.announce(kind, **values)
        self.job("privacy")
        return self.requests.search([("backend_id", "=", self.backend.id)], order="id")[-1:]

    def holdings(self):
        """All text our tables and the contacts hold, as a session beside Odoo would read it."""
        self.env.flush_all()
        ours = ("event", "snapshot", "operation", "issue", "privacy_request")
        tables = {f"storefront_{name}": "true" for name in ours}
        tables |= dict.fromkeys(("res_partner", "sale_order"), f"company_id = {self.company.id}")
        tables["mail_message"] = "model IN ('res.partner', 'sale.order', 'storefront.issue')"
        found = []
        for table, condition in tables.items():
            query = SQL(f"SELECT row_to_json(t)::text FROM {table} AS t WHERE {condition}")
            self.env.cr.execute(query)
            found += [row[0] for row in self.env.cr.fetchall()]
        return "\n".join(found)

    def assertForgotten(self):
        text = self.holdings()
        self.assertEqual([word for word in ADA if word in text], [])

    def erased(self, request):
        return {name: count for name, count in request.result["erased"].items() if count}
