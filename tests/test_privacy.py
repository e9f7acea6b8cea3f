# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers are told what is kept about them and forgotten, as far as the law allows either."""

import json
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..platforms import errors
from .common import ADDRESS
from .privacy_case import PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacy(PrivacyCase):
    # to be told

    def test_customer_is_told_what_is_kept(self):
        self.receive(self.order_of("1001"), self.order_of("1002", self.bob()))
        self.env["storefront.event"].search(
            [("external_id", "=", "1001")]
        ).payload = '{"who":"Ada"}'
        request = self.ask("customer_data", order_external_ids=["1001"])
        self.assertEqual((request.state, request.type), ("to_do", "customer_data"))
        data = json.loads(request.attachment_id.raw)
        self.assertEqual(data["customer_id"], "501")
        self.assertEqual(
            [(one["name"], one["email"], one["street"]) for one in data["contacts"]],
            [("Ada Byron", "ada@example.com", "Rue Haute 1")],
        )
        self.assertEqual(
            [(one["client_order_ref"], one["storefront_note"]) for one in data["orders"]],
            [("#1001", "Ring Ada Byron")],
        )
        self.assertEqual(data["orders"][0]["storefront_tracking"], "Bike for Ada Byron")
        self.assertEqual(data["orders"][0]["lines"][0]["price_total"], 10.0)
        records = data["storefront_records"]
        self.assertEqual([one["id"] for one in records], ["1001"])
        self.assertEqual(records[0]["content"]["customer"]["email"], "ada@example.com")
        self.assertEqual([one["content"] for one in data["events"]], [{"who": "Ada"}])
        self.assertEqual([one["type"] for one in data["operations"]], ["order_import"])
        self.assertEqual(
            request.report,
            "Collected: contacts 1, accounts 1, orders 1, events 1, storefront records 1, "
            "operations 1.",
        )
        activity = request.activity_ids
        self.assertEqual(
            (activity.user_id, activity.date_deadline), (self.manager, request.deadline)
        )
        self.assertEqual(request.deadline, date.today() + timedelta(days=30))

    def test_file_is_for_managers_and_goes_when_the_customer_was_told(self):
        self.receive(self.order_of("1001"))
        request = self.ask("customer_data")
        attachment = request.attachment_id
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn(b"Ada Byron", attachment.with_user(self.manager).raw)
        with self.assertRaises(AccessError):
            attachment.with_user(self.user).read(["raw"])
        with self.assertRaises(AccessError):
            request.with_user(self.user).action_download()
        url = request.with_user(self.manager).action_download()["url"]
        self.assertEqual(url, f"/web/content/{attachment.id}?download=true")
        request.with_user(self.manager).action_done()
        self.assertEqual((request.state, request.email), ("done", False))
        self.assertFalse(attachment.exists())
        self.assertFalse(request.activity_ids)
        with self.assertRaises(UserError):
            request.action_retry()

    def test_guest_is_found_by_the_email(self):
        guest = self.ada(external_id="")
        self.receive(self.order_of("1001", guest), self.order_of("1002", self.bob()))
        request = self.ask("customer_data", customer_external_id="", email="ADA@example.com")
        data = json.loads(request.attachment_id.raw)
        self.assertEqual([one["client_order_ref"] for one in data["orders"]], ["#1001"])

    # to be forgotten

    def test_customer_is_forgotten(self):
        sale_order = self.receive(self.order_of("1001"))["1001"]
        self.receive(self.order_of("1002", self.bob()))
        sale_order._action_cancel()
        partner = sale_order.partner_id
        partner.message_post(body="Ada Byron called")
        event = self.env["storefront.event"].search([("external_id", "=", "1001")])
        event.payload = '{"email": "ada@example.com"}'
        request = self.ask(order_external_ids=["1001"])
        self.assertForgotten()
        self.assertIn("bob@example.com", self.holdings())
        self.assertEqual((request.state, request.processed_at), ("done", request.done_at))
        self.assertEqual(
            (partner.name, partner.active, partner.email, partner.street),
            ("Erased customer", False, False, False),
        )
        self.assertEqual(partner.country_id.code, "BE")
        self.assertEqual(sale_order.partner_id, partner)
        self.assertEqual((sale_order.amount_total, sale_order.storefront_note), (10.0, False))
        self.assertFalse(sale_order.storefront_tracking)
        self.assertNotIn("email", sale_order.storefront_imported)
        self.assertFalse(
            self.env["storefront.binding.partner"].search([("external_id", "=", "501")])
        )
        self.assertEqual(
            self.erased(request),
            dict.fromkeys(
                ("partners", "orders", "events", "snapshots", "operations", "messages"), 1
            ),
        )
        self.assertEqual(
            request.report,
            "Erased: contacts 1, orders 1, events 1, storefront records 1, operations 1, "
            "messages 1.",
        )
        operation = self.operations("privacy")
        self.assertEqual(
            (operation.status, operation.source_ref, operation.target_ref),
            ("success", "customer_redact", f"storefront.privacy.request,{request.id}"),
        )

    def test_draft_invoice_forgets_the_name_it_copied(self):
        self.load_chart()
        sale_order = self.receive(self.order_of("1001"))["1001"]
        sale_order.picking_ids.action_cancel()
        invoice = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": sale_order.partner_id.id}
        )
        self.assertEqual(invoice.invoice_partner_display_name, "Ada Byron")
        self.ask()
        self.assertEqual(invoice.invoice_partner_display_name, "Erased customer")

    def kept(self, **values):
        request = self.ask(**values)
        partner = self.env["res.partner"].search([("email", "=", "ada@example.com")])
        self.assertTrue(partner.active)
        self.assertEqual(partner.name, "Ada Byron")
        self.assertFalse(self.snapshot("1001").payload)
        return request

    def test_posted_invoice_keeps_its_customer(self):
        self.load_chart()
        sale_order = self.receive(self.order_of("1001"))["1001"]
        sale_order.picking_ids.action_cancel()
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": sale_order.partner_id.id,
                "invoice_line_ids": [(0, 0, {"name": "Cup", "price_unit": 10.0})],
            }
        )
        invoice.action_post()
        request = self.kept()
        self.assertEqual(request.result["kept"], {"invoices": 1})
        self.assertEqual(
            request.report.splitlines()[1],
            "Kept: contacts 1, because posted invoices must be kept by law.",
        )
        self.assertFalse(sale_order.storefront_note)

    def test_what_else_keeps_a_contact(self):
        sale_order = self.receive(self.order_of("1001"))["1001"]
        partner = sale_order.partner_id
        request = self.kept()
        self.assertEqual(request.result["kept"], {"deliveries": 1})
        sale_order.picking_ids.action_cancel()
        elsewhere = self.env["sale.order"].create({"partner_id": partner.id})
        request.action_retry()
        self.job("privacy")
        self.assertEqual(request.result["kept"], {"orders": 1})
        elsewhere.unlink()
        other = self._connected_backend("Other", self.company)
        binding = self.env["storefront.binding.partner"].create(
            {"backend_id": other.id, "partner_id": partner.id, "external_id": "7"}
        )
        request.action_retry()
        self.job("privacy")
        self.assertEqual(request.result["kept"], {"accounts": 1})
        binding.unlink()
        login = new_test_user(self.env, "portal-ada", "base.group_portal")
        login.partner_id = partner
        request.action_retry()
        self.job("privacy")
        self.assertEqual(request.result["kept"], {"users": 1})

    def test_retry_erases_what_no_longer_must_be_kept(self):
        sale_order = self.receive(self.order_of("1001"))["1001"]
        request = self.kept()
        sale_order.picking_ids.action_cancel()
        request.with_user(self.manager).action_retry()
        self.job("privacy")
        self.assertEqual((request.state, request.result["kept"]), ("done", {}))
        self.assertEqual(sale_order.partner_id.name, "Erased customer")

    def test_issues_and_operations_forget_what_names_the_customer(self):
        ghost = self.line("1", "10.00", sku="GHOST", name="Ghost")
        self.receive(self.order_of("1001", line=ghost))
        self.env["storefront.issue"]._raise_for(
            self.backend,
            [
                {
                    "code": "odoo_refused",
                    "key": "1001",
                    "params": {"message": "Ada Byron is not allowed"},
                }
            ],
            detail="Ada Byron",
        )
        self.env["storefront.operation"]._log(
            self.backend,
            {
                "type": "order_import",
                "status": "retry",
                "source_ref": "1001",
                "error_code": "odoo_refused",
                "error_params": {"message": "Ada Byron is not allowed"},
            },
        )
        self.ask()
        self.assertForgotten()
        missing, refused = self.issues(code="product_missing"), self.issues(code="odoo_refused")
        self.assertEqual(missing.params["sku"], "GHOST")
        self.assertEqual(refused.message, "Odoo refused: …")

    def test_order_that_waited_is_imported_without_its_customer(self):
        ghost = self.line("1", "10.00", sku="GHOST", name="Ghost")
        self.receive(self.order_of("1001", line=ghost))
        self.assertEqual(self.snapshot("1001").state, "requires_attention")
        request = self.ask()
        self.assertEqual(request.order_external_ids, ["1001"])
        self.assertEqual(self.snapshot("1001").state, "to_fetch")
        self.product.default_code = "GHOST"
        self.job("fetch")
        self.job("import")
        sale_order = self.sale_orders()["1001"]
        self.assertEqual(sale_order.partner_id.name, "Guest #1001")
        self.assertForgotten()

    # what could bring it back

    def test_later_webhooks_and_fetches_bring_nothing_back(self):
        order = self.order_of("1001")
        sale_order = self.receive(order)["1001"]
        sale_order.picking_ids.action_cancel()
        self.ask()
        self.shop.orders["1001"] = replace(
            order, updated_at=self.later(60), payment_state="refunded"
        )
        self.poke("1001", at=self.later(60))
        self.job("fetch")
        self.job("import")
        self.assertEqual(sale_order.storefront_payment_state, "refunded")
        self.assertForgotten()
        self.assertEqual(self.snapshot("1001").payload["total"], "10.00")

    def test_order_never_seen_before_its_customer_was_forgotten(self):
        self.shop.orders["0900"] = self.order_of("0900")
        self.ask(order_external_ids=["0900"])
        self.assertEqual(
            (self.snapshot("0900").state, self.snapshot("0900").error_code), ("skipped", "redacted")
        )
        self.poke("0900")
        self.job("fetch")
        self.job("import")
        self.assertEqual(self.sale_orders()["0900"].partner_id.name, "Guest #0900")
        self.assertForgotten()

    def test_fetch_on_its_way_brings_nothing_back(self):
        sale_order = self.receive(self.order_of("1001"))["1001"]
        sale_order.picking_ids.action_cancel()
        self.shop.during("fetch_records", lambda: self.ask())
        self.poke("1001")
        self.job("fetch")
        self.assertForgotten()

    def test_platform_that_cannot_tell_its_customers_apart_stores_nothing(self):
        sale_order = self.receive(self.order_of("1001"))["1001"]
        sale_order.picking_ids.action_cancel()
        self.ask()
        self.poke("1001")
        with patch.object(
            self.adapter_class, "forget_customer", side_effect=errors.Unsupported("privacy")
        ):
            self.job("fetch")
        self.assertEqual(self.snapshot("1001").state, "skipped")
        self.assertForgotten()

    def test_new_order_of_the_same_person_is_a_new_customer(self):
        sale_order = self.receive(self.order_of("1001"))["1001"]
        sale_order.picking_ids.action_cancel()
        self.ask()
        again = self.receive(self.order_of("1002"))["1002"]
        self.assertNotEqual(again.partner_id, sale_order.partner_id)
        self.assertEqual(again.partner_id.email, "ada@example.com")

    def test_file_collected_before_is_erased_too(self):
        self.receive(self.order_of("1001"))
        told = self.ask("customer_data")
        attachment = told.attachment_id
        request = self.ask()
        self.assertFalse(attachment.exists())
        self.assertEqual(self.erased(request)["files"], 1)

    def test_address_contacts_are_forgotten_with_their_customer(self):
        elsewhere = replace(ADDRESS, street="Rue Basse 2", name="Ada Byron, office")
        sale_order = self.receive(self.order_of("1001", shipping_address=elsewhere))["1001"]
        sale_order.picking_ids.action_cancel()
        delivery = sale_order.partner_shipping_id
        self.assertNotEqual(delivery, sale_order.partner_id)
        self.ask()
        self.assertEqual((delivery.name, delivery.street), ("Erased customer", False))
        self.assertNotIn("Rue Basse", self.holdings())
