# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Companies (B2B): their locations, with addresses and taxes of their own, and their contacts."""

from dataclasses import dataclass, field
from datetime import datetime

from .catalogue import Node
from .customer import COUNTRIES


@dataclass(eq=False)
class CompanyAddress(Node):
    TYPENAME = "CompanyAddress"
    company_name: str = ""
    recipient: str = None
    first_name: str = None
    last_name: str = None
    address1: str = ""
    address2: str = None
    zip: str = None
    city: str = None
    zone_code: str = None
    country_code: str = None
    phone: str = None
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def country(self):
        return COUNTRIES.get(self.country_code, self.country_code)

    def fields(self):
        """The same as an order's address has them."""
        first, _space, last = (self.recipient or "").partition(" ")
        return {
            "first_name": self.first_name or first or None,
            "last_name": self.last_name or last or None,
            "company": self.company_name,
            "address1": self.address1,
            "address2": self.address2,
            "zip": self.zip,
            "city": self.city,
            "province_code": self.zone_code,
            "country_code": self.country_code,
            "phone": self.phone,
        }


@dataclass(eq=False)
class CompanyLocation(Node):
    TYPENAME = "CompanyLocation"
    company: object = None
    name: str = ""
    external_id: str = None
    phone: str = None
    locale: str = None
    note: str = None
    shipping_address: CompanyAddress = None
    billing_address: CompanyAddress = None
    tax_registration_id: str = None
    tax_exempt: bool = False
    orders: list = field(default_factory=list)
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def tax_settings(self):
        return {
            "TYPENAME": "CompanyLocationTaxSettings",
            "tax_registration_id": self.tax_registration_id,
            "tax_exempt": self.tax_exempt,
            "tax_exemptions": [],
        }


@dataclass(eq=False)
class CompanyContact(Node):
    TYPENAME = "CompanyContact"
    company: object = None
    customer: object = None
    title: str = None
    is_main_contact: bool = False
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def locale(self):
        return self.customer.locale


@dataclass(eq=False)
class Company(Node):
    TYPENAME = "Company"
    name: str = ""
    external_id: str = None
    note: str = None
    locations: list = field(default_factory=list)
    contacts: list = field(default_factory=list)
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def main_contact(self):
        return next((one for one in self.contacts if one.is_main_contact), None)


@dataclass(eq=False)
class PurchasingCompany:
    """Who buys, where that is a company."""

    TYPENAME = "PurchasingCompany"
    company: Company
    contact: CompanyContact
    location: CompanyLocation
