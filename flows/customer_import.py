# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who ordered: one partner for one customer, found by external id, then VAT, then e-mail.

Only creates and finds. What the storefront may change on a partner it didn't create is not
decided here.
"""

import re

from odoo import models
from odoo.tools import email_normalize

_SPACES = re.compile(r"\s+")


class StorefrontCustomerImport(models.AbstractModel):
    _name = "storefront.customer.import"
    _inherit = "storefront.flow"
    _description = "Storefront Customer Import"

    def _merge_keys(self, backend, customer):
        """Return the keys by which two orders have the same customer, for locking."""
        keys = []
        if customer.external_id:
            keys.append(f"customer:{backend.id}:{customer.external_id}")
        if customer.vat:
            keys.append(f"vat:{backend.company_id.id}:{_compact(customer.vat)}")
        email = email_normalize(customer.email)
        if email:
            keys.append(f"email:{backend.company_id.id}:{email}")
        return keys

    def _import_customer(self, backend, order):
        """Return (customer, invoice partner, delivery partner) of an order."""
        customer = order.customer
        partner = self._find_bound_partner(backend, customer)
        if not partner:
            partner = self._find_partner(backend, customer) or self.env["res.partner"].create(
                self._prepare_partner_vals(backend, order)
            )
            self._bind(backend, partner, customer)
        invoice = self._find_address(partner, order.billing_address, "invoice")
        delivery = self._find_address(partner, order.shipping_address, "delivery")
        return partner, invoice, delivery

    def _find_bound_partner(self, backend, customer):
        bindings = self.env["storefront.binding.partner"]
        if not customer.external_id:
            return bindings.partner_id
        domain = [("backend_id", "=", backend.id), ("external_id", "=", customer.external_id)]
        return bindings.search_fetch(domain, ["partner_id"], order="id").partner_id

    def _find_partner(self, backend, customer):
        partners = self.env["res.partner"]
        company_domain = [("company_id", "in", (False, backend.company_id.id))]
        if customer.vat:
            vat = _compact(customer.vat)
            found = partners.search(
                [*company_domain, ("is_company", "=", True), ("vat", "in", [customer.vat, vat])],
                limit=1,
                order="id",
            )
            if found:
                return found
        email = email_normalize(customer.email)
        if email:
            return partners.search(
                [*company_domain, ("email_normalized", "=", email), ("parent_id", "=", False)],
                limit=1,
                order="id",
            )
        return partners

    def _bind(self, backend, partner, customer):
        if customer.external_id:
            self.env["storefront.binding.partner"].create(
                {
                    "backend_id": backend.id,
                    "partner_id": partner.id,
                    "external_id": customer.external_id,
                }
            )

    def _prepare_partner_vals(self, backend, order):
        customer = order.customer
        address = order.billing_address or order.shipping_address
        is_company = bool(customer.company_name)
        vals = {
            "name": customer.company_name
            or customer.name
            or (address and address.name)
            or customer.email
            or self.env._("Guest %s", order.number),
            "is_company": is_company,
            "email": customer.email or False,
            "phone": customer.phone or (address and address.phone) or False,
            "company_id": backend.company_id.id,
            "lang": self._find_language(customer.language),
            **self.env["storefront.order.fiscal"]._prepare_partner_fiscal_vals(backend, order),
        }
        if is_company and customer.vat:
            vals["vat"] = customer.vat
        if address:
            vals.update(self._prepare_address_vals(address))
        return vals

    def _find_language(self, tag):
        """Return the code of the active language nearest to a BCP 47 tag, False for none."""
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        wanted = (tag or "").replace("-", "_")
        short = wanted.split("_")[0]
        if wanted in codes:
            return wanted
        return next((code for code in codes if short and code.split("_")[0] == short), False)

    # addresses

    def _find_address(self, partner, address, kind):
        """Return the contact of ``partner`` with this address, made where there is none.

        A difference of case or spaces makes no new contact."""
        if address is None or not (address.street or address.city or address.zip):
            return partner
        wanted = self._address_key(address)
        if self._partner_key(partner) == wanted:
            return partner
        for contact in partner.child_ids:
            if contact.type == kind and self._partner_key(contact) == wanted:
                return contact
        return self.env["res.partner"].create(
            {
                **self._prepare_address_vals(address),
                "name": address.name or partner.name,
                "parent_id": partner.id,
                "type": kind,
                "phone": address.phone or False,
                "company_id": partner.company_id.id,
            }
        )

    def _prepare_address_vals(self, address):
        country = self._find_country(address.country_code)
        return {
            "street": address.street or False,
            "street2": address.street2 or False,
            "city": address.city or False,
            "zip": address.zip or False,
            "country_id": country.id,
            "state_id": self._find_state(country, address.state_code).id,
        }

    def _find_country(self, code):
        countries = self.env["res.country"]
        return countries.search([("code", "=", code.upper())]) if code else countries

    def _find_state(self, country, code):
        states = self.env["res.country.state"]
        if not (country and code):
            return states
        return states.search([("country_id", "=", country.id), ("code", "=", code.upper())])

    def _address_key(self, address):
        return (
            _plain(address.name),
            _plain(address.street),
            _plain(address.street2),
            _plain(address.city),
            _compact(address.zip),
            (address.country_code or "").upper(),
        )

    def _partner_key(self, partner):
        return (
            _plain(partner.name),
            _plain(partner.street),
            _plain(partner.street2),
            _plain(partner.city),
            _compact(partner.zip),
            partner.country_id.code or "",
        )


def _plain(text):
    return _SPACES.sub(" ", text or "").strip().casefold()


def _compact(text):
    return _SPACES.sub("", text or "").upper()
