# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses: which contact stands for one, and how Odoo writes what a storefront says.

A difference of case, spaces or punctuation makes no new contact.
"""

import re
import unicodedata

from odoo import models

_APOSTROPHES = re.compile(r"['’`´]")
_SEPARATORS = re.compile(r"[\W_]+")
# What a language tag may call otherwise than Odoo does.
_LANGUAGES = {"no": "nb"}
_SCRIPTS = {"hans": "CN", "hant": "TW"}


def plain(text):
    """Return what is left of a text where case, spaces and punctuation don't count."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub("", folded)).strip()


def compact(text):
    """Return the letters and digits of a text alone."""
    return plain(text).replace(" ", "")


def has_place(address):
    """Whether an address says where."""
    return bool(address and (address.street or address.city or address.zip))


def place_of(address):
    """Return what two addresses of one place share. A flat may be in either line of the street."""
    return (
        plain(f"{address.street} {address.street2}"),
        plain(address.city),
        compact(address.zip),
        address.country_code.upper(),
    )


def place_of_partner(partner):
    """Return the same of a contact."""
    return (
        plain(f"{partner.street or ''} {partner.street2 or ''}"),
        plain(partner.city),
        compact(partner.zip),
        partner.country_id._storefront_code(),
    )


class StorefrontCustomerAddress(models.AbstractModel):
    _name = "storefront.customer.address"
    _description = "Storefront Customer Address"

    def _find_address(self, partner, address, kind):
        """Return the contact of ``partner`` at this address, made where there is none."""
        if not has_place(address):
            return partner
        name = self._name_at(partner, address)
        wanted = (plain(name), *place_of(address))
        if (plain(partner.name), *place_of_partner(partner)) == wanted:
            return partner
        for contact in partner.child_ids.filtered(lambda one: one.type == kind):
            if (plain(contact.name), *place_of_partner(contact)) == wanted:
                return contact
        return self._create_address(partner, address, kind, name)

    def _create_address(self, partner, address, kind, name):
        vals = self._prepare_address_vals(address)
        phone = self._format_phone(address.phone, vals["country_id"])
        return self.env["res.partner"].create(
            {
                **vals,
                "name": name,
                "parent_id": partner.id,
                "type": kind,
                "phone": phone,
                "company_id": partner.company_id.id,
            }
        )

    def _name_at(self, partner, address):
        """Return whom an address names: the firm too, where that isn't the customer's own."""
        known = (partner.name, partner.company_name, partner.commercial_company_name)
        is_known = plain(address.company) in {plain(name) for name in known}
        return ", ".join(filter(None, ("" if is_known else address.company, address.name))) or (
            partner.name
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
        return self.env["res.country"]._storefront_find(code or "")

    def _find_state(self, country, code):
        """Return a state by its code, with the country's before it or not, or by its name."""
        states = self.env["res.country.state"]
        code = (code or "").strip()
        if not (country and code):
            return states
        prefix = country._storefront_code()
        short = code.upper().removeprefix(f"{prefix}-")
        # As some storefronts write it, and as Odoo has some countries' codes.
        codes = [short, f"{prefix}-{short}", f"{prefix}{short}"]
        return states._storefront_find(country, codes, name=code)

    def _format_phone(self, number, country_id):
        """Return a number in E.164, as it was typed where it can't be read so."""
        if not number:
            return False
        country = self.env["res.country"].browse(country_id or ())
        return self.env["res.partner"]._phone_format(number=number, country=country) or number

    def _find_language(self, tag):
        """Return the code of the active language nearest to a BCP 47 tag, False for none."""
        language, *others = (tag or "").replace("_", "-").lower().split("-")
        language = _LANGUAGES.get(language, language)
        regions = [_SCRIPTS.get(part, part.upper()) for part in others]
        active = self.env["res.lang"]._get_active_by("code").values()
        same = [lang for lang in active if lang.code.partition("_")[0] == language]
        exact = [lang.code for lang in same if lang.code.partition("_")[2] in regions]
        # Odoo's own translation of a language has the short code: French is fr, in Belgium fr_BE.
        common = [lang.code for lang in same if lang.iso_code == language]
        return next(iter([*exact, *common, *(lang.code for lang in same)]), False)
