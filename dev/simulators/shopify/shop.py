# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shop and its plan."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from .catalogue import Node


@dataclass(eq=False)
class Plan:
    TYPENAME = "ShopPlan"
    public_display_name: str
    shopify_plus: bool = False
    partner_development: bool = False

    @property
    def display_name(self):
        return self.public_display_name


@dataclass(eq=False)
class Shop(Node):
    TYPENAME = "Shop"
    name: str = "Simulated Store"
    myshopify_domain: str = "simulated-store.myshopify.com"
    email: str = "owner@simulated-store.example"
    currency_code: str = "EUR"
    enabled_presentment_currencies: list = field(default_factory=lambda: ["EUR", "USD", "JPY"])
    iana_timezone: str = "Europe/Brussels"
    taxes_included: bool = False
    tax_shipping: bool = True
    weight_unit: str = "KILOGRAMS"
    unit_system: str = "METRIC_SYSTEM"
    order_number_format_prefix: str = "#"
    order_number_format_suffix: str = ""
    country_code: str = "BE"
    created_at: datetime = None
    updated_at: datetime = None
    plan: Plan = field(default_factory=lambda: Plan("Basic"))

    @property
    def features(self):
        return {"shopify_plus": self.plan.shopify_plus, "gift_cards": True, "reports": True}

    @property
    def ships_to_countries(self):
        return [self.country_code]

    @property
    def shop_address(self):
        return {
            "id": f"gid://shopify/ShopAddress/{self.number}",
            "country_code_v2": self.country_code,
            "formatted": [self.country_code],
            "coordinates_validated": False,
        }

    @property
    def _local(self):
        return datetime.now(ZoneInfo(self.iana_timezone))

    @property
    def timezone_abbreviation(self):
        return f"{self._local:%Z}"

    @property
    def timezone_offset(self):
        return f"{self._local:%z}"

    @property
    def timezone_offset_minutes(self):
        return int(self._local.utcoffset().total_seconds() // 60)

    @property
    def contact_email(self):
        return self.email

    @property
    def url(self):
        return f"https://{self.myshopify_domain}"

    @property
    def primary_domain(self):
        return {
            "id": f"gid://shopify/Domain/{self.number}",
            "host": self.myshopify_domain,
            "url": self.url,
            "ssl_enabled": True,
        }
