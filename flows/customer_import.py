# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who ordered: one partner for one customer, found by external id, then VAT, then e-mail.

Only creates and finds. What the storefront may change on a partner that is here already is decided
in ``customer_update``; who orders for a company, in ``customer_company``.
"""

import re
from collections import namedtuple

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..models.res_partner import VAT_KEY
from ..models.storefront_event import naive_utc
from .customer_address import has_place
from .customer_compare import ADDRESS_FIELDS

# What a binding is found by: an account may be one partner as a private person, and another one as
# the contact of each company it orders for.
Key = namedtuple("Key", "kind external_id company_external_id", defaults=("",))
# Countries whose VAT numbers begin otherwise than their code, and the other way round.
VAT_PREFIXES = {"GR": "EL"}
COUNTRIES = {prefix: code for code, prefix in VAT_PREFIXES.items()}


def vat_key(vat, country_code=""):
    """Return a VAT number without spaces and punctuation, with the prefix of its country."""
    key = re.sub(r"[^A-Z0-9]", "", (vat or "").upper())
    if key and not key[:2].isalpha():
        country_code = (country_code or "").upper()
        key = VAT_PREFIXES.get(country_code, country_code) + key
    return VAT_PREFIXES.get(key[:2], key[:2]) + key[2:]


class StorefrontCustomerImport(models.AbstractModel):
    _name = "storefront.customer.import"
    _inherit = "storefront.flow"
    _description = "Storefront Customer Import"

    def _merge_keys(self, backend, customer):
        """Return the keys by which two orders have the same customer, for locking."""
        keys = [
            f"{key.kind}:{backend.id}:{key.external_id}" for key in self._binding_keys(customer)
        ]
        company = backend.company_id.id
        if customer.company_name and customer.vat:
            # Without the country's prefix, which may be written or not.
            keys.append(f"vat:{company}:{re.sub('^[A-Z]{2}', '', vat_key(customer.vat))}")
        email = email_normalize(customer.email)
        if email:
            keys.append(f"email:{company}:{email}")
        return keys

    def _import_customer(self, backend, order):
        """Return (customer, invoice partner, delivery partner) of an order."""
        if order.customer.company_name:
            return self.env["storefront.customer.company"]._import_company(backend, order)
        partner = self._import_person(backend, order)
        addresses = self.env["storefront.customer.address"]
        invoice = addresses._find_address(partner, order.billing_address, "invoice")
        delivery = addresses._find_address(partner, order.shipping_address, "delivery")
        return partner, invoice, delivery

    def _import_person(self, backend, order):
        customer = order.customer
        binding = self._find_bindings(backend, customer).get(Key("customer", customer.external_id))
        partner = self._usable(binding, backend)
        if partner:
            self._notice_change(backend, binding, order)
            return partner
        partner = self._find_partner(backend, customer)
        if partner:
            self._bind(backend, partner, customer, binding=binding)
        else:
            vals = self._prepare_partner_vals(backend, order)
            partner = self.env["res.partner"].create(vals)
            self.env["storefront.order.fiscal"]._note_made(partner, order)
            self._bind(backend, partner, customer, binding=binding, vals=vals)
        return partner

    # bindings

    def _binding_keys(self, customer):
        """Return what can be bound of a customer: itself, its company, the location it is of."""
        company = customer.company_external_id if customer.company_name else ""
        keys = [
            Key("customer", customer.external_id, company),
            Key("company", company),
            Key("location", company and customer.company_location_external_id),
        ]
        return [key for key in keys if key.external_id]

    def _find_bindings(self, backend, customer):
        """Return ``{key: binding}`` of what is bound of a customer, in one query."""
        keys = self._binding_keys(customer)
        if not keys:
            return {}
        found = self.env["storefront.binding.partner"].search_fetch(
            [
                ("backend_id", "=", backend.id),
                ("external_id", "in", list({key.external_id for key in keys})),
            ],
            order="id",
        )
        bindings = {
            Key(one.kind, one.external_id, one.company_external_id or ""): one for one in found
        }
        return {key: bindings[key] for key in keys if key in bindings}

    def _usable(self, binding, backend):
        """Return the partner of a binding; none where it is now of a company we can't work for."""
        partner = binding.partner_id if binding else self.env["res.partner"]
        try:
            company = partner.company_id  # reads all that comparing the addresses needs
        except AccessError:
            return self.env["res.partner"]
        is_ours = not company or company == backend.company_id
        return partner if is_ours else self.env["res.partner"]

    def _bind(self, backend, partner, customer, *, key=None, binding=None, vals=None):
        """Note that ``key`` (the account itself) stands for ``partner``.

        ``vals`` are those the partner was created with: what both sides agree on. Of a partner that
        was here before, nothing is known of what the storefront says; ``binding`` is an earlier one
        whose partner can't be used any more."""
        key = key or Key("customer", customer.external_id)
        if not key.external_id:
            return
        known = {
            "partner_id": partner.id,
            "tax_exempt": customer.tax_exempt,
            "synced": self.env["storefront.customer.update"]._agreed(vals) if vals else False,
        }
        if binding:
            binding.write(known)
            return
        self.env["storefront.binding.partner"].create(
            {
                **known,
                "backend_id": backend.id,
                "kind": key.kind,
                "external_id": key.external_id,
                "company_external_id": key.company_external_id or False,
            }
        )
        if key.kind == "customer":
            self._refetch_left_out(backend, key.external_id)

    def _notice_change(self, backend, binding, order):
        """Have the account read where an order tells that it isn't as it was."""
        customer = order.customer
        email = email_normalize((binding.synced or {}).get("email"))
        is_other = bool(email) and email_normalize(customer.email) not in (False, email)
        # An exemption in an order of a company isn't the account's.
        is_other |= not customer.company_name and binding.tax_exempt != customer.tax_exempt
        if is_other and backend._adapter_class().capabilities.customers_per_fetch:
            fetch = self.env["storefront.order.fetch"]
            moment = naive_utc(order.updated_at)
            fetch._poke(backend, "customer", customer.external_id, moment)
            backend._wake("fetch")

    def _refetch_left_out(self, backend, external_id):
        """Read an account again that was left out because nobody stood for it."""
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET state = 'to_fetch', poke_count = poke_count + 1,"
            " error_code = NULL, applied_hash = NULL, event_at = %s WHERE backend_id = %s"
            " AND kind = 'customer' AND external_id = %s AND error_code = 'customer_unknown'",
            [fields.Datetime.now(), backend.id, external_id],
        )
        if self.env.cr.rowcount:
            backend._wake("fetch")

    # merging

    def _open_domain(self, backend):
        """Return the domain of the partners a customer may be merged with."""
        return Domain("company_id", "in", (False, backend.company_id.id)) & Domain(
            "storefront_redacted_at", "=", False
        )

    def _find_partner(self, backend, customer):
        """Return the partner with a person's e-mail; a company's only where that isn't one of the
        storefront's own companies, whose contacts often share its e-mail."""
        partners = self.env["res.partner"]
        email = email_normalize(customer.email)
        if not email:
            return partners
        found = partners.search(
            self._open_domain(backend)
            & Domain("email_normalized", "=", email)
            & Domain("parent_id", "=", False),
            limit=1,
            order="is_company, id",
        )
        return partners if found.is_company and self._is_bound_company(backend, found) else found

    def _is_bound_company(self, backend, partner):
        domain = [
            ("partner_id", "=", partner.id),
            ("kind", "=", "company"),
            ("backend_id", "=", backend.id),
        ]
        return bool(self.env["storefront.binding.partner"].search_count(domain, limit=1))

    def _find_by_vat(self, backend, vat, country_code):
        """Return the company with this VAT number, however either of them is written."""
        key = vat_key(vat, country_code)
        prefix = COUNTRIES.get(key[:2], key[:2])
        partners = self.env["res.partner"]
        if len(key) < 4:  # such as "/", which means that there is none
            return partners
        without_prefix = _has_vat(key[2:]) & Domain("country_id.code", "=", prefix)
        return partners.search(
            self._open_domain(backend)
            & Domain("is_company", "=", True)
            & (_has_vat(key) | without_prefix),
            limit=1,
            order="id",
        )

    # creating

    def _prepare_partner_vals(self, backend, order):
        """Return the values of the partner of a person, or of the company an order is of."""
        customer = order.customer
        address = order.billing_address or order.shipping_address
        is_company = bool(customer.company_name)
        addresses = self.env["storefront.customer.address"]
        vals = dict.fromkeys(ADDRESS_FIELDS, False)
        if has_place(address):
            vals.update(addresses._prepare_address_vals(address))
        phone = customer.phone or (address and address.phone)
        vals.update(
            name=customer.company_name
            or customer.name
            or (address and address.name)
            or customer.email
            or self.env._("Guest %s", order.number),
            is_company=is_company,
            email=customer.email or False,
            phone=addresses._format_phone(phone, vals["country_id"]),
            company_id=backend.company_id.id,
            lang=addresses._find_language(customer.language),
            **self.env["storefront.order.fiscal"]._prepare_partner_fiscal_vals(backend, order),
        )
        if is_company and customer.vat:
            vals["vat"] = customer.vat
        if not is_company and address:
            vals["company_name"] = address.company or False
        if customer.tax_exempt and backend.tax_exempt_position_id:
            # Only here: an exemption that comes later is asked about.
            vals["property_account_position_id"] = backend.tax_exempt_position_id.id
        return vals


def _has_vat(key):
    """Return the domain of partners whose VAT number is ``key`` once it is compact."""
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(f"{VAT_KEY} = %s", SQL.identifier(alias, "vat"), key)
    )
