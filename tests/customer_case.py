# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of customers share: accounts that order, and change in the storefront."""

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo.sql_db import Cursor
from odoo.tests import new_test_user

from ..platforms.documents.customer import Address, Customer
from ..platforms.documents.event import Event
from .common import StorefrontCase
from .fake_shop import MOMENT

WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.I)
HOME = Address(
    name="Ada Byron", street="Rue Haute 1", city="Bruxelles", zip="1000", country_code="BE"
)
OFFICE = replace(HOME, street="Quai du Commerce 7", zip="1001")


class CustomerCase(StorefrontCase):
    def account(self, seconds=0, **values):
        """Ada's account, as the storefront holds it ``seconds`` later."""
        return Customer(
            **{
                "external_id": "501",
                "name": "Ada Byron",
                "email": "ada@example.com",
                "phone": "+3225550101",
                "addresses": (HOME,),
                "updated_at": self.later(seconds),
                **values,
            }
        )

    def buy(self, external_id, **values):
        """Import an order; return (customer, invoice partner, delivery partner)."""
        values = {"customer": self.account(), **values}
        document = self.order(external_id, self.line("1", "10.00"), **values)
        order = self.receive(document)[external_id]
        return order.partner_id, order.partner_invoice_id, order.partner_shipping_id

    def announce(self, external_id="501", merged_into="", topic="customers/changed"):
        """Store a webhook that points at an account."""
        event = Event(
            topic=topic,
            kind="customer",
            external_id=external_id,
            delivery_id=f"c-{self.env['storefront.event'].search_count([])}",
            occurred_at=self.later(0),
            merged_into=merged_into,
        )
        self.env["storefront.event"]._receive(self.backend, event, b"{}")

    def change(self, seconds=60, **values):
        """Have an account change in the storefront, and the change arrive."""
        account = self.account(seconds, **values)
        self.shop.customers[account.external_id] = account
        self.announce(account.external_id)
        self.job("fetch")
        self.job("import")
        return self.record(account.external_id)

    def record(self, external_id="501"):
        """The snapshot of an account."""
        return self.env["storefront.snapshot"].search(
            [("kind", "=", "customer"), ("external_id", "=", external_id)]
        )

    def bindings(self, **values):
        domain = [("backend_id", "=", self.backend.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["storefront.binding.partner"].search(domain, order="id")

    def address(self, partner):
        return (partner.street, partner.zip, partner.city, partner.country_id.code)

    def deliver(self, order_id="1"):
        """Nothing is on its way any more."""
        self.sale_orders()[order_id].picking_ids.action_cancel()

    @contextmanager
    def written_tables(self):
        """Collect the tables that statements write to."""
        written, execute = set(), Cursor.execute

        def noting(cr, query, *args, **kwargs):
            found = WRITING.match(query if isinstance(query, str) else query.code)
            written.update([found[1]] if found else ())
            return execute(cr, query, *args, **kwargs)

        self.env.flush_all()
        with patch.object(Cursor, "execute", noting):
            yield written
            self.env.flush_all()


class ConflictCase(CustomerCase):
    """Ada has ordered at MOMENT, and nothing is on its way; both sides may change her now."""

    def setUp(self):
        super().setUp()
        with freeze_time(MOMENT):
            self.partner = self.buy("1")[0]
        self.deliver()
        self.binding = self.partner.storefront_binding_ids

    def rule(self, **rules):
        self.backend.write({f"customer_rule_{name}": rule for name, rule in rules.items()})

    def edit(self, seconds, **vals):
        """Somebody here changes the contact ``seconds`` after the order."""
        with freeze_time(MOMENT + timedelta(seconds=seconds)):
            self.partner.write(vals)
            self.env.flush_all()

    def manager(self, groups=""):
        login = f"manager-{len(groups)}"
        group = "storefront_connector.group_storefront_manager"
        companies = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        return new_test_user(self.env, login, f"{group}{groups}", **companies)

    def press(self, issue, which, user=None, **values):
        """Press a button and decide."""
        issue = issue.with_user(user or self.manager())
        action = getattr(issue, f"action_ask_{which}")()
        wizards = issue.env["storefront.issue.decision"].with_context(**action["context"])
        wizards.create(values).action_apply()
        self.job("fetch")
        self.job("import")
