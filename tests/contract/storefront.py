# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A platform's simulator as the contract sees it, and documents in words all platforms share."""

from abc import ABC, abstractmethod
from typing import ClassVar

from sample_shop import Expected

from odoo.addons.storefront_connector.platforms.adapter import AdapterSettings


class Storefront(ABC):
    """A running simulator of one platform. ``control`` speaks the simulators' common language."""

    adapter_class: ClassVar[type]
    url: str
    credentials: dict
    webhook_secret: str

    def __init__(self, control):
        self.control = control

    @abstractmethod
    def stop(self):
        """End the simulator."""

    @abstractmethod
    def place(self, sample):
        """Place a sample's order, let happen what then happens, and return its external id."""

    @abstractmethod
    def order_webhook(self, external_id):
        """Return (headers in lower case, body) of a webhook about the order, signed."""

    def adapter(self, calls, allowed=lambda: None, **credentials):
        settings = AdapterSettings(
            url=self.url,
            credentials={**self.credentials, **credentials},
            on_call=calls.append,
            check_allowed=allowed,
        )
        return self.adapter_class(settings)


def essence(order):
    """An order in the words of ``Expected``: amounts without taxes, taxes by name."""
    return Expected(
        total=order.total,
        total_tax=order.total_tax,
        lines=[
            (
                one.kind,
                one.sku,
                one.quantity,
                order.untaxed(one),
                {t.title: t.amount for t in one.taxes},
            )
            for one in order.lines
        ],
        payment_state=order.payment_state,
        fulfillment_state=order.fulfillment_state,
        is_cancelled=order.cancelled_at is not None,
        email=order.customer.email,
        name=order.customer.name,
        is_guest=order.customer.is_guest,
        billing_address=order.billing_address,
        shipping_address=order.shipping_address,
        note=order.note,
    )


def outcomes(result):
    """Every key of a stock result, in no order."""
    refused = [one.key for one in result.refused]
    return sorted([*result.accepted, *result.stale, *refused, *result.unsent], key=repr)
