# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A platform's simulator as the contract sees it, and documents in words all platforms share."""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

from sample_shop import Expected

from odoo.addons.storefront_connector.platforms.adapter import AdapterSettings


class Storefront(ABC):
    """A running simulator of one platform. ``control`` speaks the simulators' common language."""

    adapter_class: ClassVar[type]
    url: str
    credentials: dict
    webhook_secret: str
    # Where the owner grants access: the app's credentials and the simulator's name of the call that
    # grants tokens.
    app_credentials: ClassVar[dict] = {}
    token_operation: ClassVar[str] = ""
    # Credentials that anybody may see.
    public_credentials: ClassVar[frozenset] = frozenset()
    timezone: ClassVar[str] = "Europe/Brussels"
    # Seconds between two orders; some calls are refused by a store whose clock is far from ours.
    pause: ClassVar[int] = 3600
    # Whether an order tells the name of the account, and not only that of the billing address.
    orders_name_accounts: ClassVar[bool] = True

    def __init__(self, control):
        self.control = control

    def expected(self, sample):
        """Return what a sample's order must be read as."""
        if self.orders_name_accounts:
            return sample.expected
        return replace(sample.expected, name=sample.billing.name)

    @abstractmethod
    def stop(self):
        """End the simulator."""

    @abstractmethod
    def place(self, sample):
        """Place a sample's order, let happen what then happens, and return its external id."""

    @abstractmethod
    def order_webhook(self, external_id):
        """Return (headers in lower case, body) of a webhook about the order, signed."""

    @abstractmethod
    def place_guest(self, email):
        """Place any order of somebody without an account and return its external id."""

    @abstractmethod
    def change(self, external_id):
        """Change an order so that it is told as changed."""

    def place_customer(self, email, **spec):
        """Place any order of a customer who is known and return its external id."""
        raise NotImplementedError

    def create_customer(self, **spec):
        """Make a customer and return its external id."""
        raise NotImplementedError

    def customer_webhook(self, external_id):
        """Return (headers in lower case, body) of a webhook about the customer, signed."""
        raise NotImplementedError

    def merge_webhook(self, gone, kept):
        """Merge two customers; return (headers, body) of what tells of it."""
        raise NotImplementedError

    def consent(self, address):
        """Grant what the page at ``address`` asks for; return where it sends the browser."""
        raise NotImplementedError

    def end_token(self):
        """Let time pass until a granted token has ended."""
        raise NotImplementedError

    def privacy_webhook(self, kind, email):
        """Return (headers in lower case, body) of such a request; (None, None) without them."""
        return None, None

    def adapter(self, calls, allowed=lambda: None, vault=None, **credentials):
        settings = AdapterSettings(
            url=self.url,
            credentials=credentials if vault else {**self.credentials, **credentials},
            on_call=calls.append,
            check_allowed=allowed,
            token=vault and vault.token,
            renew_token=vault and vault.renew,
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
