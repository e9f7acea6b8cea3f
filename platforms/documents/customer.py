# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A customer and an address, as the storefront knows them."""

from dataclasses import dataclass
from datetime import datetime


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

    ``company_name`` and ``vat`` are set where the buyer is a company (B2B): then ``name`` is the
    person who ordered for it, and the location is the branch that ordered. ``updated_at`` (aware)
    is when the storefront's record changed last, None where it isn't known; ``merged_into`` the id
    of the account this one was merged into."""

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    company_name: str = ""
    company_external_id: str = ""
    vat: str = ""
    tax_exempt: bool = False
    company_location_external_id: str = ""
    company_location_name: str = ""
    contact_external_id: str = ""
    addresses: tuple[Address, ...] = ()
    updated_at: datetime | None = None
    merged_into: str = ""

    @property
    def is_guest(self) -> bool:
        """Whether the buyer has no account in the storefront."""
        return not self.external_id
