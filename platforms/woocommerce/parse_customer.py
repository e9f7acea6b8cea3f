# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wire -> customer and address. An account and an order tell people in the same way."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..documents.customer import Address, Customer
from ..documents.event import FetchedRecord
from ..wire import Wire
from . import const
from .parse import identifier, meta, optional_id, updated_at

# Where the client notes the names of the shop's own VAT fields: a payload is read without settings.
VAT_KEYS = "storefront_vat_keys"
OwnKeys = Mapping[str, Sequence[str]]


def customer(payload: Mapping[str, Any]) -> Customer:
    """Return the account in a fetched payload. Raises BadPayload."""
    wire = Wire(payload)
    billing = wire.child("billing") or Wire({})
    home = address(billing)
    vat = vat_number(wire)
    return Customer(
        external_id=identifier(wire),
        name=_name(wire) or _name(billing),
        email=wire.text("email") or billing.text("email"),
        phone=billing.text("phone"),
        language=language(wire),
        vat=vat,
        company_name=billing.text("company") if vat else "",
        tax_exempt=meta(wire, const.VAT_EXEMPT_META) == "yes",
        addresses=(home,) if home else (),
        updated_at=updated_at(wire),
    )


def fetched_customer(
    identifier_: str, payload: dict[str, Any] | None, own_keys: OwnKeys
) -> FetchedRecord:
    """Return the snapshot of one account, or of its absence."""
    if payload is not None:
        payload = with_own_keys(payload, {VAT_KEYS: own_keys.get(VAT_KEYS, ())})
    return FetchedRecord(
        kind="customer",
        external_id=identifier_,
        updated_at=updated_at(Wire(payload)) if payload else None,
        payload=payload,
    )


def buyer(wire: Wire) -> Customer:
    """Return who placed an order: an account, or a guest (``customer_id`` 0)."""
    billing = wire.child("billing") or Wire({})
    shipping = wire.child("shipping") or Wire({})
    vat = vat_number(wire)
    return Customer(
        external_id=optional_id(wire, "customer_id"),
        name=_name(billing) or _name(shipping) or billing.text("company"),
        email=billing.text("email"),
        phone=billing.text("phone") or shipping.text("phone"),
        language=language(wire),
        vat=vat,
        company_name=billing.text("company") if vat else "",
        tax_exempt=meta(wire, const.VAT_EXEMPT_META) == "yes",
    )


def with_own_keys(payload: dict[str, Any], keys: OwnKeys) -> dict[str, Any]:
    """Return a payload that knows in which of the shop's own fields what plugins keep may be."""
    return {**payload, **{name: list(own) for name, own in keys.items() if own}}


def vat_number(wire: Wire) -> str:
    """Return the VAT number a plugin has kept: of the shop's own fields, then the common ones."""
    return meta(wire, *wire.texts(VAT_KEYS), *const.VAT_META_KEYS).replace(" ", "")


def language(wire: Wire) -> str:
    """Return the language a plugin for several of them has noted, as a BCP 47 tag."""
    return meta(wire, *const.LANGUAGE_META_KEYS).replace("_", "-")


def address(wire: Wire | None) -> Address | None:
    """Return an address, None where nothing is known."""
    if wire is None:
        return None
    country = wire.text("country").upper()
    found = Address(
        name=_name(wire),
        company=wire.text("company"),
        street=wire.text("address_1"),
        street2=wire.text("address_2"),
        city=wire.text("city"),
        zip=wire.text("postcode"),
        state_code=_state(wire.text("state"), country),
        country_code=country,
        phone=wire.text("phone"),
    )
    return None if found == Address() else found


def _state(code: str, country: str) -> str:
    """Return the part of ISO 3166-2 after the country. WooCommerce writes most codes as ISO does,
    some with the country before them (``DE-BY``, ``JP13``), and has its own of a few countries."""
    if country in const.OWN_STATE_CODES:
        return ""
    rest = code.removeprefix(country) if country else code
    if rest[:1] == "-" or (rest != code and rest.isdecimal()):
        return rest.lstrip("-")
    return code


def _name(wire: Wire) -> str:
    return f"{wire.text('first_name')} {wire.text('last_name')}".strip()
