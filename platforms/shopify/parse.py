# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wire -> documents, orders aside (``parse_order``). What can't be read is BadPayload."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from ..documents.connection import ConnectionReport, Page
from ..documents.event import RecordChange, WebhookSubscription
from ..documents.money import ZERO
from ..documents.product import Variant
from ..documents.stock import Location, StockChange, StockKey, StockRefusal, StockResult
from ..errors import Rejected, RetryLater
from ..wire import Wire
from . import const

T = TypeVar("T")

_GID = re.compile(r"gid://shopify/\w+/(\d{1,19})(?:\?.*)?")


def external_id(wire: Wire, path: str = "id") -> str:
    """Return the number in a global id: ``gid://shopify/Order/6201`` is ``6201``."""
    found = _GID.fullmatch(wire.required(path))
    if not found:
        raise wire.wrong(path, "not a global id")
    return found[1]


def optional_id(wire: Wire, path: str) -> str:
    """Return the number in a global id, empty where there is none."""
    return external_id(wire, path) if wire.text(path) else ""


def connection_report(data: Mapping[str, Any]) -> ConnectionReport:
    """Return who answered."""
    wire = Wire(data)
    granted = {row.text("handle") for row in wire.rows("currentAppInstallation.accessScopes")}
    return ConnectionReport(
        shop_external_id=external_id(wire, "shop.id"),
        name=wire.text("shop.name"),
        url=f"https://{wire.required('shop.myshopifyDomain')}",
        currency=wire.required("shop.currencyCode"),
        timezone=wire.required("shop.ianaTimezone"),
        prices_include_tax=wire.flag("shop.taxesIncluded"),
        plan=wire.text("shop.plan.publicDisplayName"),
        api_version=const.API_VERSION,
        granted_scopes=tuple(sorted(granted)),
        missing_scopes=missing_scopes(granted, const.REQUIRED_SCOPES),
        missing_optional_scopes=missing_scopes(granted, const.OPTIONAL_SCOPES),
        tax_on_shipping=wire.flag("shop.taxShipping"),
        tax_rounding=const.TAX_ROUNDING,
    )


def missing_scopes(granted: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes ``wanted`` that lack. A write scope counts as its read scope too."""
    held = set(granted)
    held |= {f"read_{scope[6:]}" for scope in held if scope.startswith("write_")}
    return tuple(scope for scope in wanted if scope not in held)


def customer_data(data: Mapping[str, Any]) -> bool | None:
    """Return whether an order was told with who ordered; None where there is no order."""
    return True if Wire(data).rows("orders.nodes") else None


def has_companies(data: Mapping[str, Any]) -> bool:
    """Return whether the store has business customers."""
    return Wire(data).number("companiesCount.count", ZERO) > 0


def order_changes(data: Mapping[str, Any]) -> tuple[RecordChange, ...]:
    """Return which orders changed when."""
    return tuple(
        RecordChange(external_id=external_id(row), updated_at=row.required_moment("updatedAt"))
        for row in Wire(data).rows("orders.nodes")
    )


def location(row: Mapping[str, Any]) -> Location:
    """Return a location."""
    wire = Wire(row)
    return Location(
        external_id=external_id(wire), name=wire.text("name"), is_active=wire.flag("isActive")
    )


def subscription(row: Any) -> WebhookSubscription:
    """Return a webhook subscription."""
    wire = Wire(row)
    return WebhookSubscription(
        external_id=external_id(wire), topic=wire.required("topic"), url=wire.text("uri")
    )


def variant(row: Mapping[str, Any]) -> Variant:
    """Return a variant. A product without options has one variant, called "Default Title"."""
    wire = Wire(row)
    title = wire.text("title")
    names = [wire.text("product.title"), "" if title == "Default Title" else title]
    return Variant(
        external_id=external_id(wire),
        product_external_id=external_id(wire, "product.id"),
        inventory_external_id=external_id(wire, "inventoryItem.id"),
        name=" - ".join(name for name in names if name),
        sku=wire.text("sku"),
        barcode=wire.text("barcode"),
        marker=wire.text("marker.value"),
        is_stock_tracked=wire.flag("inventoryItem.tracked"),
    )


def variant_page(data: Mapping[str, Any]) -> Page[Variant]:
    """Return one page of variants sorted by id; its cursor is the last id."""
    connection = Wire(data).child("productVariants") or Wire({})
    items = tuple(variant(row.value) for row in connection.rows("nodes"))
    more = bool(items) and connection.flag("pageInfo.hasNextPage")
    return Page(items=items, next_cursor=items[-1].external_id if more else "")


def stock_level(node: Mapping[str, Any] | None, name: str) -> int | None:
    """Return the available quantity in the level called ``name``, None where it isn't stocked."""
    level = Wire(node).child(name) if node else None
    quantities = level.rows("quantities") if level else ()
    return int(quantities[0].number("quantity")) if quantities else None


def user_errors(data: Mapping[str, Any], mutation: str) -> list[tuple[str, str, str]]:
    """Return the refusals of a mutation as (code, dotted path, message)."""
    return [
        (row.text("code"), ".".join(row.texts("field")), row.text("message"))
        for row in Wire(data).rows(f"{mutation}.userErrors")
    ]


def check_user_errors(data: Mapping[str, Any], mutation: str, harmless: str = "") -> None:
    """Raise Rejected with the fields and messages of a mutation's refusals, if there are any.

    A refusal with the code ``harmless`` is none."""
    errors = [row for row in user_errors(data, mutation) if not harmless or row[0] != harmless]
    if errors:
        fields = tuple((path, message) for _code, path, message in errors)
        raise Rejected(field_errors=fields, detail=f"{mutation}: {errors[0][2]}")


def marker_refusals(
    data: Mapping[str, Any], mutation: str, external_ids: Sequence[str]
) -> dict[str, str]:
    """Return ``{variant id: message}`` of the rows refused. Raises Rejected where none is named."""
    refused: dict[str, str] = {}
    for _code, path, message in user_errors(data, mutation):
        external_id = _row_of(path, "metafields", external_ids)
        if external_id is None:
            check_user_errors(data, mutation)
        else:
            refused.setdefault(external_id, message)
    return refused


def stock_result(data: Mapping[str, Any], changes: Sequence[StockChange]) -> StockResult:
    """Return what became of a batch. Shopify applies all of it or nothing.

    Raises RetryLater while the same batch is under way, Rejected where the batch itself is at
    fault rather than some of its rows."""
    keys = [change.key for change in changes]
    errors = user_errors(data, "inventorySetQuantities")
    if not errors:
        return StockResult(accepted=tuple(keys))
    codes = {code for code, _path, _message in errors}
    if "IDEMPOTENCY_CONCURRENT_REQUEST" in codes:
        raise RetryLater("busy", seconds=5.0, uses_try=False)
    if "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" in codes:
        return StockResult(unsent=tuple(keys))
    stale: dict[StockKey, None] = {}
    refused: dict[StockKey, StockRefusal] = {}
    for code, path, message in errors:
        key = _row_of(path, "input.quantities", keys)
        if key is None:
            check_user_errors(data, "inventorySetQuantities")
        elif code in const.STALE_CODES:
            stale[key] = None
        else:
            refused[key] = StockRefusal(key=key, code=code, message=message)
    return StockResult(
        stale=tuple(key for key in stale if key not in refused),
        refused=tuple(refused.values()),
        unsent=tuple(key for key in keys if key not in stale and key not in refused),
    )


def _row_of(path: str, rows: str, keys: Sequence[T]) -> T | None:
    """Return the row that ``input.quantities.7.quantity`` complains of."""
    found = re.match(rf"{re.escape(rows)}\.(\d{{1,3}})(?:\.|$)", path)
    index = int(found[1]) if found else len(keys)
    return keys[index] if index < len(keys) else None
