# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which records that no order came of are a customer's, when it asks what is kept."""

from odoo.tests import tagged

from ..platforms import errors
from .privacy_case import PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacyScope(PrivacyCase):
    def setUp(self):
        super().setUp()
        self.ghost = self.line("1", "10.00", sku="GHOST")

    def wait(self, external_id, customer):
        """Have an order arrive that waits for its product; return its snapshot."""
        self.receive(self.order_of(external_id, customer, line=self.ghost))
        return self.snapshot(external_id)

    def kept(self, snapshot):
        snapshot.invalidate_recordset()
        return bool(snapshot.sudo().payload) and "Ada" in str(snapshot.sudo().payload)

    def test_guest_is_known_by_the_email_alone(self):
        own = self.wait("1001", self.ada(external_id=""))
        upper = self.wait("1002", self.ada(external_id="", email="ADA@Example.com"))
        # It names her e-mail, as a gift to her, but somebody else has ordered.
        other = self.wait("1003", self.ada(external_id="503", email="not-ada@example.com"))
        self.ask(customer_external_id="")
        self.assertEqual([self.kept(one) for one in (own, upper, other)], [False, False, True])

    def test_account_is_known_by_its_id_whatever_the_email(self):
        own = self.wait("1001", self.ada(email="old@example.org"))
        other = self.wait("1002", self.ada(external_id="5011", email="zoe@example.org"))
        self.ask(email="")
        self.assertEqual([self.kept(one) for one in (own, other)], [False, True])

    def test_record_that_can_not_be_read_but_names_the_customer_is_hers(self):
        own = self.wait("1001", self.ada())
        other = self.wait("1002", self.bob())
        request = self.requests.new({"customer_external_id": "501", "email": "ada@example.com"})
        scope = self.env["storefront.privacy.scope"]

        def unreadable(*_given, **_options):
            raise errors.BadPayload(path="lines")

        self.patch(self.adapter_class, "parse_order", staticmethod(unreadable))
        self.assertEqual(scope._find_unimported(self.backend, request), own)
        self.assertEqual(other.state, "requires_attention")

    def test_request_that_names_nobody_finds_nothing(self):
        own = self.wait("1001", self.ada())
        self.ask(customer_external_id="", email="")
        self.assertTrue(self.kept(own))
