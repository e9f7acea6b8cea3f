# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every button of the connector, pressed by everybody: a button is a method anybody can call."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import StorefrontCase

ADDON = "odoo.addons.storefront_connector."
# Who only looks may open what belongs to a record; everything else is a manager's.
OPENING = {
    ("product.product", "action_open_storefront_stock"),
    ("product.template", "action_open_storefront_stock"),
    ("storefront.backend", "action_open_blocking"),
    ("storefront.backend", "action_open_dead"),
    ("storefront.backend", "action_open_failures"),
    ("storefront.backend", "action_open_issues"),
    ("storefront.backend", "action_open_orders"),
    ("storefront.backend", "action_open_reconciliations"),
    ("storefront.backend", "action_open_variants"),
    ("storefront.backend", "action_open_waiting"),
    ("storefront.import", "action_open_lines"),
    ("storefront.import", "action_open_orders"),
    ("storefront.import.line", "action_open"),
    ("storefront.link", "action_open_lines"),
    ("storefront.link", "action_open_unlisted"),
    ("storefront.operation", "action_open_source"),
    ("storefront.operation", "action_open_target"),
    ("storefront.reconciliation", "action_open_lines"),
    ("storefront.snapshot", "action_open_order"),
}
# Secrets and users take the rights that Odoo itself asks for, besides the manager's.
ADMINISTRATOR = {
    ("storefront.backend", "action_create_users"),
    ("storefront.backend", "action_encrypt_secrets"),
    ("storefront.backend", "action_replace_secret"),
    ("storefront.secret.replace", "action_replace"),
    ("storefront.secret.replace", "action_restore"),
    ("storefront.secret.replace", "action_void"),
}
MANAGER = {
    ("product.product", "action_storefront_push_stock"),
    ("product.template", "action_storefront_push_stock"),
    ("storefront.backend", "action_reconcile"),
    ("storefront.backend", "action_reconcile_dry"),
    ("storefront.binding.variant", "action_push_stock"),
    ("storefront.reconciliation", "action_apply"),
    ("storefront.reconciliation", "action_discard"),
    ("storefront.stock.level", "action_push_stock"),
    ("account.tax", "action_storefront_choose"),
    ("storefront.backend", "action_authorize"),
    ("storefront.backend", "action_ask_pause"),
    ("storefront.backend", "action_check_webhooks"),
    ("storefront.backend", "action_confirm_live"),
    ("storefront.backend", "action_connect"),
    ("storefront.backend", "action_disconnect"),
    ("storefront.backend", "action_import_orders"),
    ("storefront.backend", "action_link_products"),
    ("storefront.backend", "action_open_privacy"),
    ("storefront.backend", "action_pause"),
    ("storefront.backend", "action_redact_store"),
    ("storefront.backend", "action_replay"),
    ("storefront.backend", "action_replay_dead"),
    ("storefront.backend", "action_resume"),
    ("storefront.backend", "action_test_connection"),
    ("storefront.backend", "action_try_now"),
    ("storefront.backend.pause", "action_pause"),
    ("storefront.check.line", "action_test_again"),
    ("storefront.import", "action_apply"),
    ("storefront.import", "action_cancel"),
    ("storefront.import", "action_continue"),
    ("storefront.import", "action_retry_failed"),
    ("storefront.import.line", "action_exclude"),
    ("storefront.import.line", "action_include"),
    ("storefront.import.wizard", "action_open_import"),
    ("storefront.import.wizard", "action_read"),
    ("storefront.issue", "action_ask_fix"),
    ("storefront.issue", "action_ask_ignore"),
    ("storefront.issue", "action_ask_keep"),
    ("storefront.issue", "action_ask_resolve"),
    ("storefront.issue", "action_ask_retry"),
    ("storefront.issue", "action_create_tax"),
    ("storefront.issue", "action_ask_take"),
    ("storefront.issue", "action_fix"),
    ("storefront.issue", "action_ignore"),
    ("storefront.issue", "action_reopen"),
    ("storefront.issue", "action_resolve"),
    ("storefront.issue", "action_retry"),
    ("storefront.issue.decision", "action_apply"),
    ("storefront.link", "action_apply"),
    ("storefront.link", "action_cancel"),
    ("storefront.link", "action_continue"),
    ("storefront.link", "action_undo"),
    ("storefront.link.line", "action_exclude"),
    ("storefront.link.line", "action_include"),
    ("storefront.link.line", "action_take_candidate"),
    ("storefront.mapping.status", "action_accept"),
    ("storefront.operation", "action_retry"),
    ("storefront.privacy.request", "action_confirm"),
    ("storefront.privacy.request", "action_done"),
    ("storefront.privacy.request", "action_download"),
    ("storefront.privacy.request", "action_retry"),
    ("storefront.replay", "action_cancel"),
    ("storefront.replay.wizard", "action_start"),
    ("storefront.snapshot", "action_replay"),
    ("storefront.snapshot", "action_retry"),
}
# Who may see an order sees its totals, who may change it decides on it; managers by its issue.
SELLER = {
    ("sale.order", "action_open_storefront_totals"),
    ("sale.order", "action_storefront_release"),
}
# An integration user may decide on what its own work writes: these rights can't be told apart.
INBOUND = {
    ("account.tax", "action_storefront_choose"),
    ("sale.order", "action_open_storefront_totals"),
    ("sale.order", "action_storefront_release"),
    ("storefront.import", "action_apply"),
    ("storefront.import", "action_cancel"),
    ("storefront.import", "action_continue"),
    ("storefront.import", "action_retry_failed"),
    ("storefront.import.line", "action_exclude"),
    ("storefront.import.line", "action_include"),
    ("storefront.issue", "action_ask_fix"),
    ("storefront.issue", "action_ask_ignore"),
    ("storefront.issue", "action_ask_keep"),
    ("storefront.issue", "action_ask_resolve"),
    ("storefront.issue", "action_ask_retry"),
    ("storefront.issue", "action_create_tax"),
    ("storefront.issue", "action_ask_take"),
    ("storefront.issue", "action_fix"),
    ("storefront.issue", "action_ignore"),
    ("storefront.issue", "action_reopen"),
    ("storefront.issue", "action_resolve"),
    ("storefront.issue", "action_retry"),
    ("storefront.operation", "action_retry"),
    ("storefront.replay", "action_cancel"),
    ("storefront.snapshot", "action_replay"),
    ("storefront.snapshot", "action_retry"),
}
OUTBOUND = {
    ("product.product", "action_storefront_push_stock"),
    ("product.template", "action_storefront_push_stock"),
    ("storefront.binding.variant", "action_push_stock"),
    ("storefront.stock.level", "action_push_stock"),
    ("storefront.link", "action_apply"),
    ("storefront.link", "action_cancel"),
    ("storefront.link", "action_continue"),
    ("storefront.link", "action_undo"),
    ("storefront.link.line", "action_exclude"),
    ("storefront.link.line", "action_include"),
    ("storefront.link.line", "action_take_candidate"),
}
RECONCILIATION = {
    ("storefront.reconciliation", "action_apply"),
    ("storefront.reconciliation", "action_discard"),
}
PEOPLE = ("stranger", "seller", "user", "manager", "administrator")
INTEGRATION = {"inbound": INBOUND, "outbound": OUTBOUND, "reconciliation": RECONCILIATION}


@tagged("post_install", "-at_install")
class TestButtons(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "storefront_connector.group_storefront_%s"
        groups = {
            "stranger": "base.group_user",
            "seller": "sales_team.group_sale_salesman_all_leads",
            "user": group % "user",
            "manager": group % "manager",
            "administrator": f"base.group_system,base.group_erp_manager,{group % 'manager'}",
        }
        cls.people = {
            name: new_test_user(
                cls.env,
                f"button-{name}",
                groups[name],
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for name in PEOPLE
        }

    def setUp(self):
        super().setUp()
        self.receive(
            self.order("1", self.line("1", "10.00", sku="GHOST")),
            self.order("2", self.line("1", "10.00"), status="packing"),
        )
        self.shop.variant_pages = [(self.variant("9", sku="CUP"), self.variant("8", sku="X"))]
        self.backend.action_link_products()
        self.job("link")
        self.env["storefront.replay"].create({"backend_id": self.backend.id})
        run = self.env["storefront.import"].create(
            {"backend_id": self.backend.id, "source": "numbers"}
        )
        self.env["storefront.import.line"]._note_numbers(run, ["1"])
        self.env["storefront.privacy.request"].create(
            {"backend_id": self.backend.id, "type": "customer_data"}
        )
        pair = (self.bind(self.product, "7").id, self.location.id)
        self.env["storefront.stock.level"]._record({pair: 1}, pushed=True)
        self.env["storefront.reconciliation"].create({"backend_id": self.backend.id})
        self.draft = self._draft_backend("New", self.company)
        # What it finds out by HTTP is its own tests' matter.
        self.patch(type(self.env["storefront.check"]), "_run", lambda check: None)
        self.env.flush_all()

    def buttons(self):
        """{(model, method)} of everything that is called like a button and is the addon's."""
        found = set()
        for name, model in self.env.registry.items():
            for ancestor in model.__mro__:
                is_ours = ancestor.__module__.startswith(ADDON) and not model._abstract
                methods = vars(ancestor) if is_ours else ()
                found |= {(name, method) for method in methods if method.startswith("action_")}
        return found

    def record(self, button, user):
        """A record the button is on, as ``user`` may come by it; wizards are the user's own."""
        model, method = button
        records = self.env[model].with_user(user)
        if model == "storefront.check.line":  # on the list, whichever lines are chosen
            return records.with_context(default_backend_id=self.backend.id)
        if self.env[model].is_transient():
            return records.create(self.wizard_vals(model))
        if method == "action_create_users":
            return self.draft.with_user(user)
        found = self.env[model].search([], limit=1, order="id")
        self.assertTrue(found, model)
        return found.with_user(user).with_context(storefront_secret="shopify_client_secret")

    def wizard_vals(self, model):
        issue = self.env["storefront.issue"].search([], limit=1)
        return {
            "storefront.backend.pause": {"backend_id": self.backend.id, "reason": "Stocktaking"},
            "storefront.issue.decision": {"decision": "ignore", "issue_ids": issue.ids},
            "storefront.replay.wizard": {"backend_id": self.backend.id},
            "storefront.import.wizard": {"backend_id": self.backend.id, "numbers": "1"},
            "storefront.secret.replace": {
                "backend_id": self.backend.id,
                "name": "shopify_client_secret",
                "new_value": "a-new-secret",
            },
        }[model]

    def may(self, who, button):
        if button in OPENING:
            return who in ("user", "manager", "administrator")
        if button in SELLER:
            return who == "seller"
        return who == "administrator" or (who == "manager" and button not in ADMINISTRATOR)

    def press(self, button, user):
        """Press a button; return whether access was refused. Whatever it did is undone."""
        refused = False
        try:
            with self.env.cr.savepoint():
                try:
                    getattr(self.record(button, user), button[1])()
                    self.env.flush_all()
                except UserError as error:  # others: it can't be pressed now, but they might
                    refused = isinstance(error, AccessError)
                raise _Undo
        except _Undo:
            self.env.invalidate_all()
        return refused

    def test_the_table_names_every_button(self):
        self.assertEqual(self.buttons(), OPENING | ADMINISTRATOR | MANAGER | SELLER)

    def test_buttons_pressed_by_people(self):
        for button in sorted(OPENING | ADMINISTRATOR | MANAGER | SELLER):
            for who, user in self.people.items():
                with self.subTest(button=button, who=who):
                    self.assertEqual(self.press(button, user), not self.may(who, button))

    def test_buttons_pressed_by_integration_users(self):
        for button in sorted(ADMINISTRATOR | MANAGER | SELLER):
            for role, own in INTEGRATION.items():
                user = self.backend[f"{role}_user_id"]
                with self.subTest(button=button, role=role):
                    self.assertEqual(self.press(button, user), button not in own)


class _Undo(Exception):
    """Ends the savepoint of a pressed button."""
