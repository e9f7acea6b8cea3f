# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bodies of webhooks, in the shape of Shopify's REST resources.

Money is a string in the shop's currency with `*_set` beside it, times carry the shop's offset,
and `admin_graphql_api_id` is the id the GraphQL API knows the resource by.
"""

from datetime import timezone
from zoneinfo import ZoneInfo

from .money import DIGITS


def amount(money):
    """ "12.50": as many decimals as the currency has."""
    return f"{money.amount:.{DIGITS.get(money.currency_code, 2)}f}"


def money_set(bag):
    return {
        side: {"amount": amount(money), "currency_code": money.currency_code}
        for side, money in (("shop_money", bag.shop_money),
                            ("presentment_money", bag.presentment_money))
    }  # fmt: skip


def priced(name, bag):
    """The pair REST gives: `name` in shop currency and `name_set` in both."""
    return {name: amount(bag.shop_money), f"{name}_set": money_set(bag)}


class Payloads:
    """Bodies of one store's webhooks."""

    def __init__(self, store):
        self.store = store

    def of(self, topic, resource):
        """The body of a topic about a resource, as a dict."""
        build = {
            "Order": self.order,
            "Product": self.product,
            "Customer": self.customer,
            "InventoryLevel": self.level,
            "Fulfillment": self.fulfillment,
            "Refund": self.refund,
            "Shop": self.shop,
        }.get(getattr(resource, "TYPENAME", None))
        return build(resource) if build else dict(resource)

    def time(self, moment):
        if moment is None:
            return None
        zone = ZoneInfo(self.store.shop.iana_timezone)
        return moment.astimezone(timezone.utc).astimezone(zone).isoformat()

    def order(self, order):
        return {
            **self._order_header(order),
            **self._order_times(order),
            **priced("total_price", order.total_price_set),
            **priced("subtotal_price", order.subtotal_price_set),
            **priced("total_tax", order.total_tax_set),
            **priced("total_discounts", order.total_discounts_set),
            **priced("current_total_price", order.current_total_price_set),
            "total_shipping_price_set": money_set(order.total_shipping_price_set),
            "tax_lines": [self._tax(tax) for tax in order.tax_lines],
            "discount_codes": [{"code": code} for code in order.discount_codes],
            "line_items": [self._line(line) for line in order.line_items],
            "shipping_lines": [self._shipping(line) for line in order.shipping_lines],
            "billing_address": self._address(order.billing_address),
            "shipping_address": self._address(order.shipping_address),
            "customer": self.customer(order.customer) if order.customer else None,
        }

    def _order_header(self, order):
        return {
            "id": order.number,
            "admin_graphql_api_id": order.id,
            "name": order.name,
            "number": order.order_number - 1000,
            "order_number": order.order_number,
            "confirmed": True,
            "confirmation_number": order.confirmation_number,
            "cancel_reason": order.cancel_reason.lower() if order.cancel_reason else None,
            "currency": order.currency_code,
            "presentment_currency": order.presentment_currency_code,
            "email": order.email,
            "contact_email": order.email,
            "phone": order.phone,
            "note": order.note,
            "tags": ", ".join(order.tags),
            "test": order.test,
            "source_name": order.source_name,
            "taxes_included": order.taxes_included,
            "financial_status": order.display_financial_status.lower(),
            "fulfillment_status": self._fulfillment_status(order),
            "payment_gateway_names": order.payment_gateway_names,
        }

    def _order_times(self, order):
        names = ("created_at", "processed_at", "updated_at", "closed_at", "cancelled_at")
        return {name: self.time(getattr(order, name)) for name in names}

    @staticmethod
    def _fulfillment_status(order):
        known = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}
        return known.get(order.display_fulfillment_status)

    @staticmethod
    def _tax(tax):
        return {"title": tax.title, "rate": tax.rate, **priced("price", tax.price_set)}

    def _line(self, line):
        variant = line.variant
        return {
            "id": line.number,
            "admin_graphql_api_id": line.id,
            "variant_id": variant.number if variant else None,
            "product_id": variant.product.number if variant else None,
            "title": line.title,
            "name": line.name,
            "sku": line.sku,
            "quantity": line.quantity,
            "current_quantity": line.current_quantity,
            "taxable": line.taxable,
            **priced("price", line.original_unit_price_set),
            "tax_lines": [self._tax(tax) for tax in line.tax_lines],
            "discount_allocations": [
                {
                    "discount_application_index": one.discount_application.index,
                    **priced("amount", one.allocated_amount_set),
                }
                for one in line.discount_allocations
            ],
        }

    def _shipping(self, line):
        return {
            "id": line.number,
            "title": line.title,
            "code": line.code,
            **priced("price", line.original_price_set),
            **priced("discounted_price", line.discounted_price_set),
            "tax_lines": [self._tax(tax) for tax in line.tax_lines],
        }

    @staticmethod
    def _address(address):
        if address is None:
            return None
        return {**address.fields(), "name": address.name, "country": address.country}

    def customer(self, customer):
        return {
            "id": customer.number,
            "admin_graphql_api_id": customer.id,
            "email": customer.email,
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "phone": customer.phone,
            "note": customer.note,
            "state": customer.state.lower(),
            "tax_exempt": customer.tax_exempt,
            "tax_exemptions": customer.tax_exemptions,
            "addresses": [self._address(one) for one in customer.addresses],
            "verified_email": customer.verified_email,
            "created_at": self.time(customer.created_at),
            "updated_at": self.time(customer.updated_at),
            "default_address": self._address(customer.default_address),
        }

    def product(self, product):
        return {
            "id": product.number,
            "admin_graphql_api_id": product.id,
            "title": product.title,
            "handle": product.handle,
            "vendor": product.vendor,
            "status": product.status.lower(),
            "tags": ", ".join(product.tags),
            "created_at": self.time(product.created_at),
            "updated_at": self.time(product.updated_at),
            "variants": [
                {
                    "id": variant.number,
                    "admin_graphql_api_id": variant.id,
                    "product_id": product.number,
                    "title": variant.title,
                    "sku": variant.sku,
                    "barcode": variant.barcode,
                    "price": f"{variant.price:.2f}",
                    "inventory_item_id": variant.inventory_item.number,
                    "inventory_quantity": variant.inventory_quantity,
                }
                for variant in product.variants
            ],
        }

    def level(self, level):
        return {
            "inventory_item_id": level.item.number,
            "location_id": level.location.number,
            "available": level.available,
            "updated_at": self.time(level.updated_at),
            "admin_graphql_api_id": level.id,
        }

    def fulfillment(self, fulfillment):
        return {
            "id": fulfillment.number,
            "admin_graphql_api_id": fulfillment.id,
            "order_id": fulfillment.order.number,
            "name": fulfillment.name,
            "status": fulfillment.status.lower(),
            "location_id": fulfillment.location.number,
            "created_at": self.time(fulfillment.created_at),
            "updated_at": self.time(fulfillment.updated_at),
        }

    def refund(self, refund):
        return {
            "id": refund.number,
            "admin_graphql_api_id": refund.id,
            "order_id": refund.order.number,
            "note": refund.note,
            "created_at": self.time(refund.created_at),
            "refund_line_items": [
                {
                    "line_item_id": row.line_item.number,
                    "quantity": row.quantity,
                    "restock_type": row.restock_type.lower(),
                    **priced("subtotal", row.subtotal_set),
                    **priced("total_tax", row.total_tax_set),
                }
                for row in refund.refund_line_items
            ],
        }

    def shop(self, shop):
        return {
            "id": shop.number,
            "name": shop.name,
            "email": shop.email,
            "domain": shop.primary_domain["host"],
            "myshopify_domain": shop.myshopify_domain,
            "currency": shop.currency_code,
            "iana_timezone": shop.iana_timezone,
            "taxes_included": shop.taxes_included,
            "tax_shipping": shop.tax_shipping,
            "plan_display_name": shop.plan.public_display_name,
        }

    # https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance

    def redaction(self):
        """shop/redact."""
        shop = self.store.shop
        return {"shop_id": shop.number, "shop_domain": shop.myshopify_domain}

    def data_request(self, person, orders):
        """customers/data_request."""
        number = self.store.number("DataRequest")
        return {
            **self.redaction(),
            "orders_requested": [order.number for order in orders],
            "customer": person,
            "data_request": {"id": number},
        }

    def customer_redaction(self, person, orders):
        """customers/redact."""
        return {
            **self.redaction(),
            "customer": person,
            "orders_to_redact": [order.number for order in orders],
        }

    def person(self, email):
        """A customer as the privacy topics name one: a guest has an address only."""
        known = self.store.customer(email)
        if known is None:
            return {"email": email}
        return {"id": known.number, "email": known.email, "phone": known.phone}
