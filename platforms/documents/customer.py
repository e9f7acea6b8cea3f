# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A customer and an address, as the storefront knows them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A postal address. ``country_code`` is ISO 3166-1 alpha-2, ``state_code`` the part of
    ISO 3166-2 after the country (``QC``, ``NSW``); empty strings where unknown."""

    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    zip: str = ""
    state_code: str = ""
    country_code: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """The buyer. ``external_id`` is empty for a guest; ``language`` is a BCP 47 tag (``fr-BE``).

    ``company_name`` and ``vat`` are set where the buyer is a company (B2B)."""

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    company_name: str = ""
    company_external_id: str = ""
    vat: str = ""
    tax_exempt: bool = False

    @property
    def is_guest(self) -> bool:
        """Whether the buyer has no account in the storefront."""
        return not self.external_id
