# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The base of the tests within Odoo: a backend on a storefront in memory, and no way out."""

import dataclasses
import os
import urllib.request
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.fields import Command
from odoo.tests import TransactionCase

from ..models.storefront_backend_jobs import DRAINS
from ..platforms.documents.customer import Address, Customer
from ..platforms.documents.event import Event
from ..platforms.documents.order import Discount, Order, OrderLine, TaxLine
from ..platforms.documents.product import Variant
from ..platforms.documents.stock import StockKey
from .fake_shop import MOMENT, FakeAdapter, FakeShop

SECRET_KEY = Fernet.generate_key().decode()
ADDRESS = Address(
    name="Ada Byron", street="Rue Haute 1", city="Bruxelles", zip="1000", country_code="BE"
)
CUSTOMER = Customer(external_id="501", name="Ada Byron", email="ada@example.com")


class StorefrontCase(TransactionCase):
    """A connected backend of a company of its own, in euro, with one warehouse.

    Cursors the code opens for itself are savepoints of the test's transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As a server should be: with a key, so that no backend warns of its lack.
        cls.startClassPatcher(patch.dict(os.environ, {"STOREFRONT_SECRET_KEYS": SECRET_KEY}))
        cls.euro = cls._currency("EUR")
        cls.company = cls.env["res.company"].create(
            {
                "name": "Storefront Tests",
                "currency_id": cls.euro.id,
                "country_id": cls.env.ref("base.be").id,
            }
        )
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.company = cls.company.with_env(cls.env)
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)])
        cls.product = cls._product("Cup", "CUP")
        cls.other_product = cls._product("Plate", "PLATE")
        cls.backend = cls._connected_backend("Shop", cls.company)
        cls.location = cls._location(cls.backend, "L1", cls.warehouse)

    def setUp(self):
        super().setUp()
        # What an earlier test of this class would have done after its commit.
        self.env.cr.postcommit.clear()
        self.shop = FakeShop()
        self.adapter_class = type("TestAdapter", (FakeAdapter,), {"shop": self.shop})
        backends = type(self.env["storefront.backend"])
        self.real_adapter_class = backends._adapter_class
        self.patch(backends, "_adapter_class", lambda backend: self.adapter_class)
        self.env.flush_all()
        if not self._registry_patched:
            self.registry_enter_test_mode()
        self.startPatcher(patch.object(urllib.request.OpenerDirector, "open", _refuse_request))

    @classmethod
    def _request_handler(cls, session, request, /, **_kwargs):
        """Override of `odoo.tests` to refuse calls to this machine as well."""
        _refuse_request(session, request.url)

    # what the tests are made of

    @classmethod
    def _currency(cls, code):
        currency = (
            cls.env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
        )
        currency.active = True
        return currency

    @classmethod
    def _product(cls, name, sku, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "default_code": sku,
                "is_storable": True,
                "list_price": 77.0,
                "taxes_id": [Command.clear()],
                **vals,
            }
        )

    @classmethod
    def _tax(cls, name, percent, included=False, company=None):
        company = company or cls.company
        return (
            cls.env["account.tax"]
            .with_company(company)
            .create(
                {
                    "name": name,
                    "amount": percent,
                    "price_include_override": "tax_included" if included else "tax_excluded",
                    "type_tax_use": "sale",
                    "company_id": company.id,
                    "tax_group_id": cls._tax_group(company).id,
                    "country_id": company.account_fiscal_country_id.id,
                }
            )
        )

    @classmethod
    def _tax_group(cls, company):
        groups = cls.env["account.tax.group"]
        vals = {"company_id": company.id, "country_id": company.account_fiscal_country_id.id}
        domain = [(name, "=", value) for name, value in vals.items()]
        return groups.search(domain, limit=1) or groups.create({"name": "Taxes", **vals})

    @classmethod
    def _draft_backend(cls, name, company):
        return cls.env["storefront.backend"].create(
            {
                "name": name,
                "platform": "shopify",
                "company_id": company.id,
                "url": "https://fake.example",
                "shopify_access": "token",
                "shopify_access_token": "shpat_secret_token",
                "shopify_client_secret": "hush-hush",
            }
        )

    @classmethod
    def _connected_backend(cls, name, company):
        """A backend as Connect leaves it, made by the real buttons where they call nobody."""
        backend = cls._draft_backend(name, company)
        backend.action_create_users()
        backend.write({"state": "connected", "connected_database": backend._database_identity()})
        return backend

    @classmethod
    def _location(cls, backend, external_id, warehouse):
        return cls.env["storefront.mapping.location"].create(
            {
                "backend_id": backend.id,
                "external_id": external_id,
                "name": f"Place {external_id}",
                "warehouse_id": warehouse.id,
            }
        )

    def load_chart(self):
        """Give the company accounts to post invoices with; this removes its taxes."""
        self.env["account.chart.template"].try_loading("generic_coa", self.company)
        self.env["account.tax"].search([("company_id", "=", self.company.id)]).active = False

    def bind(self, product, external_id, backend=None):
        """Link ``product`` to a variant that is counted as ``I<external id>``."""
        return self.env["storefront.binding.variant"].create(
            {
                "backend_id": (backend or self.backend).id,
                "product_id": product.id,
                "external_id": external_id,
                "inventory_external_id": f"I{external_id}",
                "name": f"Variant {external_id}",
                "matched_by": "sku",
            }
        )

    def variant(self, external_id, **values):
        return Variant(
            **{
                "external_id": external_id,
                "product_external_id": f"P{external_id}",
                "inventory_external_id": f"I{external_id}",
                "name": f"Variant {external_id}",
                **values,
            }
        )

    def stock_key(self, external_id, location="L1"):
        return StockKey(inventory_external_id=f"I{external_id}", location_external_id=location)

    def line(self, external_id, unit_price, *taxes, quantity=1, discount=None, **values):
        """An order line; each tax is (title, rate as a fraction, amount)."""
        return OrderLine(
            **{
                "external_id": external_id,
                "name": f"Line {external_id}",
                "sku": "CUP",
                "quantity": Decimal(quantity),
                "unit_price": Decimal(unit_price),
                "discounts": (Discount(title="Sale", amount=Decimal(discount)),)
                if discount
                else (),
                "taxes": tuple(
                    TaxLine(title=title, rate=Decimal(rate), amount=Decimal(amount))
                    for title, rate, amount in taxes
                ),
                **values,
            }
        )

    def order(self, external_id, *lines, **values):
        """An order of ``lines`` whose totals are the sums of theirs unless they are given."""
        order = Order(
            **{
                "external_id": external_id,
                "number": f"#{external_id}",
                "created_at": MOMENT,
                "updated_at": MOMENT,
                "currency": "EUR",
                "prices_include_tax": False,
                "payment_state": "paid",
                "customer": CUSTOMER,
                "billing_address": ADDRESS,
                "shipping_address": ADDRESS,
                "lines": lines,
                "total": Decimal(0),
                "total_tax": Decimal(0),
                **values,
            }
        )
        tax = sum((line.tax_total for line in lines), Decimal(0))
        total = sum((order.untaxed(line) for line in lines), Decimal(0)) + tax
        computed = {"total": total, "total_tax": tax}
        return dataclasses.replace(
            order, **{name: computed[name] for name in computed if name not in values}
        )

    # what happens

    def commit(self):
        """Do what a commit does, as far as a test's transaction can."""
        self.env.cr.flush()
        self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def job(self, drain, backend=None, **kwargs):
        """Run a drain the way a job does: as its integration user, after a commit."""
        self.commit()
        self.perform(drain, backend, **kwargs)

    def perform(self, drain, backend=None, **kwargs):
        """Run a drain as its integration user."""
        backend = backend or self.backend
        user = backend[f"{DRAINS[drain].role}_user_id"]
        job_context = {"allowed_company_ids": user.company_id.ids}
        target = backend.with_env(self.env(user=user, su=False, context=job_context))
        getattr(target, DRAINS[drain].method)(**kwargs)
        self.env.flush_all()
        self.env.invalidate_all()

    def poke(self, external_id, delivery=None, at=MOMENT, backend=None):
        """Store a webhook that points at an order; return whether it was new."""
        event = Event(
            topic="orders/changed",
            kind="order",
            external_id=external_id,
            delivery_id=delivery or f"d-{external_id}-{datetime.now().timestamp()}",
            occurred_at=at,
        )
        return self.env["storefront.event"]._receive(backend or self.backend, event, b"{}")

    def receive(self, *orders, backend=None):
        """Place orders in the shop and have them arrive; return the sale orders by external id."""
        for order in orders:
            self.shop.orders[order.external_id] = order
            self.poke(order.external_id, backend=backend)
        self.job("fetch", backend)
        self.job("import", backend)
        return self.sale_orders(backend)

    def sale_orders(self, backend=None):
        found = self.env["sale.order"].search(
            [("storefront_backend_id", "=", (backend or self.backend).id)], order="id"
        )
        return {order.storefront_external_id: order for order in found}

    def snapshot(self, external_id, backend=None):
        return self.env["storefront.snapshot"].search(
            [
                ("backend_id", "=", (backend or self.backend).id),
                ("external_id", "=", external_id),
            ]
        )

    def issues(self, **values):
        domain = [("backend_id", "=", self.backend.id)]
        return self.env["storefront.issue"].search(
            domain + [(name, "=", value) for name, value in values.items()], order="id"
        )

    def operations(self, kind):
        return self.env["storefront.operation"].search(
            [("backend_id", "=", self.backend.id), ("type", "=", kind)], order="id"
        )

    def outbox(self, backend=None):
        """Return the product ids that wait, in the order they were noted."""
        self.env.cr.flush()
        self.env.cr.execute(
            "SELECT product_id FROM storefront_outbox WHERE backend_id = %s ORDER BY id",
            [(backend or self.backend).id],
        )
        return [product_id for (product_id,) in self.env.cr.fetchall()]

    def set_stock(self, product, quantity, location=None):
        """Count ``quantity`` more of ``product``."""
        self.env["stock.quant"]._update_available_quantity(
            product, location or self.warehouse.lot_stock_id, quantity
        )

    def later(self, seconds):
        return MOMENT + timedelta(seconds=seconds)

    def utc(self, *numbers):
        return datetime(*numbers, tzinfo=timezone.utc)


def _refuse_request(_opener, address, *_args, **_kwargs):
    raise AssertionError(f"a test called {address}")
