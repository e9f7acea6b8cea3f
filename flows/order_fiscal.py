# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The fiscal position of an order, by where it goes, and of a customer who is made for it.

Core takes a customer's own position for one that somebody set, and follows it wherever an order
goes. So it is kept which ones are ours. Not here: the taxes (``order_taxes``); they are the
storefront's whatever the position says.
"""

from odoo import models

# Of customers made in this transaction: which order for.
MADE = "storefront_connector.made_for"


class StorefrontOrderFiscal(models.AbstractModel):
    _name = "storefront.order.fiscal"
    _description = "Storefront Fiscal Positions"

    def _position_for(
        self, backend, *, country_code="", state_code="", zip="", is_business=False, vat=""
    ):
        """Return the fiscal position Odoo detects for somebody at this place."""
        mapping = self.env["storefront.mapping.tax"]
        country, state = mapping._find_place(country_code.upper(), state_code.upper())
        if not country:
            return self.env["account.fiscal.position"]
        somebody = self._imagine(
            self.env["res.partner"].with_company(backend.company_id),
            country_id=country.id,
            state_id=state.id,
            zip=zip,
            is_company=is_business,
            vat=vat if is_business else False,
        )
        positions = self.env["account.fiscal.position"].with_company(backend.company_id)
        return positions._get_fiscal_position(somebody)

    def _document_position(self, backend, document):
        """Return the position for an order whose customer need not be here yet."""
        address = self.env["storefront.order.taxes"]._destination(document)
        if not address:
            return self.env["account.fiscal.position"]
        customer = document.customer
        return self._position_for(
            backend,
            country_code=address.country_code,
            state_code=address.state_code,
            zip=address.zip,
            is_business=bool(customer.company_name or customer.vat),
            vat=customer.vat,
        )

    def _imagine(self, origin, **vals):
        """Return a partner in no database, with what ``origin`` has but no position of its own.

        No number is checked with the tax authorities for it, which calls out: what is known of
        ``origin`` holds."""
        if "vies_valid" in origin._fields:
            vals["vies_valid"] = origin.vies_valid
        return origin.new({**vals, "property_account_position_id": False}, origin=origin)

    # a customer

    def _prepare_partner_fiscal_vals(self, backend, order_document):
        """Return the values of a new partner that say which position it is given."""
        position = self._document_position(backend, order_document)
        if not position:
            return {}
        return {
            "property_account_position_id": position.id,
            "storefront_fiscal_position_id": position.id,
        }

    def _note_made(self, partner, order_document):
        """Keep, as long as the transaction, that this person was made for this order: the position
        found for the one is the other's."""
        self.env.cr.cache.setdefault(MADE, {})[partner.id] = order_document.external_id

    def _is_made_for(self, partner, order_document):
        made = self.env.cr.cache.get(MADE, {}).get(partner.id)
        own, ours = partner.property_account_position_id, partner.storefront_fiscal_position_id
        return made == order_document.external_id and own == ours

    def _is_ours(self, partner):
        """Whether nobody but us has set the position of ``partner``."""
        position = partner.property_account_position_id
        ours = partner.commercial_partner_id.storefront_fiscal_position_id
        return bool(position) and position == ours

    # an order

    def _prepare_fiscal_vals(self, backend, document, partner, delivery_partner, resolved):
        """Return the values of a sale order that say which position it has."""
        taxes = self.env["account.tax"].union(*(tax for line in resolved["taxes"] for tax in line))
        company = backend.company_id
        if self._is_made_for(partner, document):
            found = partner.storefront_fiscal_position_id
            position = self._invoiceable(company, found, taxes) if taxes else found
        else:
            position = self._order_position(company, partner, delivery_partner, taxes)
        return {"fiscal_position_id": position.id}

    def _order_position(self, company, partner, delivery_partner, taxes=()):
        """Return the position somebody set on the customer, else that of where the order goes, or
        one with which it can be invoiced with these ``taxes``."""
        partner, delivery = (
            one.with_company(company) for one in (partner, delivery_partner or partner)
        )
        positions = self.env["account.fiscal.position"].with_company(company)
        found = positions._get_fiscal_position(
            self._without_ours(partner), self._without_ours(delivery)
        )
        by_hand = [one for one in (delivery, partner) if one.property_account_position_id == found]
        if found and any(not self._is_ours(one) for one in by_hand):
            return found
        return self._invoiceable(company, found, taxes) if taxes else found

    def _without_ours(self, partner):
        """Return ``partner``, as it were without the position that we gave it."""
        if not self._is_ours(partner):
            return partner
        return self._imagine(partner)

    def _tax_country(self, position, company):
        """Return whose tax report the taxes of an invoice with this position belong to."""
        if position.foreign_vat:
            return position.country_id
        return company.account_fiscal_country_id

    def _invoiceable(self, company, position, taxes):
        """Return ``position``, or the one, or none, that an invoice with these ``taxes`` may have.

        Odoo refuses taxes of a country where the company has no tax ID, and those of its own with
        a position that names a foreign one."""
        country = taxes.country_id
        if country == self._tax_country(position, company):
            return position
        if country == company.account_fiscal_country_id:
            return position.browse()
        return position.search(
            [
                *position._check_company_domain(company),
                ("foreign_vat", "!=", False),
                ("country_id", "in", country.ids),
            ],
            limit=1,
        )
