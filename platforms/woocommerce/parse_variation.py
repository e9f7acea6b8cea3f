# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Variations beside their parent: what they are called, and which of them shoppers can choose.

A shopper chooses by the parent's attributes that are "used for variations". WooCommerce tells of
those only: two variations that differ in another attribute are alike in its answer, and in the
shop, which then sells the one it finds first.
https://woocommerce.com/document/variable-product/#add-attributes
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..documents.product import Variant
from ..wire import Wire
from . import const, parse

Options = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent:
    """A product that is sold as its variations. ``counts``: how many of those that are offered
    have the same options; ``is_whole``: all of them were looked at."""

    row: Mapping[str, Any]
    counts: Mapping[Options, int]
    is_whole: bool

    @classmethod
    def of(cls, row: Mapping[str, Any], siblings: Iterable[Mapping[str, Any]]) -> "Parent":
        """Return a parent with as many of its variations as are at hand."""
        found = {str(one.get("id")): one for one in siblings}
        listed = {str(one) for one in _list(row.get("variations"))}
        counts = Counter(options(one, row) for one in found.values() if _is_offered(one))
        return cls(row=row, counts=counts, is_whole=listed <= found.keys())

    @property
    def may_be_alike(self) -> bool:
        """Whether variations that aren't at hand may be the same as those that are."""
        return not self.is_whole and bool(unused(self.row))


def variation(row: Mapping[str, Any], parent: Parent | None) -> Variant:
    """Return a variation by its own row, and by its parent's where that is known."""
    if parent is None:
        return parse.variant(row)
    own = options(row, parent.row)
    is_only = bool(_used(parent.row)) and parent.counts.get(own, 1) == 1
    is_alone = is_only or not _is_offered(row)
    return parse.variant(
        row,
        name=" - ".join(filter(None, (parse.title(Wire(parent.row), "name"), ", ".join(own)))),
        is_distinct=is_alone,
        unused_attributes=() if is_alone else unused(parent.row),
    )


def options(row: Mapping[str, Any], parent: Mapping[str, Any]) -> Options:
    """Return what a shopper chooses for a variation. Without an option of an attribute it stands
    for any of them."""
    chosen = {_key(one): parse.title(one, "option") for one in Wire(row).rows("attributes")}
    return tuple(
        chosen.get(_key(one)) or f"any {parse.title(one, 'name')}" for one in _used(parent)
    )


def unused(parent: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the attributes that have options to choose from and aren't used for variations."""
    return tuple(
        parse.title(one, "name")
        for one in Wire(parent).rows("attributes")
        if one.get("variation") is not True and len(_list(one.get("options"))) > 1
    )


def _is_offered(row: Mapping[str, Any]) -> bool:
    return row.get("status") != const.PRIVATE


def _used(parent: Mapping[str, Any]) -> tuple[Wire, ...]:
    rows = Wire(parent).rows("attributes")
    return tuple(one for one in rows if one.get("variation") is True)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _key(attribute: Wire) -> str:
    return attribute.text("slug") or attribute.text("name")
