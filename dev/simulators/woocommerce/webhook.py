# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks as records of the shop, and their routes. Their secret is never told."""

from . import listing
from .errors import RestError, invalid_id, no_trash
from .params import Arg
from .rest import Result, Route, batch
from .store import gmt

HOOKS = {
    "order.created": ("woocommerce_new_order",),
    "order.updated": ("woocommerce_update_order", "woocommerce_order_refunded"),
    "order.deleted": ("wp_trash_post", "woocommerce_trash_order"),
    "order.restored": ("untrashed_post", "woocommerce_untrash_order"),
    "product.created": ("woocommerce_process_product_meta", "woocommerce_new_product",
                        "woocommerce_new_product_variation"),
    "product.updated": ("woocommerce_process_product_meta", "woocommerce_update_product",
                        "woocommerce_update_product_variation"),
    "product.deleted": ("wp_trash_post",),
    "product.restored": ("untrashed_post",),
    "customer.created": ("user_register", "woocommerce_created_customer",
                         "woocommerce_new_customer"),
    "customer.updated": ("profile_update", "woocommerce_update_customer"),
    "customer.deleted": ("delete_user",),
    "coupon.created": ("woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"),
    "coupon.updated": ("woocommerce_process_shop_coupon_meta", "woocommerce_update_coupon"),
    "coupon.deleted": ("wp_trash_post",),
    "coupon.restored": ("untrashed_post",),
}  # fmt: skip
STATUSES = ("active", "paused", "disabled")
SECRET_SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
WRITE = {
    "name": Arg(),
    "status": Arg(enum=STATUSES),
    "topic": Arg(),
    "delivery_url": Arg(),
    "secret": Arg(),
}
LIST = {**listing.DATED, "status": Arg(enum=("all", *STATUSES), default="all")}
FAILURES = 5  # a failure more than one beyond so many disables


def create(store, values):
    """Raises RestError. Announced to `store.listeners` as ("ping", id)."""
    topic, url = values.get("topic"), values.get("delivery_url")
    if not _is_topic(topic):
        raise _bad_topic()
    if not str(url or "").startswith(("http://", "https://")):
        raise _bad_url()
    now = store.now()
    row = {
        "id": store.number("webhook"),
        "name": values.get("name") or f"Webhook created on {now:%b %d, %Y @ %I:%M %p}",
        "status": values.get("status") or "active",
        "topic": topic,
        "delivery_url": url,
        "secret": values.get("secret") or "".join(store.random.choices(SECRET_SIGNS, k=50)),
        "created": now,
        "modified": None,
        "failure_count": 0,
    }
    store.webhooks[row["id"]] = row
    if row["status"] == "active":
        store.emit("ping", row["id"])
    return row


def update(store, row, values):
    """Raises RestError. Being active with a new address, or again, is worth a ping."""
    if values.get("topic") is not None and not _is_topic(values["topic"]):
        raise _bad_topic()
    url = values.get("delivery_url")
    if url is not None and not url.startswith(("http://", "https://")):
        raise _bad_url()
    awakened = values.get("status") == "active" and row["status"] != "active"
    moved = url is not None and url != row["delivery_url"]
    for name in ("name", "status", "topic", "delivery_url", "secret"):
        if values.get(name):
            row[name] = values[name]
    row["modified"] = store.now()
    if awakened:
        row["failure_count"] = 0
    if row["status"] == "active" and (awakened or moved):
        store.emit("ping", row["id"])


def failed(store, row):
    """A delivery failed: the seventh in a row disables it, and nothing enables it again."""
    row["modified"] = store.now()
    if row["failure_count"] > FAILURES:
        row["status"] = "disabled"
    else:
        row["failure_count"] += 1


def _is_topic(topic):
    return topic in HOOKS or str(topic or "").startswith("action.")


def _bad_topic():
    return RestError(
        "woocommerce_rest_shop_webhook_invalid_topic",
        "Webhook topic is required and must be valid.",
        400,
    )


def _bad_url():
    return RestError(
        "woocommerce_rest_shop_webhook_invalid_delivery_url",
        "Webhook delivery URL must be a valid URL starting with http:// or https://.",
        400,
    )


def payload(store, row):
    resource, _dot, event = row["topic"].partition(".")
    dates = ("created", "modified")
    return {
        **{name: row[name] for name in ("id", "name", "status", "topic", "delivery_url")},
        "resource": resource,
        "event": event,
        "hooks": list(HOOKS.get(row["topic"], (event,))),
        **{f"date_{name}": gmt(store.local(row[name])) for name in dates},
        **{f"date_{name}_gmt": gmt(row[name]) for name in dates},
    }


def _webhook(call, status=404):
    found = call.store.webhooks.get(call.ids["id"])
    if found is None:
        raise invalid_id("shop_webhook", status)
    return found


def list_webhooks(call):
    wanted = call.params["status"]
    rows = [one for one in call.store.webhooks.values() if wanted in ("all", one["status"])]
    return listing.answer(call, rows, lambda row: payload(call.store, row))


def get_webhook(call):
    return Result(payload(call.store, _webhook(call)))


def create_webhook(call):
    row = create(call.store, call.body)
    location = f"{call.home}/wp-json/wc/v3/webhooks/{row['id']}"
    return Result(payload(call.store, row), 201, headers={"Location": location})


def update_webhook(call):
    row = _webhook(call, 400)
    update(call.store, row, call.body)
    return Result(payload(call.store, row))


def delete_webhook(call):
    if not call.params.get("force"):
        raise no_trash("Webhooks")
    row = _webhook(call)
    shown = payload(call.store, row)
    del call.store.webhooks[row["id"]]
    return Result(shown)


def routes():
    one = r"webhooks/(?P<id>\d+)"
    return [
        Route("webhooks", "list", list_webhooks, LIST),
        Route("webhooks", "create", create_webhook, WRITE),
        Route("webhooks/batch", "batch", batch(
            create_webhook, update_webhook, delete_webhook,
            lambda: invalid_id("shop_webhook", 400))),
        Route(one, "get", get_webhook),
        Route(one, "update", update_webhook, WRITE),
        Route(one, "delete", delete_webhook, {"force": Arg("boolean", default=False)}),
    ]  # fmt: skip
