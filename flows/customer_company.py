# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who ordered for a company: the company, its contact who ordered, the location it was for.

The order is the contact's, so that Odoo has its name, and everything commercial the company's.
"""

from odoo import models
from odoo.fields import Domain
from odoo.tools import email_normalize

from .customer_address import has_place, place_of, place_of_partner, plain
from .customer_import import Key


class StorefrontCustomerCompany(models.AbstractModel):
    _name = "storefront.customer.company"
    _inherit = "storefront.flow"
    _description = "Storefront Company Customer Import"

    def _import_company(self, backend, order):
        """Return (contact, invoice partner, delivery partner) of a company's order."""
        customers = self.env["storefront.customer.import"]
        bindings = customers._find_bindings(backend, order.customer)
        company = self._find_or_create(backend, order, bindings)
        contact = self._find_contact(backend, order, company, bindings)
        location = self._location_of(backend, order, company, bindings)
        invoice = self._find_place(company, order.billing_address, "invoice", location)
        delivery = self._find_delivery(backend, order, company, contact, location)
        return contact, invoice, delivery

    # the company

    def _find_or_create(self, backend, order, bindings):
        customers = self.env["storefront.customer.import"]
        customer = order.customer
        key = Key("company", customer.company_external_id)
        binding = bindings.get(key)
        company = customers._usable(binding, backend)
        if company:
            self._notice_exemption(binding, order, bindings)
            return company
        company = self._find_company(backend, order, bindings)
        if not company:
            vals = customers._prepare_partner_vals(backend, order)
            company = self.env["res.partner"].create(vals)
        customers._bind(backend, company, customer, key=key, binding=binding)
        return company

    def _find_company(self, backend, order, bindings):
        """Return the company an order is of, by VAT, else by what tells it as surely."""
        customer = order.customer
        customers = self.env["storefront.customer.import"]
        address = order.billing_address or order.shipping_address
        country_code = address.country_code if address else ""
        found = customers._find_by_vat(backend, customer.vat, country_code)
        if found:
            return found
        contact = customers._usable(bindings.get(Key("customer", customer.external_id)), backend)
        employer = contact.commercial_partner_id
        if employer.is_company and self._fits(backend, employer, customer, country_code):
            return employer
        return self._find_by_email(backend, customer, country_code)

    def _find_by_email(self, backend, customer, country_code):
        """Return a company with the e-mail that nothing tells to be another one."""
        email = email_normalize(customer.email)
        if not email:
            return self.env["res.partner"]
        found = self.env["res.partner"].search(
            self.env["storefront.customer.import"]._open_domain(backend)
            & Domain("email_normalized", "=", email)
            & Domain("is_company", "=", True)
            & Domain("parent_id", "=", False),
            order="id",
        )
        return found.filtered(lambda one: self._fits(backend, one, customer, country_code))[:1]

    def _fits(self, backend, company, customer, country_code):
        """Whether a company can be the customer's: two companies may share a contact's e-mail."""
        if company.vat and customer.vat:
            return False  # one VAT number would have found it
        if customer.company_external_id:
            customers = self.env["storefront.customer.import"]
            return not customers._is_bound_company(backend, company)
        return plain(company.name) == plain(customer.company_name)

    def _notice_exemption(self, binding, order, bindings):
        """Ask about an exemption that changed: the location's, the company's without one."""
        customer = order.customer
        if customer.company_location_external_id:
            subject = bindings.get(Key("location", customer.company_location_external_id))
        else:
            subject = binding
        if subject:
            conflicts = self.env["storefront.customer.conflict"]
            conflicts._ask_exemption(subject, customer.tax_exempt, binding.partner_id)

    # the contact

    def _find_contact(self, backend, order, company, bindings):
        """Return the person who ordered, made where the company has none like it."""
        customer = order.customer
        if not (customer.name or customer.email):
            return company
        customers = self.env["storefront.customer.import"]
        key = Key("customer", customer.external_id, customer.company_external_id)
        binding = bindings.get(key)
        bound = customers._usable(binding, backend)
        if bound and bound.commercial_partner_id == company:
            customers._notice_change(backend, binding, order)
            return bound
        contact = self._find_child(company, customer)
        vals = {} if contact else self._prepare_contact_vals(company, customer)
        contact = contact or self.env["res.partner"].create(vals)
        if not bound:  # else it is somebody else as a private person, and stays that too
            customers._bind(backend, contact, customer, key=key, binding=binding, vals=vals)
        return contact

    def _find_child(self, company, customer):
        """Return the contact of a company with the customer's e-mail, or name without one."""
        email = email_normalize(customer.email)
        domain = Domain("parent_id", "=", company.id) & Domain("type", "=", "contact")
        if email:
            domain &= Domain("email_normalized", "=", email)
            return self.env["res.partner"].search(domain, limit=1, order="id")
        contacts = self.env["res.partner"].search(domain, order="id")
        return contacts.filtered(lambda one: plain(one.name) == plain(customer.name))[:1]

    def _prepare_contact_vals(self, company, customer):
        addresses = self.env["storefront.customer.address"]
        language = addresses._find_language(customer.language)
        return {
            "name": customer.name or customer.email,
            "email": customer.email or False,
            "phone": addresses._format_phone(customer.phone, company.country_id.id),
            "parent_id": company.id,
            "type": "contact",
            "company_id": company.company_id.id,
            **({"lang": language} if language else {}),
        }

    # places

    def _location_of(self, backend, order, company, bindings):
        """Return the partner of the location an order is of, none where it has none."""
        customers = self.env["storefront.customer.import"]
        customer = order.customer
        key = Key(
            "location", customer.company_external_id and customer.company_location_external_id
        )
        if not key.external_id:
            return self.env["res.partner"]
        binding = bindings.get(key)
        location = customers._usable(binding, backend)
        if location and location.commercial_partner_id == company:
            return location
        location = self._find_location(company, order)
        customers._bind(backend, location, customer, key=key, binding=binding)
        return location

    def _find_location(self, company, order):
        """Return the contact at the address a location has things sent to, made where there is
        none; it is called what the storefront calls the location."""
        address = order.shipping_address
        if not has_place(address):
            return company
        for own in (company, *company.child_ids.filtered(lambda one: one.type == "delivery")):
            if place_of_partner(own) == place_of(address):
                return own
        addresses = self.env["storefront.customer.address"]
        name = order.customer.company_location_name or addresses._name_at(company, address)
        return addresses._create_address(company, address, "delivery", name)

    def _find_place(self, company, address, kind, location):
        """Return the company, its location or another contact of it at an address.

        Whom the address names doesn't matter at the company's own places."""
        if not has_place(address):
            return company
        for own in (company, location or company):
            if place_of_partner(own) == place_of(address):
                return own
        return self.env["storefront.customer.address"]._find_address(company, address, kind)

    def _find_delivery(self, backend, order, company, contact, location):
        """Return whom to deliver to: at the company's own address, the contact it is for."""
        place = self._find_place(company, order.shipping_address, "delivery", location)
        name = order.shipping_address.name if has_place(order.shipping_address) else ""
        is_contact = contact.type == "contact" and plain(name) == plain(contact.name)
        return contact if place == company and is_contact else place
