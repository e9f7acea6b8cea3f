# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a privacy request reaches: whose contacts, which orders, which records of the storefront.

Also why a contact must be kept. Nothing is written here.
"""

from dataclasses import dataclass
from typing import Any

from odoo import models
from odoo.tools import email_normalize

from ..platforms import errors


@dataclass
class Scope:
    """``families``: (contact, it with its addresses); ``order_ids`` and ``account_ids``: the
    storefront's ids, those of accounts merged into the customer's included."""

    families: list
    accounts: Any
    account_ids: set
    orders: Any
    order_ids: set
    snapshots: Any

    @property
    def partners(self):
        """Every contact and address."""
        found = self.orders.env["res.partner"]
        return found.union(*(family for _partner, family in self.families))


class StorefrontPrivacyScope(models.AbstractModel):
    _name = "storefront.privacy.scope"
    _description = "Storefront Privacy Scope"

    def _find(self, backend, request):
        """Return the scope of a customer's request."""
        accounts = self._find_accounts(backend, request.customer_external_id)
        account_ids = {*accounts.mapped("external_id"), request.customer_external_id or ""} - {""}
        contacts = self._find_contacts(backend, request, accounts)
        orders = self._find_orders(backend, contacts, request.order_external_ids or [])
        contacts |= self._without_companies(backend, orders.partner_id)
        contacts |= self._find_places(orders, contacts)
        order_ids = {*(request.order_external_ids or ()), *orders.mapped("storefront_external_id")}
        snapshots = self._find_snapshots(backend, request, order_ids, account_ids)
        order_ids |= set(snapshots.filtered(lambda one: one.kind == "order").mapped("external_id"))
        families = [(contact, self._family(contact)) for contact in contacts]
        return Scope(families, accounts, account_ids, orders, order_ids, snapshots)

    def _family(self, partner):
        partners = self.env["res.partner"].with_context(active_test=False)
        return partners.search([("id", "child_of", partner.ids)])

    def _find_accounts(self, backend, external_id):
        """Return the bindings of an account and of those that were merged into it."""
        bindings = self.env["storefront.binding.partner"]
        if not external_id:
            return bindings
        return bindings.search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", "customer"),
                "|",
                ("external_id", "=", external_id),
                ("merged_into", "=", external_id),
            ]
        )

    def _without_companies(self, backend, partners):
        """Return who isn't a company of the storefront's: those are nobody's personal data."""
        companies = self.env["storefront.binding.partner"].search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "!=", "customer"),
                ("partner_id", "in", partners.ids),
            ]
        )
        return partners - companies.partner_id

    def _find_places(self, orders, contacts):
        """Return the addresses in orders of companies, which name the person who ordered; not what
        is a company's own."""
        places = orders.partner_invoice_id | orders.partner_shipping_id
        return self._without_companies(
            orders.storefront_backend_id,
            places.filtered(lambda one: one.type != "contact" and one.parent_id not in contacts),
        )

    def _find_contacts(self, backend, request, accounts):
        """Return who is bound to the customer, and who ordered here with the e-mail."""
        contacts = accounts.partner_id
        email = email_normalize(request.email or "")
        if email:
            partners = self.env["res.partner"].with_context(active_test=False)
            same = partners.search([("email_normalized", "=", email)])
            contacts |= self._find_orders(backend, same, []).partner_id
        return contacts

    def _find_orders(self, backend, contacts, external_ids):
        return self.env["sale.order"].search(
            [
                ("storefront_backend_id", "=", backend.id),
                "|",
                ("partner_id", "in", contacts.ids),
                ("storefront_external_id", "in", external_ids),
            ]
        )

    def _find_snapshots(self, backend, request, order_ids, account_ids):
        """Return the snapshots of the orders, and those not imported that name the customer."""
        snapshots = self.env["storefront.snapshot"]
        found = snapshots.search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", "order"),
                ("external_id", "in", list(order_ids)),
            ]
        )
        found |= snapshots.search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", "customer"),
                ("external_id", "in", list(account_ids)),
            ]
        )
        return found | self._find_unimported(backend, request)

    def _find_unimported(self, backend, request):
        """Return the snapshots without a sale order whose payload is of this customer."""
        words = [word for word in (request.customer_external_id, request.email) if word]
        if not words:
            return self.env["storefront.snapshot"]
        self.env.cr.execute(
            "SELECT id FROM storefront_snapshot WHERE backend_id = %s AND order_id IS NULL"
            " AND kind = 'order' AND payload IS NOT NULL AND ("
            + " OR ".join(["position(lower(%s) IN lower(payload::text)) > 0"] * len(words))
            + ")",
            [backend.id, *words],
        )
        candidates = self.env["storefront.snapshot"].browse(
            [row[0] for row in self.env.cr.fetchall()]
        )
        return candidates.filtered(lambda one: self._is_of(backend, request, one))

    def _is_of(self, backend, request, snapshot):
        """Whether a payload is of the customer; one that can't be read but names it, is."""
        try:
            customer = backend._adapter_class().parse_order(snapshot.payload).customer
        except errors.BadPayload:
            return True
        if request.customer_external_id and customer.external_id == request.customer_external_id:
            return True
        email = email_normalize(request.email or "")
        return bool(email) and email_normalize(customer.email) == email

    # what forbids to forget

    def _keep_reasons(self, backend, family, orders, external_id):
        """Return the codes of the reasons to keep a contact; addons add theirs.

        ``orders`` are those asked about, None for all of the backend; ``external_id`` is the
        account asked about, None for all of the backend."""
        checks = {
            "invoices": self._has_posted_invoices(family),
            "deliveries": self._has_open_deliveries(family),
            "orders": self._has_other_orders(backend, family, orders),
            "accounts": self._has_other_accounts(backend, family, external_id),
            "users": bool(family.with_context(active_test=False).user_ids),
        }
        return [reason for reason, is_met in checks.items() if is_met]

    def _has_posted_invoices(self, family):
        domain = [
            ("state", "=", "posted"),
            "|",
            ("partner_id", "in", family.ids),
            ("partner_shipping_id", "in", family.ids),
        ]
        return bool(self.env["account.move"].search_count(domain, limit=1))

    def _has_open_deliveries(self, family):
        domain = [("partner_id", "in", family.ids), ("state", "not in", ("done", "cancel"))]
        return bool(self.env["stock.picking"].search_count(domain, limit=1))

    def _has_other_orders(self, backend, family, orders):
        names = ("partner_id", "partner_invoice_id", "partner_shipping_id")
        domain = ["|", "|", *((name, "in", family.ids) for name in names)]
        if orders is None:
            domain = [*domain, ("storefront_backend_id", "!=", backend.id)]
        else:
            domain = [*domain, ("id", "not in", orders.ids)]
        return bool(self.env["sale.order"].search_count(domain, limit=1))

    def _has_other_accounts(self, backend, family, external_id):
        bindings = self.env["storefront.binding.partner"].search([("partner_id", "in", family.ids)])
        return bool(
            bindings.filtered(
                lambda one: (
                    one.backend_id != backend
                    or (
                        external_id is not None
                        and external_id not in (one.external_id, one.merged_into)
                    )
                )
            )
        )
