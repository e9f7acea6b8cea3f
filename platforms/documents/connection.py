# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a storefront tells about itself when it is connected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something about a shop its admin should know; ``code`` and ``params`` become a sentence."""

    level: Literal["problem", "warning", "ok"]
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionReport:
    """The shop behind the credentials. ``timezone`` is an IANA name, ``currency`` ISO 4217.

    Without ``missing_scopes`` nothing works, without ``missing_optional_scopes`` something doesn't.
    ``prices_include_tax``: so orders are read. ``notices`` are what only this platform has to say.
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
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """One page of a long listing; ``next_cursor`` is empty on the last one."""

    items: tuple[T, ...]
    next_cursor: str = ""
