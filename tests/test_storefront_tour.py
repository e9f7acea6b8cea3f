# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A new user in a browser: connects a store, links products, opens an order, mends another."""

import subprocess
import sys
from pathlib import Path

import requests
from odoo.tests import HttpCase, tagged

from ..platforms.shopify.adapter import ShopifyAdapter
from .browser import Browser

ROOT = Path(__file__).resolve().parents[1]


@tagged("post_install", "-at_install")
class TestStorefrontTour(Browser, HttpCase):
    def setUp(self):
        super().setUp()
        self.store = self._start_store()
        self._control("configure", currency_code=self.env.company.currency_id.name)
        self._control(
            "seed",
            products=[
                {"sku": "TOUR-PLATE", "title": "Plate", "price": "15.00", "stock": 5},
                {"sku": "UNKNOWN-CUP", "title": "Unknown cup", "price": "10.00", "stock": 5},
            ],
        )
        self.plate, self.cup = self.env["product.product"].create(
            [
                {"name": "Plate", "default_code": "TOUR-PLATE", "is_storable": True},
                {"name": "Cup", "default_code": "TOUR-CUP", "is_storable": True},
            ]
        )

    def _start_store(self):
        """Run the simulated store as a process of its own; return its address."""
        store = subprocess.Popen(
            [sys.executable, "-m", "dev.simulators.shopify", "--port", "0"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(store.stdout.close)
        self.addCleanup(store.wait)
        self.addCleanup(store.terminate)
        return store.stdout.readline().split()[-1]

    def _control(self, command, **arguments):
        answer = requests.post(f"{self.store}/_control/{command}", json=arguments, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def _tour(self, name):
        self.start_tour(
            "/odoo/storefronts", name, login="admin", cookies={"tour_store": self.store}
        )

    def test_connect_link_and_mend(self):
        self._tour("storefront_connect")
        backend = self.env["storefront.backend"].search([("name", "=", "Tour shop")])
        self.assertEqual(backend.state, "connected")
        backend._job_link_products()
        link = self.env["storefront.link"].search([("backend_id", "=", backend.id)])
        self.assertEqual((link.state, link.to_link_count), ("to_review", 1))
        link.action_apply()
        backend._job_link_products()
        self.env.invalidate_all()
        self.assertEqual((link.state, link.linked_count, link.missing_count), ("done", 1, 1))

        self._place_orders()
        self._run_imports(backend)
        order = self.env["sale.order"].search([("storefront_backend_id", "=", backend.id)])
        self.assertRecordValues(order, [{"state": "sale", "amount_total": 30.0}])

        self._tour("storefront_orders")
        self._run_imports(backend)
        orders = self.env["sale.order"].search([("storefront_backend_id", "=", backend.id)])
        mended = orders - order
        self.assertEqual(mended.order_line.product_id, self.cup)
        self.assertEqual(mended.amount_total, 20.0)

    def test_connect_by_the_owners_consent(self):
        """The store's page is another site, where no tour goes: its owner agrees at once."""
        self.env["ir.config_parameter"].set_param("web.base.url", self.base_url())
        backend = self.env["storefront.backend"].create(
            {
                "name": "Granted shop",
                "platform": "shopify",
                "url": self.store,
                "shopify_access": "authorization",
                "shopify_client_id": "simulated-client-id",
                "shopify_client_secret": "simulated-client-secret",
            }
        )
        backend.action_create_users()
        real = ShopifyAdapter.authorization_url.__func__

        def agreed(cls, settings, **kwargs):
            return self._control("authorize", url=real(cls, settings, **kwargs))

        self.patch(ShopifyAdapter, "authorization_url", classmethod(agreed))
        self._tour("storefront_authorize")
        self.env.invalidate_all()
        self.assertEqual(backend.state, "connected")
        self.assertTrue(backend._token().refresh_token)

    def _place_orders(self):
        """Have the store announce two orders; the product of the second one is unknown here."""
        spec = {"email": "ada@example.com", "paid": True}
        lines = [{"sku": "TOUR-PLATE", "quantity": 2}], [{"sku": "UNKNOWN-CUP", "quantity": 2}]
        with self.allow_requests(all_requests=True):
            self._control("place_orders", specs=[{**spec, "lines": line} for line in lines])
            self.assertTrue(self._control("wait_webhooks"))

    def _run_imports(self, backend):
        backend._job_fetch_orders()
        backend._job_import_orders()
