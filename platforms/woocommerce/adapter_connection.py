# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop says of itself: versions, settings, what the key may do; and its webhooks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from ..documents.connection import ConnectionReport, Notice
from ..documents.event import WebhookSubscription
from ..errors import NotConfigured, NotFound, RetryLater
from ..wire import Wire
from . import build, const, parse
from .client import Client

_VERSION = re.compile(r"(\d{1,4})(?:\.(\d{1,4}))?", re.ASCII)


def check(client: Client) -> ConnectionReport:
    """Ask the shop for all that matters. Raises AuthFailed, NotConfigured."""
    status = Wire(_status(client))
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
        notices=(
            Notice(level="ok", code="permalinks_pretty"),
            *_version_notices(version),
            *_setting_notices(taxes, products),
            *_scheduler_notices(status),
        ),
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


def _status(client: Client) -> Any:
    """Return what the shop says of itself, the first it is asked.

    Where permalinks are plain, some servers answer each address of the API with the front page."""
    try:
        return client.get("system_status", {"_fields": const.STATUS_FIELDS})
    except RetryLater as error:
        if error.code == "html_instead_of_json" and client.has_plain_permalinks():
            raise NotConfigured("permalinks_plain", detail=error.detail) from None
        raise


def _version_notices(version: str) -> Iterator[Notice]:
    found = _VERSION.match(version)
    if not found:
        return
    own = (int(found[1]), int(found[2] or 0))
    if own[0] < const.MIN_VERSION:
        yield Notice(level="problem", code="version_too_old", params={"version": version})
    elif own > const.TESTED_VERSION:
        tested = ".".join(map(str, const.TESTED_VERSION))
        params = {"version": version, "tested": tested}
        yield Notice(level="warning", code="version_untested", params=params)


def _setting_notices(taxes: Mapping[str, str], products: Mapping[str, str]) -> Iterator[Notice]:
    is_counted = products.get("woocommerce_manage_stock")
    if is_counted == "no":
        yield Notice(level="problem", code="stock_management_off")
    elif is_counted == "yes":
        yield Notice(level="ok", code="stock_management_on")
    if taxes.get("woocommerce_prices_include_tax") == "yes":
        yield Notice(level="ok", code="prices_read_without_tax")


def _scheduler_notices(status: Wire) -> Iterator[Notice]:
    if status.get("environment.wp_cron") is False:
        yield Notice(level="ok", code="scheduler_external")


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
