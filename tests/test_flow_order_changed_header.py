# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses, e-mail, tags and delivery method of an order that changed in the storefront."""

from dataclasses import replace
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..platforms.documents.customer import Customer
from .common import ADDRESS
from .update_case import STATES, OrderUpdateCase

ELSEWHERE = replace(ADDRESS, street="Quai 7", city="Liège", zip="4000")
GUEST = Customer(name="Grace Hopper", email="grace@exmaple.com")


@tagged("post_install", "-at_install")
class TestOrderChangedHeader(OrderUpdateCase):
    def street(self, partner):
        return partner.street, partner.city

    # the delivery address

    def test_delivery_address_follows_until_everything_has_left(self):
        for state in STATES:
            with self.subTest(state=state), self.undone():
                document = self.placed()
                order = self.bring(document, state)
                amounts = (order.amount_total, order.amount_tax)
                self.change(document, shipping_address=ELSEWHERE)
                self.assertEqual((order.amount_total, order.amount_tax), amounts)
                if state == "delivered":
                    self.assertIn(
                        "delivery address Ada Byron, Rue Haute 1, 1000 Bruxelles, BE → Ada Byron, "
                        "Quai 7, 4000 Liège, BE (everything has left). Bring",
                        self.issues().message,
                    )
                    self.assertEqual(order.partner_shipping_id, order.partner_id)
                    continue
                self.assertFalse(self.issues())
                contact = order.partner_shipping_id
                self.assertEqual(self.street(contact), ("Quai 7", "Liège"))
                self.assertEqual((contact.parent_id, contact.type), (order.partner_id, "delivery"))
                self.assertEqual(order.partner_invoice_id, order.partner_id)
                for picking in order.picking_ids:
                    expected = order.partner_id if picking.state == "done" else contact
                    self.assertEqual(picking.partner_id, expected)
                    self.assertEqual(picking.move_ids.partner_id, expected)
                self.assertFalse(order.activity_ids | order.picking_ids.activity_ids)

    def test_delivery_that_somebody_sent_elsewhere_stays(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        neighbour = self.env["res.partner"].create({"name": "Neighbour"})
        order.picking_ids.partner_id = neighbour
        self.change(document, shipping_address=ELSEWHERE)
        self.assertEqual(self.street(order.partner_shipping_id), ("Quai 7", "Liège"))
        self.assertEqual(order.picking_ids.partner_id, neighbour)

    def test_address_somebody_chose_here_stays_and_is_told(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        chosen = self.env["res.partner"].create({"name": "Ada at work", "street": "Office 3"})
        order.partner_shipping_id = chosen
        self.commit()
        self.change(document, shipping_address=ELSEWHERE)
        self.assertEqual(order.partner_shipping_id, chosen)
        issue = self.issues()
        self.assertIn(
            "(changed here: delivery address Ada Byron, Rue Haute 1, 1000 Bruxelles, BE → Ada at "
            "work, Office 3)",
            issue.message,
        )
        # Somebody makes it what the store says.
        chosen.write(
            {
                "name": "Ada  Byron",
                "street": "quai 7",
                "zip": "4000",
                "city": "Liège",
                "country_id": self.env.ref("base.be").id,
            }
        )
        issue.action_retry()
        self.job("fetch")
        self.job("import")
        self.assertEqual((issue.state, order.partner_shipping_id), ("resolved", chosen))

    def test_other_spaces_make_no_other_contact(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        partners = self.env["res.partner"].search_count([])
        spaced = replace(ADDRESS, street=" Rue  Haute 1", city="BRUXELLES")
        self.change(document, shipping_address=spaced, billing_address=spaced)
        self.assertEqual(order.partner_shipping_id, order.partner_id)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertFalse(self.issues())

    def test_address_the_store_no_longer_tells_stays(self):
        document = self.placed(shipping_address=ELSEWHERE)
        order = self.bring(document, "confirmed")
        contact = order.partner_shipping_id
        self.change(document, shipping_address=None, billing_address=None, note="Forgotten")
        self.assertEqual(order.partner_shipping_id, contact)
        self.change(document, seconds=120, note="Told again")
        self.assertEqual(order.partner_shipping_id, contact)
        self.assertFalse(self.issues())

    def test_order_of_a_customer_who_was_forgotten(self):
        document = self.placed(customer=GUEST)
        order = self.bring(document, "confirmed")
        order._forget_customer()
        self.assertFalse({"shipping", "billing", "email"} & set(order.storefront_imported))
        partner, delivery = order.partner_id, order.partner_shipping_id
        nobody = {"customer": Customer(), "billing_address": None, "shipping_address": None}
        lines = (self.cups(quantity=3, tax="6.01"), *self.rest())
        self.change(self.order("1001", *lines, **nobody))
        self.assertEqual(order.amount_total, 47.95)
        self.assertEqual((order.partner_id, order.partner_shipping_id), (partner, delivery))
        self.assertFalse(self.issues())
        self.assertEqual(partner.email, GUEST.email)

    # the invoice address

    def test_invoice_address_follows_until_an_invoice_is_posted(self):
        for state in STATES:
            with self.subTest(state=state), self.undone():
                document = self.placed()
                order = self.bring(document, state)
                self.change(document, billing_address=ELSEWHERE)
                self.assertEqual((order.amount_total, order.amount_tax), (35.95, 6.0))
                if state in ("invoiced", "partly_invoiced"):
                    self.assertIn("4000 Liège, BE (an invoice is posted)", self.issues().message)
                    self.assertEqual(order.partner_invoice_id, order.partner_id)
                else:
                    contact = order.partner_invoice_id
                    self.assertEqual(self.street(contact), ("Quai 7", "Liège"))
                    self.assertEqual(contact.type, "invoice")
                    self.assertFalse(self.issues())

    def test_draft_invoice_goes_to_the_new_address_with_its_amounts(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        draft = order._create_invoices()
        self.commit()
        self.change(document, billing_address=ELSEWHERE)
        self.assertEqual(draft.partner_id, order.partner_invoice_id)
        self.assertEqual(self.street(draft.partner_id), ("Quai 7", "Liège"))
        self.assertEqual((draft.state, draft.amount_total, draft.amount_tax), ("draft", 35.95, 6.0))
        draft.action_post()
        self.assertEqual((draft.amount_total, draft.amount_tax), (35.95, 6.0))

    def test_both_addresses_and_a_line_at_once(self):
        document = self.placed()
        order = self.bring(document, "locked")
        self.change(
            self.order(
                "1001",
                self.cups(quantity=3, tax="6.01"),
                *self.rest(),
                shipping_address=ELSEWHERE,
                billing_address=ELSEWHERE,
            )
        )
        self.assertEqual((order.amount_total, order.locked), (47.95, True))
        self.assertEqual(self.street(order.partner_shipping_id), ("Quai 7", "Liège"))
        self.assertEqual(self.street(order.partner_invoice_id), ("Quai 7", "Liège"))
        self.assertEqual(document.note, "")

    def test_added_line_is_delivered_to_the_new_address(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        more = self.line("4", "9.99", ("VAT", "0.2", "2.00"), sku="BOWL")
        bowl = self._product("Bowl", "BOWL")
        lines = (self.cups(), *self.rest(), more)
        self.change(self.order("1001", *lines, shipping_address=ELSEWHERE))
        self.assertEqual(len(order.picking_ids), 1)
        self.assertEqual(self.demand(order), {self.product: 2, self.other_product: 1, bowl: 1})
        self.assertEqual(self.street(order.picking_ids.partner_id), ("Quai 7", "Liège"))
        # And alone, where nothing else is on its way.
        self.change(self.order("1001", shipping_address=ELSEWHERE), seconds=120)
        self.assertEqual(order.picking_ids.state, "cancel")
        self.change(self.order("1001", more, shipping_address=ADDRESS), seconds=180)
        picking = order.picking_ids.filtered(lambda one: one.state != "cancel")
        self.assertEqual(picking.partner_id, order.partner_id)
        self.assertEqual(document.shipping_address, ADDRESS)

    # the e-mail

    def test_guests_email_is_mended_where_the_contact_is_of_this_order_alone(self):
        document = self.placed(customer=GUEST)
        order = self.bring(document, "confirmed")
        partner = order.partner_id
        self.change(document, customer=replace(GUEST, email="grace@example.com"))
        self.assertEqual((order.partner_id, partner.email), (partner, "grace@example.com"))
        found = self.env["res.partner"].search([("name", "=", "Grace Hopper")])
        self.assertEqual(found, partner)
        self.assertFalse(self.issues())

    def test_email_of_a_contact_with_other_orders_is_told(self):
        document = self.placed(customer=GUEST)
        order = self.bring(document, "confirmed")
        self.bring(replace(document, external_id="1002", number="#1002"), "confirmed")
        self.change(document, customer=replace(GUEST, email="grace@example.com"))
        self.assertEqual(order.partner_id.email, "grace@exmaple.com")
        self.assertIn(
            "e-mail grace@exmaple.com → grace@example.com (the contact Grace Hopper has other "
            "orders or was changed here). Bring",
            self.issues().message,
        )

    def test_email_that_was_changed_here_stays(self):
        document = self.placed(customer=GUEST)
        order = self.bring(document, "confirmed")
        order.partner_id.email = "hopper@example.com"
        self.change(document, customer=replace(GUEST, email="grace@example.com"))
        self.assertEqual(order.partner_id.email, "hopper@example.com")
        self.assertEqual(self.issues().code, "order_changed")

    def test_email_of_an_account_is_not_an_orders_matter(self):
        document = self.placed()
        order = self.bring(document, "confirmed")
        self.change(document, customer=replace(document.customer, email="byron@example.com"))
        self.assertEqual(order.partner_id.email, "ada@example.com")
        self.assertFalse(self.issues())

    # what settings and mappings choose

    def choosing(self, **vals):
        """Have the settings choose values for an order."""
        rules = type(self.env["storefront.order.rules"])
        chosen = rules._prepare_order_vals
        return patch.object(rules, "_prepare_order_vals", lambda *given: {**chosen(*given), **vals})

    def test_tags_follow_and_those_given_here_stay(self):
        web, gift, vip = self.env["crm.tag"].create(
            [{"name": "Web"}, {"name": "Gift"}, {"name": "VIP"}]
        )
        document = self.placed(tags=("web",))
        with self.choosing(tag_ids=[Command.set(web.ids)]):
            order = self.bring(document, "invoiced")
        self.assertEqual(order.tag_ids, web)
        order.tag_ids |= vip
        with self.choosing(tag_ids=[Command.set(gift.ids)]):
            self.change(document, tags=("gift",))
        self.assertEqual(order.tag_ids, gift | vip)
        self.assertEqual(order.amount_total, 35.95)
        self.assertFalse(self.issues())

    def test_delivery_method_follows_unless_somebody_chose_one(self):
        shipping = self.backend.shipping_product_id
        post, courier, van = self.env["delivery.carrier"].create(
            [{"name": name, "product_id": shipping.id} for name in ("Post", "Courier", "Van")]
        )
        document = self.placed()
        with self.choosing(carrier_id=post.id):
            order = self.bring(document, "confirmed")
        self.assertEqual(order.picking_ids.carrier_id, post)
        faster = self.order("1001", self.cups(), self.rest()[0], self.express("9.95", "1.99"))
        with self.choosing(carrier_id=courier.id):
            self.change(faster)
        self.assertEqual((order.carrier_id, order.picking_ids.carrier_id), (courier, courier))
        self.assertEqual(order.amount_total, 41.95)
        order.carrier_id = van
        with self.choosing(carrier_id=post.id):
            self.change(document, seconds=120)
        self.assertEqual((order.carrier_id, order.picking_ids.carrier_id), (van, courier))
        self.assertEqual(order.amount_total, 35.95)

    def express(self, price, tax):
        return self.line("1", price, ("VAT", "0.2", tax), kind="shipping", name="Courier")

    def test_shipping_line_takes_its_new_name(self):
        document = self.placed()
        order = self.bring(document, "invoiced")
        named = (self.cups(), self.rest()[0], self.express("4.95", "0.99"))
        self.change_lines(document, *named)
        self.assertEqual(order.order_line[-1].name, "Courier")
        self.assertEqual((order.amount_total, order.amount_tax), (35.95, 6.0))
        self.assertFalse(self.issues())
