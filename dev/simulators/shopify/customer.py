# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers, their addresses, metafields and metafield definitions."""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal

from .catalogue import Node

COUNTRIES = {"BE": "Belgium", "NL": "Netherlands", "FR": "France", "DE": "Germany",
             "US": "United States", "GB": "United Kingdom", "JP": "Japan"}  # fmt: skip


@dataclass(eq=False)
class Address(Node):
    TYPENAME = "MailingAddress"
    first_name: str = None
    last_name: str = None
    company: str = None
    address1: str = None
    address2: str = None
    zip: str = None
    city: str = None
    province: str = None
    province_code: str = None
    country_code: str = None
    phone: str = None

    @property
    def name(self):
        return " ".join(filter(None, (self.first_name, self.last_name))) or None

    @property
    def country_code_v2(self):
        return self.country_code

    @property
    def country(self):
        return COUNTRIES.get(self.country_code, self.country_code)

    def fields(self):
        """The writable fields as a dict, without the id."""
        values = asdict(self)
        del values["number"]
        return values


@dataclass(eq=False)
class Customer(Node):
    TYPENAME = "Customer"
    first_name: str = None
    last_name: str = None
    email: str = None
    phone: str = None
    locale: str = "en"
    note: str = None
    tags: list = field(default_factory=list)
    state: str = "DISABLED"
    tax_exempt: bool = False
    tax_exemptions: list = field(default_factory=list)
    verified_email: bool = True
    addresses: list = field(default_factory=list)
    orders: list = field(default_factory=list)
    company_contact_profiles: list = field(default_factory=list)
    redaction_requested: bool = False
    redacted_at: datetime = None
    metafields: dict = field(default_factory=dict)
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def display_name(self):
        names = filter(None, (self.first_name, self.last_name))
        return " ".join(names) or self.email or self.phone or ""

    @property
    def default_address(self):
        return self.addresses[0] if self.addresses else None

    @property
    def addresses_v2(self):
        return self.addresses

    @property
    def default_email_address(self):
        if not self.email:
            return None
        return {
            "email_address": self.email,
            "marketing_state": "NOT_SUBSCRIBED",
            "marketing_opt_in_level": None,
            "valid_format": True,
        }

    @property
    def default_phone_number(self):
        return {"phone_number": self.phone} if self.phone else None

    @property
    def number_of_orders(self):
        return str(len(self.orders))

    @property
    def last_order(self):
        return self.orders[-1] if self.orders else None

    @property
    def amount_spent(self):
        paid = (order.net_payment_set.shop_money for order in self.orders)
        amounts = list(paid)
        currency = amounts[0].currency_code if amounts else None
        total = sum((money.amount for money in amounts), Decimal(0))
        return {"amount": total, "currency_code": currency} if amounts else None


@dataclass(eq=False)
class Metafield(Node):
    TYPENAME = "Metafield"
    namespace: str = ""
    key: str = ""
    value: str = ""
    type: str = "single_line_text_field"
    owner: object = None
    created_at: datetime = None
    updated_at: datetime = None

    @property
    def compare_digest(self):
        return hashlib.sha256(self.value.encode()).hexdigest()

    @property
    def json_value(self):
        return self.value


@dataclass(eq=False)
class MetafieldDefinition(Node):
    TYPENAME = "MetafieldDefinition"
    name: str = ""
    namespace: str = ""
    key: str = ""
    owner_type: str = ""
    type_name: str = ""
    unique: bool = False

    @property
    def type(self):
        return {"name": self.type_name, "category": "TEXT"}

    @property
    def capabilities(self):
        return {"unique_values": {"enabled": self.unique, "eligible": True}}
