# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Applies to a sale order what changed beside its lines: addresses, e-mail, tags, delivery method.

What somebody chose here stays. Not here: which contact has an address (``customer_import``).
"""

from odoo import fields, models
from odoo.tools import email_normalize

from .order_state import digest

# The field of the sale order for each address, and the type of the contact.
ADDRESSES = {
    "shipping": ("partner_shipping_id", "delivery"),
    "billing": ("partner_invoice_id", "invoice"),
}


class StorefrontOrderUpdateHeader(models.AbstractModel):
    _name = "storefront.order.update.header"
    _description = "Storefront Order Header Update"

    def _update_partners(self, update):
        """Follow addresses and a guest's e-mail; what the storefront doesn't tell is as it was."""
        document = update.document
        addresses = {"shipping": document.shipping_address, "billing": document.billing_address}
        for kind, address in addresses.items():
            if self._is_news(update, kind):
                self._update_address(update, kind, address)
        if self._is_news(update, "email"):
            self._update_email(update)

    def _is_news(self, update, kind):
        """Whether the storefront tells something else than it did."""
        now = update.now[kind]
        if now and kind not in update.before:
            update.kept[kind] = now
        return bool(now) and update.before.get(kind, now) != now

    # addresses

    def _update_address(self, update, kind, address):
        order, (name, contact_type) = update.order, ADDRESSES[kind]
        partner = order[name]
        if plain(one_line(partner)) != plain(one_line_of(address)):
            refusal = self._refusal(update, kind, partner)
            if refusal or update.is_decided(kind, update.now[kind]):
                part = {"kind": kind, "old": one_line(partner), "new": one_line_of(address)}
                item = {"changes": [part], "because": refusal}
                update.refuse(kind, update.now[kind], item)
                return
            found = self._find_place(update, address, contact_type)
            if found != partner:
                vals = {name: found.id}
                if kind == "shipping":
                    # Even if it stays, or core would follow one that we gave the customer.
                    vals["fiscal_position_id"] = self._position_at(update, partner, found).id
                # At once: what is delivered of added lines goes there.
                order.write(vals)
                update.is_changed = True
                getattr(self, f"_pass_on_{kind}")(order, partner, found)
            partner = found
        update.kept[kind] = update.now[kind]
        update.kept["partners"] = {**update.kept["partners"], kind: partner.id}

    def _find_place(self, update, address, contact_type):
        """Return the contact at an address: the customer's, or that of the firm it orders for."""
        customer = update.order.partner_id
        if not update.document.customer.company_name:
            addresses = self.env["storefront.customer.address"]
            return addresses._find_address(customer, address, contact_type)
        firm, companies = customer.commercial_partner_id, self.env["storefront.customer.company"]
        return companies._find_place(firm, address, contact_type, customer.browse())

    def _refusal(self, update, kind, partner):
        """Return why an address can't follow, as a part of a text; None where it can."""
        order, imported = update.order, update.before["partners"][kind]
        if partner.id != imported:
            before = one_line(partner.browse(imported).exists())
            edit = {"kind": kind, "old": before, "new": one_line(partner)}
            return {"kind": "edited_here", "changes": [edit]}
        if kind == "billing" and any(move.state == "posted" for move in order.invoice_ids):
            return {"kind": "invoice_posted"}
        states = set(order.picking_ids.mapped("state"))
        if kind == "shipping" and "done" in states and states <= {"done", "cancel"}:
            return {"kind": "shipped"}
        return None

    def _position_at(self, update, before, delivery):
        """Return the fiscal position of where the order goes now, unless somebody chose another."""
        order, fiscal = update.order, self.env["storefront.order.fiscal"]
        position, taxes = order.fiscal_position_id, order.order_line.tax_ids
        company, customer = order.company_id, order.partner_id
        if position == fiscal._order_position(company, customer, before, taxes):
            position = fiscal._order_position(company, customer, delivery, taxes)
        return position

    def _pass_on_shipping(self, order, before, partner):
        """Have what is still to be delivered go to the new address."""
        open_pickings(order).filtered(lambda one: one.partner_id == before).partner_id = partner

    def _pass_on_billing(self, order, before, partner):
        """Have draft invoices go to the new address."""
        drafts = order.invoice_ids.filtered(
            lambda move: move.state == "draft" and move.partner_id == before
        )
        drafts.partner_id = partner

    # the guest's e-mail: that of an account is changed with the account

    def _update_email(self, update):
        customer, partner = update.document.customer, update.order.partner_id
        is_same = email_normalize(partner.email) == email_normalize(customer.email)
        if not (customer.external_id or is_same):
            is_decided = update.is_decided("email", customer.email)
            if is_decided or not self._is_of_this_order(update, partner):
                part = {"kind": "email", "old": partner.email or "-", "new": customer.email}
                because = {"kind": "shared_here", "name": partner.display_name}
                update.refuse("email", customer.email, {"changes": [part], "because": because})
                return
            updates = self.env["storefront.customer.update"]
            updates._write_partner(partner, {"email": customer.email}, customer)
            update.is_changed = True
        update.kept["email"] = update.now["email"]

    def _is_of_this_order(self, update, partner):
        """Whether the contact was made for this order, serves no other, and is as it was made."""
        orders = self.env["sale.order"].search_count([("partner_id", "=", partner.id)], limit=2)
        is_ours = partner.create_uid == self.env.user and orders == 1
        return is_ours and digest(email_normalize(partner.email)) == update.before["email"]

    # what settings and mappings make of an order

    def _follow(self, update, vals):
        """Follow the values an import would give the order now."""
        chosen = update.before.get("chosen", {})
        for name, value in vals.items():
            if name.startswith("storefront_") and name not in IDENTITY:
                update.put(name, value)
        state = self.env["storefront.order.state"]
        wanted = state._chosen(vals)
        if "tag_ids" in wanted:
            self._follow_tags(update, set(chosen.get("tag_ids", ())), set(wanted["tag_ids"]))
        if wanted.get("carrier_id", False) != chosen.get("carrier_id", False):
            self._follow_carrier(update, chosen.get("carrier_id"), wanted["carrier_id"])
        update.kept["chosen"] = {**chosen, **wanted}

    def _follow_tags(self, update, before, now):
        """Add and take away tags; those that somebody gave the order stay."""
        has = set(update.order.tag_ids.ids)
        tag_ids = (has - (before - now)) | (now - before)
        if tag_ids != has:
            update.vals["tag_ids"] = [fields.Command.set(sorted(tag_ids))]

    def _follow_carrier(self, update, before, now):
        """Have the order and what is still to be delivered go by another delivery method."""
        order = update.order
        if order.carrier_id.id not in (before, False) or order.carrier_id.id == now:
            return  # somebody chose it
        update.vals["carrier_id"] = now
        open_pickings(order).filtered(
            lambda one: one.carrier_id == order.carrier_id
        ).carrier_id = now


IDENTITY = frozenset(
    (
        "storefront_backend_id",
        "storefront_external_id",
        "storefront_currency_id",
        "storefront_imported",
        # The workflow's, which looks at what of it is news.
        "storefront_status",
        "storefront_channel",
        "storefront_fraud_risk",
    )
)


def open_pickings(order):
    """Return what is still to be delivered."""
    return order.picking_ids.filtered(lambda one: one.state not in ("done", "cancel"))


def one_line(partner):
    """Return a contact's address in one line."""
    place = " ".join(filter(None, (partner.zip, partner.city)))
    parts = (partner.name, partner.street, partner.street2, place, partner.country_id.code)
    return ", ".join(filter(None, parts)) or "-"


def one_line_of(address):
    """Return a storefront's address in one line."""
    place = " ".join(filter(None, (address.zip, address.city)))
    parts = (address.name, address.street, address.street2, place, address.country_code.upper())
    return ", ".join(filter(None, parts)) or "-"


def plain(text):
    """Return a text without what makes no difference: case and spaces."""
    return " ".join(text.split()).lower()
