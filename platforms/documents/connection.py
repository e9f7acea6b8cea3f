# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a storefront tells about itself when it is connected."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionReport:
    """The shop behind the credentials. ``timezone`` is an IANA name, ``currency`` ISO 4217.

    Without ``missing_scopes`` nothing works, without ``missing_optional_scopes`` something doesn't.
    What the storefront doesn't tell is None: ``tax_on_shipping``, ``customer_data`` (may names and
    addresses be read) and ``companies`` (has it business customers)."""

    shop_external_id: str
    name: str
    url: str
    currency: str
    timezone: str
    prices_include_tax: bool
    plan: str = ""
    api_version: str = ""
    granted_scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()
    missing_optional_scopes: tuple[str, ...] = ()
    tax_on_shipping: bool | None = None
    tax_rounding: Literal["line", "order", ""] = ""
    customer_data: bool | None = None
    companies: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """One page of a long listing; ``next_cursor`` is empty on the last one."""

    items: tuple[T, ...]
    next_cursor: str = ""
