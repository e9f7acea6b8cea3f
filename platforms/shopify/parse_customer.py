# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wire -> customer and address. An account's record names no company: orders do."""

from collections.abc import Mapping
from typing import Any

from ..documents.customer import Address, Customer
from ..documents.event import FetchedRecord
from ..wire import Wire
from .parse import external_id


def customer(payload: Mapping[str, Any]) -> Customer:
    """Return the account in a payload of ``fetched_customer``. Raises BadPayload."""
    wire = Wire(payload)
    default = address(wire.child("defaultAddress"))
    return Customer(
        external_id=external_id(wire),
        name=name(wire),
        email=wire.text("defaultEmailAddress.emailAddress"),
        phone=wire.text("defaultPhoneNumber.phoneNumber"),
        language=wire.text("locale"),
        tax_exempt=wire.flag("taxExempt"),
        addresses=(default,) if default else (),
        updated_at=wire.required_moment("updatedAt"),
    )


def fetched_customer(identifier: str, payload: dict[str, Any] | None) -> FetchedRecord:
    """Return the snapshot of one account, or of its absence."""
    updated_at = Wire(payload).required_moment("updatedAt") if payload else None
    return FetchedRecord(
        kind="customer", external_id=identifier, updated_at=updated_at, payload=payload
    )


def name(wire: Wire) -> str:
    """Return a person's name, empty where none is known."""
    return f"{wire.text('firstName')} {wire.text('lastName')}".strip()


def address(wire: Wire | None) -> Address | None:
    """Return an address, None where there is none."""
    if wire is None:
        return None
    country = wire.text("countryCodeV2")
    return Address(
        name=wire.text("name"),
        company=wire.text("company"),
        street=wire.text("address1"),
        street2=wire.text("address2"),
        city=wire.text("city"),
        zip=wire.text("zip"),
        # Some countries' codes come with the country (JP-13), most without (QC).
        state_code=wire.text("provinceCode").removeprefix(f"{country}-"),
        country_code=country,
        phone=wire.text("phone"),
    )
