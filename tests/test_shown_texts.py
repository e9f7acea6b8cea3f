# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What lists and forms say of records that only the connector writes."""

from odoo import fields
from odoo.tests import tagged
from odoo.tools import format_datetime

from ..platforms import errors
from .privacy_case import PrivacyCase


@tagged("post_install", "-at_install")
class TestShownTexts(PrivacyCase):
    def test_event_shows_its_payload_readably(self):
        event = self.announce("customer_data", note="é")
        self.assertEqual(event.payload_text, '{\n  "type": "customer_data",\n  "note": "é"\n}')
        event.payload = "no JSON <b>"
        self.assertEqual(event.payload_text, "no JSON <b>")
        event.payload = False
        self.assertFalse(event.payload_text)

    def test_operation_is_called_by_what_and_when(self):
        self.receive(self.order_of("1001"))
        operation = self.operations("order_import")
        moment = format_datetime(self.env, operation.create_date)
        self.assertEqual(operation.display_name, f"Import order {moment}")

    def test_operations_group_by_the_sentence_of_their_cause(self):
        selection = self.env["storefront.operation"].fields_get(["error_code"])
        labels = dict(selection["error_code"]["selection"])
        self.assertEqual(labels["tag_skipped"], "Orders tagged “…” are not imported.")

    def test_operations_are_searched_by_equality_only(self):
        search = self.env["storefront.operation"]._search_reference
        self.assertIs(search(">", "1001"), NotImplemented)

    def test_privacy_request_tells_its_orders_and_its_failure(self):
        request = self.ask("customer_redact", order_external_ids=["1001", "1002"])
        self.assertEqual(request.order_text, "1001, 1002")
        self.assertIs(request.error_message, "")
        request.write({"error_code": "server_error", "error_params": {}})
        self.assertEqual(
            request.error_message, "The storefront failed on its side. It is tried again by itself."
        )

    def test_human_is_asked_once_for_a_privacy_request(self):
        request = self.ask("customer_data")
        self.assertEqual(len(request.activity_ids), 1)
        request._ask_human("Again")
        self.assertEqual(
            request.activity_ids.mapped("summary"),
            ["Hand the customer's data to the store's owner."],
        )

    def test_linked_customer_says_where_it_is_and_when_it_was_read(self):
        self.receive(self.order_of("1001"))
        binding = self.env["storefront.binding.partner"].search([])
        self.assertEqual(binding.storefront_url, "https://fake.example/customers/501")
        self.assertEqual(binding.synced_at, binding.write_date)
        read_at = fields.Datetime.to_datetime("2026-11-21 10:00:00")
        self.env["storefront.snapshot"].create(
            {
                "backend_id": self.backend.id,
                "kind": "customer",
                "external_id": "501",
                "state": "done",
                "fetched_at": read_at,
            }
        )
        binding.invalidate_recordset()
        self.assertEqual(binding.synced_at, read_at)
        company = binding.copy({"kind": "company", "external_id": "501"})
        self.assertEqual((company.storefront_url, company.synced_at), (False, company.write_date))

    def test_storefront_that_shows_no_customers(self):
        def unsupported(url, external_id):
            raise errors.Unsupported("customer_admin_url")

        self.patch(self.adapter_class, "customer_admin_url", staticmethod(unsupported))
        self.receive(self.order_of("1001"))
        self.assertIs(self.env["storefront.binding.partner"].search([]).storefront_url, False)

    def test_product_is_missing_in_a_run_by_searching_only(self):
        self.assertFalse(self.product.storefront_unlisted_link_id)
        search = self.product._search_storefront_unlisted_link_id
        self.assertIs(search("ilike", "x"), NotImplemented)
