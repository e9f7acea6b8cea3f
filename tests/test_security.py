# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what: people, the connector's own users, other companies."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.storefront_secret import SECRET_MASK
from ..platforms.documents.access import Token
from .common import StorefrontCase

GROUPS = ("user", "manager", "inbound", "outbound", "reconciliation")
# Letters: read, write, create, unlink. Nobody outside these groups may do anything.
RIGHTS = {
    "storefront.backend": ("r", "rwcu", "r", "r", "r"),
    "storefront.secret": ("", "", "", "", ""),
    "storefront.secret.replace": ("", "", "", "", ""),
    "storefront.token": ("", "", "", "", ""),
    "storefront.authorization": ("", "", "", "", ""),
    "storefront.check": ("", "rwcu", "", "", ""),
    "storefront.check.line": ("", "rwcu", "", "", ""),
    "storefront.claim": ("", "r", "", "", ""),
    "storefront.throttle": ("", "r", "", "", ""),
    "storefront.rate": ("", "r", "", "", ""),
    "storefront.lock": ("", "r", "", "", ""),
    "storefront.cursor": ("r", "r", "rw", "", "r"),
    "storefront.event": ("r", "r", "r", "", "r"),
    "storefront.snapshot": ("r", "rw", "rwc", "", "r"),
    "storefront.issue": ("r", "rw", "rwc", "", "r"),
    "storefront.privacy.request": ("", "rw", "", "", ""),
    "storefront.operation": ("r", "r", "rc", "rc", "rc"),
    "storefront.mapping.carrier": ("r", "rwcu", "rc", "", "r"),
    "storefront.mapping.channel": ("r", "rwcu", "rc", "", "r"),
    "storefront.mapping.location": ("r", "rwcu", "r", "r", "r"),
    "storefront.mapping.payment": ("r", "rwcu", "rc", "", "r"),
    "storefront.mapping.status": ("r", "rwcu", "rc", "", "r"),
    "storefront.mapping.tax": ("r", "rwcu", "rc", "", "r"),
    "storefront.binding.variant": ("r", "rwcu", "r", "rwcu", "r"),
    "storefront.binding.partner": ("r", "rwcu", "rwc", "", "r"),
    "storefront.stock.level": ("r", "r", "", "r", "r"),
    "storefront.outbox": ("r", "r", "", "r", "r"),
    "storefront.reconciliation": ("r", "rw", "", "", "rw"),
    "storefront.reconciliation.line": ("r", "r", "", "", "r"),
    "storefront.alert": ("r", "r", "", "", ""),
    "storefront.replay": ("r", "rwc", "rw", "", ""),
    "storefront.replay.wizard": ("", "rwcu", "", "", ""),
    "storefront.import": ("r", "rwc", "rw", "", ""),
    "storefront.import.line": ("r", "r", "rwcu", "", ""),
    "storefront.import.wizard": ("", "rwcu", "", "", ""),
    "storefront.issue.decision": ("", "rwcu", "", "", ""),
    "storefront.backend.pause": ("", "rwcu", "", "", ""),
    "storefront.link": ("r", "rwcu", "", "rw", ""),
    "storefront.link.line": ("r", "rw", "", "rwcu", ""),
    "storefront.marker": ("r", "r", "", "r", ""),
}
# What the connector's users may do outside the connector.
WORK = {
    "sale.order": ("", "", "rwc", "", ""),
    "res.partner": ("r", "r", "rwcu", "r", "r"),
    "product.product": (None, None, "r", "r", "r"),
    "stock.quant": (None, None, "r", "r", "r"),
    # Invoices, payments and their settling are an invoicing user's work; setting up accounts and
    # journals isn't. Transfers are begun by whoever sells, moving goods is another's.
    "account.move": ("", "", "rwcu", "", ""),
    "account.payment": ("", "", "rwcu", "", ""),
    "account.partial.reconcile": ("", "", "rwcu", "", ""),
    "account.journal": ("", "r", "r", "", ""),
    "account.account": ("r", "r", "r", "r", "r"),
    "crm.tag": ("", "", "rwc", "", ""),
    "delivery.carrier": ("", "r", "r", "", ""),
    "stock.picking": ("", "", "rwc", "", ""),
    "account.tax": ("r", "r", "r", "r", "r"),
    "res.users": ("r", "r", "r", "r", "r"),
    "ir.config_parameter": ("", "", "", "", ""),
    "res.company": ("r", "r", "r", "r", "r"),
}
BUTTONS = (
    "action_authorize",
    "action_confirm_live",
    "action_connect",
    "action_create_users",
    "action_disconnect",
    "action_pause",
    "action_resume",
    "action_test_connection",
)
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestSecurity(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {name: cls._person(name, cls.company) for name in ("user", "manager")}
        cls.stranger = cls._user("stranger", "base.group_user", cls.company)

    @classmethod
    def _user(cls, login, groups, company):
        return new_test_user(
            cls.env,
            login,
            groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def _person(cls, name, company):
        group = f"storefront_connector.group_storefront_{name}"
        return cls._user(f"{name}-{company.id}", group, company)

    def who(self, name):
        return self.people.get(name) or self.backend[f"{name}_user_id"]

    def rights(self, model, user):
        records = self.env[model].with_user(user)
        return "".join(
            letter for letter, operation in OPERATIONS.items() if records.has_access(operation)
        )

    def test_rights_on_the_connectors_models(self):
        for model, expected in RIGHTS.items():
            for name, letters in zip(GROUPS, expected, strict=True):
                with self.subTest(model=model, group=name):
                    self.assertEqual(self.rights(model, self.who(name)), letters)
            with self.subTest(model=model, group="stranger"):
                self.assertEqual(self.rights(model, self.stranger), "")

    def test_table_is_complete(self):
        models = self.env["ir.model"].search([("model", "=like", "storefront.%")])
        concrete = {model.model for model in models if not self.env[model.model]._abstract}
        self.assertEqual(concrete, set(RIGHTS))

    def test_integration_users_do_their_work_and_nothing_else(self):
        for model, expected in WORK.items():
            for name, letters in zip(GROUPS, expected, strict=True):
                if letters is not None:
                    with self.subTest(model=model, group=name):
                        self.assertEqual(self.rights(model, self.who(name)), letters)

    def test_credentials_are_for_settings_administrators(self):
        secrets = ("shopify_client_id", "shopify_client_secret", "shopify_access_token")
        for field in secrets:
            for name in GROUPS:
                with self.subTest(field=field, group=name), self.assertRaises(AccessError):
                    self.backend.with_user(self.who(name)).read([field])
            with self.subTest(field=field), self.assertRaises(AccessError):
                self.backend.with_user(self.who("manager")).write({field: "mine"})
            definition = self.backend._fields[field]
            self.assertEqual((definition.copy, definition.exportable), (False, False))
        admin = self._user(
            "settings",
            "base.group_system,storefront_connector.group_storefront_manager",
            self.company,
        )
        for field in ("shopify_client_secret", "shopify_access_token"):
            self.assertEqual(self.backend.with_user(admin)[field], SECRET_MASK)
        for model in ("storefront.secret", "storefront.token"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(admin).search([])

    def test_secrets_are_in_no_default_reading(self):
        for name in GROUPS:
            with self.subTest(group=name):
                values = self.backend.with_user(self.who(name)).read()[0]
                self.assertNotIn("hush-hush", str(values))
                self.assertNotIn("shpat_secret_token", str(values))

    def test_webhook_address_is_for_managers(self):
        self.assertTrue(self.backend.with_user(self.who("manager")).webhook_token)
        with self.assertRaises(AccessError):
            self.backend.with_user(self.who("user")).read(["webhook_token"])

    def test_user_sees_the_figures_and_presses_nothing(self):
        backend = self.backend.with_user(self.who("user"))
        self.receive(self.order("1", self.line("1", "10.00")))
        self.assertEqual((backend.order_count, backend.issue_count), (1, 0))
        for button in BUTTONS:
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(backend, button)()
        with self.assertRaises(AccessError):
            backend.action_link_products()

    def test_manager_connects_pauses_and_links(self):
        backend = self.backend.with_user(self.who("manager"))
        backend.action_connect()
        backend.action_pause()
        backend.action_resume()
        self.assertEqual(backend.state, "connected")
        self.assertEqual(backend.location_ids.warehouse_id, self.warehouse)
        self.shop.variant_pages = [(self.variant("1", sku="CUP"), self.variant("2", sku="X"))]
        link = self.env["storefront.link"].browse(backend.action_link_products()["res_id"])
        self.job("link")
        link = link.with_user(self.who("manager"))
        link.line_ids[1].product_id = self.other_product
        link.action_apply()
        self.job("link")
        self.assertEqual(link.line_ids.mapped("state"), ["linked", "linked"])
        link.action_undo()
        self.job("link")
        self.assertEqual(link.state, "undone")

    def test_user_sees_a_linking_run_and_presses_nothing(self):
        self.shop.variant_pages = [(self.variant("1", sku="CUP"),)]
        run = self.env["storefront.link"].browse(self.backend.action_link_products()["res_id"])
        self.job("link")
        link = run.with_user(self.who("user"))
        self.assertEqual((link.matched_count, link.marker_count, link.trouble), (1, 0, False))
        for button in ("action_apply", "action_undo", "action_cancel", "action_continue"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(link, button)()
        for button in ("action_take_candidate", "action_exclude", "action_include"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(link.line_ids, button)()
        with self.assertRaises(AccessError):
            link.line_ids.product_id = self.other_product

    def test_manager_can_choose_what_the_settings_name(self):
        names = [name for name in RIGHTS if name.startswith("storefront.mapping.")]
        for name in ("storefront.backend", "storefront.issue", *names):
            for field in self.env[name]._fields.values():
                if field.type == "many2one" and not field.readonly:
                    with self.subTest(field=str(field)):
                        records = self.env[field.comodel_name].with_user(self.who("manager"))
                        self.assertTrue(records.has_access("read"))

    def test_creating_users_takes_the_right_to_create_users(self):
        backend = self._draft_backend("New", self.company)
        with self.assertRaises(AccessError):
            backend.with_user(self.who("manager")).action_create_users()

    def test_salesperson_without_storefront_rights_works_with_the_order(self):
        order = self.receive(self.order("1", self.line("1", "10.00"), payment_state="pending"))["1"]
        seller = self._user("seller", "sales_team.group_sale_salesman_all_leads", self.company)
        order = order.with_user(seller)
        self.assertEqual(order.storefront_url, "https://fake.example/orders/1")
        order.web_read({"name": {}, "storefront_backend_id": {"fields": {"display_name": {}}}})
        order.note = "Gift"
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        with self.assertRaises(AccessError):
            order.storefront_backend_id.read(["name"])

    def fill_every_model(self):
        """Have a record of every model in the backend's company."""
        self.bind(self.product, "1")
        good = self.order("1", self.line("1", "10.00"))
        self.receive(good, self.order("2", self.line("1", "10.00", sku="GHOST")))
        self.shop.stock[self.stock_key("1")] = 0
        self.job("stock")
        self.shop.variant_pages = [(self.variant("9", sku="X"),)]
        self.backend.action_link_products()
        self.job("link")
        self.env["storefront.mapping.tax"].create(
            {
                "backend_id": self.backend.id,
                "name": "VAT",
                "rate": 20,
                "tax_id": self._tax("VAT", 20.0).id,
            }
        )
        for mapping in ("carrier", "channel", "payment", "status"):
            self.env[f"storefront.mapping.{mapping}"].create(
                {"backend_id": self.backend.id, "name": "x"}
            )
        self.snapshot("2").action_retry()
        self.env.cr.execute("UPDATE storefront_snapshot SET state = 'dead' WHERE state != 'done'")
        self.env.invalidate_all()
        self.env["storefront.alert"]._cron_tell()
        replay = self.env["storefront.replay.wizard"].create({"backend_id": self.backend.id})
        replay.action_start()
        self.env["storefront.import.wizard"].create(
            {"backend_id": self.backend.id, "numbers": "1"}
        ).action_read()
        self.env["storefront.issue.decision"].create({"decision": "retry"})
        self.env["storefront.backend.pause"].create({"backend_id": self.backend.id, "reason": "x"})
        self.backend._store_token(Token(access_token="granted"))
        self.set_stock(self.product, 1)
        line = {"topic": "store", "level": "ok", "code": "store_found"}
        self.env["storefront.check"].create(
            {"backend_id": self.backend.id, "line_ids": [Command.create(line)]}
        )
        self.env["storefront.privacy.request"].create(
            {"backend_id": self.backend.id, "type": "customer_data"}
        )
        run = self.env["storefront.reconciliation"].create({"backend_id": self.backend.id})
        binding = self.env["storefront.binding.variant"].search([], limit=1)
        pair = (binding.id, self.location.id)
        self.env["storefront.reconciliation.line"].create(
            {"run_id": run.id, "binding_id": pair[0], "location_id": pair[1]}
        )

    def test_other_companies_see_nothing(self):
        self.fill_every_model()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = self._person("manager", elsewhere)
        self.env.cr.flush()
        # Leases, locks and rates are names without content; where nobody has a right there is no
        # way in.
        others = {"storefront.claim", "storefront.lock", "storefront.rate"}
        for model in {name for name, rights in RIGHTS.items() if any(rights)} - others:
            with self.subTest(model=model):
                records = self.env[model].with_context(allowed_company_ids=elsewhere.ids)
                self.assertTrue(records.sudo().search_count([]))
                self.assertFalse(records.with_user(outsider).search([]))

    def test_integration_user_stays_in_its_company(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self._connected_backend("Foreign", elsewhere)
        with self.assertRaises(AccessError):
            foreign.with_user(self.backend.inbound_user_id).read(["name"])
