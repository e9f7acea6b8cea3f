# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dataclasses import replace
from pathlib import Path

from odoo.exceptions import AccessDenied, UserError
from odoo.tests import tagged

from ..platforms import errors
from ..platforms.documents.access import Token
from ..platforms.documents.event import WebhookSubscription
from ..platforms.documents.stock import Location
from ..platforms.shopify.adapter import ShopifyAdapter
from .common import StorefrontCase
from .fake_shop import REPORT

NEUTRALIZE = Path(__file__).resolve().parents[1] / "data" / "neutralize.sql"


@tagged("post_install", "-at_install")
class TestBackend(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.draft = self._draft_backend("New", self.company)

    def connect(self, backend=None):
        backend = backend or self.draft
        backend.action_create_users()
        backend.action_connect()
        return backend

    def assertRefused(self, sentence, backend=None):
        """Connect fails with exactly this sentence and leaves a draft."""
        backend = backend or self.draft
        with self.assertRaises(UserError) as caught:
            self.connect(backend)
        self.assertEqual(str(caught.exception), sentence)
        self.assertEqual(backend.state, "draft")

    # users

    def test_users_have_the_rights_of_their_work_only(self):
        self.draft.action_create_users()
        for role in ("inbound", "outbound", "reconciliation"):
            with self.subTest(role=role):
                user = self.draft[f"{role}_user_id"]
                group = self.env.ref(f"storefront_connector.group_storefront_{role}")
                self.assertEqual(user.group_ids, group)
                self.assertEqual((user.company_id, user.company_ids), (self.company,) * 2)
                self.assertEqual(user.login, f"storefront-{role}-{self.draft.id}")
                self.assertFalse(user.has_group("base.group_system"))
                self.assertFalse(user.has_group("base.group_erp_manager"))
                self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
                self.assertFalse(self.env.cr.fetchone()[0])
                for password in ("", "False", "None", user.login):
                    with self.assertRaises(AccessDenied):
                        credential = {"type": "password", "password": password}
                        user.with_user(user)._check_credentials(credential, {"interactive": True})

    def test_users_are_created_once(self):
        self.draft.action_create_users()
        before = self.env["res.users"].search_count([])
        self.draft.action_create_users()
        self.assertEqual(self.env["res.users"].search_count([]), before)

    # connecting

    def test_connect(self):
        self.shop.report = replace(REPORT, prices_include_tax=True)
        self.draft.webhook_base_url = "https://odoo.example"
        self.connect()
        self.assertEqual(self.draft.state, "connected")
        self.assertEqual(
            (self.draft.shop_external_id, self.draft.shop_name, self.draft.shop_plan),
            ("77", "Fake Shop", "basic"),
        )
        self.assertEqual(self.draft.shop_currency_id, self.euro)
        self.assertEqual(self.draft.timezone, "Europe/Brussels")
        self.assertTrue(self.draft.prices_include_tax)
        self.assertEqual(
            (self.draft.location_ids.external_id, self.draft.location_ids.name),
            ("L1", "Main Street"),
        )
        self.assertEqual(self.draft.location_ids.warehouse_id, self.warehouse)
        url = f"https://odoo.example/storefront/webhook/{self.draft.webhook_token}"
        self.assertEqual(
            [(webhook.topic, webhook.url) for webhook in self.shop.webhooks.values()],
            [("orders/new", url), ("orders/changed", url)],
        )
        self.assertEqual(self.draft.webhook_ids, {"orders/new": "1", "orders/changed": "2"})
        uuid = self.env["ir.config_parameter"].get_param("database.uuid")
        self.assertEqual(self.draft.connected_database, f"{self.env.cr.dbname}/{uuid}")
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        user = self.draft.inbound_user_id.id
        self.assertIn((self.draft.id, "fetch", 0, 0, user), wakes)

    def test_address_of_webhooks_is_the_systems_by_default(self):
        self.env["ir.config_parameter"].set_param("web.base.url", "https://system.example")
        self.assertEqual(
            self.draft._webhook_url(),
            f"https://system.example/storefront/webhook/{self.draft.webhook_token}",
        )

    def test_connecting_again_subscribes_to_nothing_twice(self):
        self.shop.webhooks["9"] = WebhookSubscription(
            external_id="9", topic="orders/new", url="https://elsewhere.example/hook"
        )
        self.connect()
        self.connect()
        self.assertEqual(self.shop.heard("create_webhook"), ["orders/new", "orders/changed"])
        self.assertEqual(len(self.draft.location_ids), 1)

    def test_connecting_again_renews_the_locations(self):
        closed = Location(external_id="L2", name="Closed", is_active=False)
        self.shop.locations = (Location(external_id="L1", name="Main"), closed)
        self.connect()
        self.assertEqual(self.draft.location_ids.mapped("name"), ["Main"])
        self.shop.locations = (
            Location(external_id="L1", name="Main, new"),
            replace(closed, is_active=True),
        )
        self.connect()
        self.assertEqual(self.draft.location_ids.mapped("name"), ["Main, new", "Closed"])
        self.assertEqual(
            self.draft.location_ids.mapped("warehouse_id"), self.warehouse, "the second is not"
        )

    def test_location_is_mapped_only_where_there_is_one_choice(self):
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.connect()
        self.assertFalse(self.draft.location_ids.warehouse_id)
        self.draft.warehouse_id = second
        self.connect()
        self.assertEqual(self.draft.location_ids.warehouse_id, second)

    def test_connecting_compares_all_stock(self):
        """Nothing is noted while a backend is a draft, as it is in a copy of the database."""
        self.connect()
        self.bind(self.product, "1", self.draft)
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM storefront_outbox")
        self.draft.state = "draft"
        self.set_stock(self.product, 3)
        self.assertEqual(self.outbox(self.draft), [])
        self.connect()
        self.assertEqual(self.outbox(self.draft), [self.product.id])

    def test_connect_says_what_is_wrong(self):
        self.draft.action_create_users()
        cases = [
            (
                errors.AuthFailed(),
                "The storefront refuses the credentials. Check them on the backend, then connect "
                "again.",
            ),
            (
                errors.RetryLater("rate_limited"),
                "The storefront asked to slow down. The work goes on by itself.",
            ),
            (
                errors.Rejected(field_errors=(("input.topic", "is odd"),)),
                "The storefront refused the values: input.topic: is odd",
            ),
        ]
        for error, sentence in cases:
            with self.subTest(error=error.code):
                self.shop.fail("check_connection", error)
                self.assertRefused(sentence)

    def test_connect_says_which_scopes_are_missing(self):
        self.shop.report = replace(REPORT, missing_scopes=("read_orders", "write_inventory"))
        self.assertRefused(
            "The app may not do this: scope read_orders, write_inventory is missing. Grant it in "
            "the storefront's administration, then connect again."
        )

    def test_connect_says_which_currency_is_missing(self):
        self.shop.report = replace(REPORT, currency="XTS")
        self.assertRefused("The currency XTS is not active. Activate it.")

    def test_connect_says_which_setting_is_missing(self):
        cases = [
            ({"shopify_client_secret": False}, "Client Secret is missing. Enter it on the "),
            ({"shopify_access_token": False}, "Access Token is missing. Enter it on the "),
        ]
        for vals, sentence in cases:
            with self.subTest(sentence=sentence):
                backend = self._draft_backend("New", self.company)
                backend.write(vals)
                self.assertRefused(f"{sentence}backend, in Credentials.", backend)
        backend = self._draft_backend("New", self.company)
        backend.shopify_access = "client_credentials"
        self.assertRefused("A setting this connection needs is missing: client ID.", backend)
        self.assertEqual(self.shop.calls, [])

    def test_connect_needs_the_users(self):
        with self.assertRaises(UserError) as caught:
            self.draft.action_connect()
        self.assertEqual(
            str(caught.exception),
            "The backend has no integration users. Create them on the backend.",
        )

    # another database

    def test_neutralized_copy_calls_nobody(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        sentence = "This database is a neutralized copy: it never calls a live storefront."
        self.assertRefused(sentence)
        self.poke("1001")
        self.job("fetch")
        self.assertEqual(self.shop.calls, [])
        self.assertEqual(self.backend.banner_warning, sentence)

    def test_neutralizing_takes_secrets_and_connection(self):
        self.backend._store_token(Token(access_token="granted", expires_at=1800000000.0))
        self.backend._wake("fetch")
        self.commit()
        self.env["storefront.authorization"]._begin(self.backend)
        token = self.backend.webhook_token
        self.backend.webhook_base_url = "https://live.example"
        self.env.flush_all()
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        self.assertEqual(self.backend.state, "draft")
        self.assertFalse(self.backend.connected_database)
        self.assertFalse(self.backend.webhook_base_url)
        self.assertRegex(self.backend.webhook_token, r"\A[0-9a-f]{32}\Z")
        self.assertNotEqual(self.backend.webhook_token, token)
        self.assertFalse(self.env["storefront.authorization"].search([]))
        self.assertFalse(self.backend.shopify_access_token)
        self.assertFalse(self.backend.shopify_client_secret)
        self.assertFalse(self.env["storefront.secret"].search([]))
        self.assertIsNone(self.backend._token())
        jobs = self.env["queue.job"].search([("model_name", "=", "storefront.backend")])
        self.assertEqual(set(jobs.mapped("state")), {"cancelled"})

    # credentials

    def test_credentials_of_a_pasted_token(self):
        self.assertEqual(
            self.backend._adapter_credentials(),
            {
                "access": "token",
                "client_secret": "hush-hush",
                "access_token": "shpat_secret_token",
            },
        )
        self.assertEqual(self.backend._webhook_secrets(), ["hush-hush"])
        self.backend.shopify_client_secret = False
        self.assertEqual(self.backend._webhook_secrets(), [])

    def test_credentials_of_an_own_app_reuse_the_granted_token(self):
        self.backend.write({"shopify_access": "client_credentials", "shopify_client_id": "app"})
        self.assertEqual(
            self.backend._adapter_credentials(),
            {"access": "client_credentials", "client_secret": "hush-hush", "client_id": "app"},
        )
        first = Token(access_token="first", expires_at=1800000000.5)
        second = Token(access_token="second", expires_at=1800000100.5)
        settings = self.backend._adapter().settings
        self.assertIsNone(settings.token)
        self.assertEqual(settings.renew_token(None, lambda stored: first), first)
        self.assertEqual(settings.renew_token(first, lambda stored: second), second)
        self.env.invalidate_all()
        self.assertEqual(self.backend._adapter().settings.token, second)
        self.assertEqual(
            self.env["storefront.token"].search_count([("backend_id", "=", self.backend.id)]), 1
        )

    def test_credentials_hold_the_previous_secret_while_it_signs(self):
        self.backend.write({"shopify_access": "client_credentials", "shopify_client_id": "app"})
        backends = self.registry["storefront.backend"]
        self.patch(backends, "_valid_secrets", lambda backend, name: ["hush-hush", "old-hush"])
        self.assertEqual(
            self.backend._adapter_credentials(),
            {
                "access": "client_credentials",
                "client_id": "app",
                "client_secret": "hush-hush",
                "previous_client_secret": "old-hush",
            },
        )

    def test_adapter_does_not_show_its_secrets(self):
        settings = self.backend._adapter().settings
        self.assertEqual(repr(settings), "AdapterSettings(url='https://fake.example')")

    def test_platform_brings_its_adapter(self):
        # pylint: disable=missing-return,super-method-mismatch
        self.assertIs(self.real_adapter_class(self.backend), ShopifyAdapter)
        unknown = self.env["storefront.backend"].new({"name": "?"})
        for method in ("_adapter_credentials", "_webhook_secrets"):
            with self.subTest(method=method), self.assertRaises(NotImplementedError):
                getattr(unknown, method)()
        with self.assertRaises(NotImplementedError):
            self.real_adapter_class(unknown)

    def test_copy_is_a_draft_without_secrets(self):
        copy = self.backend.copy()
        self.assertEqual(copy.state, "draft")
        for field in (
            "url",
            "shopify_client_secret",
            "shopify_access_token",
            "inbound_user_id",
            "connected_database",
            "webhook_ids",
        ):
            self.assertFalse(copy[field], field)
        self.assertNotEqual(copy.webhook_token, self.backend.webhook_token)
        self.assertGreaterEqual(len(copy.webhook_token), 32)

    # pausing, figures

    def test_pause_and_resume(self):
        self.backend.action_pause()
        self.assertEqual(
            (self.backend.state, self.backend.pause_message), ("paused", "The backend is paused.")
        )
        self.backend.action_resume()
        self.assertEqual((self.backend.state, self.backend.pause_message), ("connected", ""))
        wakes = self.env.cr.postcommit.data["storefront_connector.wakes"]
        drains = {"fetch", "import", "stock", "health", "poll"}
        self.assertEqual({wake[1] for wake in wakes}, drains)

    def test_figures_and_what_they_open(self):
        self.bind(self.product, "1")
        good = self.order("1", self.line("1", "10.00"))
        bad = self.order("2", self.line("1", "10.00", sku="GHOST"))
        self.receive(good, bad)
        self.env.cr.flush()
        self.env.invalidate_all()
        figures = {
            "order_count": ("action_open_orders", self.sale_orders()["1"]),
            "issue_count": ("action_open_issues", self.issues()),
            "variant_count": (
                "action_open_variants",
                self.env["storefront.binding.variant"].search([("external_id", "=", "1")]),
            ),
            "waiting_count": ("action_open_waiting", self.snapshot("2")),
        }
        for field, (action, records) in figures.items():
            with self.subTest(figure=field):
                self.assertEqual(self.backend[field], 1)
                opened = getattr(self.backend, action)()
                self.assertEqual(self.env[opened["res_model"]].search(opened["domain"]), records)
        self.assertEqual(self.backend.backlog_count, 1)
        self.assertEqual(self.draft.order_count, 0)

    def test_operation_says_what_went_wrong(self):
        self.receive(self.order("1", self.line("1", "10.00", sku="GHOST", name="Ghost")))
        operation = self.operations("order_import")
        self.assertEqual(operation.error_code, "product_missing")
        self.assertTrue(operation.error_message.startswith("No product for “Ghost” (SKU GHOST)."))
