# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop says of itself: versions, settings, what the key may do; and its webhooks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlsplit

from ..documents.connection import ConnectionReport, Notice
from ..documents.event import WebhookSubscription
from ..errors import NotConfigured, NotFound
from ..wire import Wire
from . import build, const, parse
from .client import Client


def check(client: Client) -> ConnectionReport:
    """Ask the shop for all that matters. Raises AuthFailed, NotConfigured."""
    status = Wire(client.get("system_status", {"_fields": const.STATUS_FIELDS}))
    index = Wire(client.index())
    taxes = _settings(client, "tax")
    products = _settings(client, "products")
    scopes = (const.SCOPE_READ, const.SCOPE_WRITE)
    granted = scopes if client.may_write() else scopes[:1]
    version, home = status.text("environment.version"), status.text("environment.home_url")
    return ConnectionReport(
        shop_external_id=_shop_id(home or client.base_url),
        name=parse.title(index, "name") or urlsplit(client.base_url).netloc,
        url=home or client.base_url,
        currency=status.required("settings.currency"),
        timezone=_timezone(index),
        prices_include_tax=False,
        plan=f"WooCommerce {version}".strip(),
        api_version=f"{const.API_VERSION}, WordPress {status.text('environment.wp_version')}",
        granted_scopes=granted,
        missing_scopes=tuple(scope for scope in scopes if scope not in granted),
        tax_rounding="order" if taxes.get("woocommerce_tax_round_at_subtotal") == "yes" else "line",
        notices=tuple(_notices(version, taxes, products)),
    )


def webhooks_of(client: Client, secret: str) -> Iterator[WebhookSubscription]:
    """Yield the webhooks this addon has made, here or from another database."""
    for row in client.rows("webhooks", {"status": "all"}):
        name, address = str(row.get("name")), str(row.get("delivery_url"))
        if not name.startswith(const.WEBHOOK_NAME) and const.WEBHOOK_PATH not in address:
            continue
        one = parse.subscription(row)
        # A webhook's secret can't be read: its name says which one it was made with.
        if name != build.webhook_name(one.topic, secret):
            one = replace(one, url=f"{one.url}#another-secret")
        yield one


def _notices(
    version: str, taxes: Mapping[str, str], products: Mapping[str, str]
) -> Iterator[Notice]:
    major = version.partition(".")[0]
    if major.isascii() and major.isdecimal() and int(major) < const.MIN_VERSION:
        yield Notice(level="problem", code="version_too_old", params={"version": version})
    if products.get("woocommerce_manage_stock") == "no":
        yield Notice(level="problem", code="stock_management_off")
    if taxes.get("woocommerce_prices_include_tax") == "yes":
        yield Notice(level="ok", code="prices_read_without_tax")


def _settings(client: Client, group: str) -> dict[str, str]:
    """Return ``{setting: value}``, nothing of a group this shop doesn't show."""
    try:
        rows = client.get(f"settings/{group}", {"_fields": "id,value"})
    except (NotFound, NotConfigured):
        return {}
    found = (row for row in rows if isinstance(row, Mapping)) if isinstance(rows, list) else ()
    return {str(row.get("id")): str(row.get("value")) for row in found}


def _shop_id(home: str) -> str:
    """Return what a shop is known by: its address, for anything else changes with a copy."""
    parts = urlsplit(home)
    return f"{parts.netloc}{parts.path}".rstrip("/").lower()


def _timezone(index: Wire) -> str:
    """Return the shop's city, or the zone of an offset from UTC where it has none."""
    city = index.text("timezone_string")
    if city:
        return city
    offset = index.number("gmt_offset", Decimal(0))
    if offset == int(offset):
        return f"Etc/GMT{-int(offset):+d}" if offset else "Etc/UTC"
    return const.HALF_HOUR_ZONES.get(float(offset), "Etc/UTC")
