# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The only file that imports ShopifyAPI, and only what is safe of it in a process of many stores.

Its active session falls back to the last one of any thread, ``Session.setup`` writes one app's key
and secret for all, and its calls have no timeout (issues 594, 705 and 733 of
https://github.com/Shopify/shopify_python_api). So: no session is ever activated, an app's secret
lives on a subclass made for one question, and calls go through ``transport``.
"""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import shopify
from shopify.utils.shop_url import sanitize_shop_domain

from ..errors import AuthFailed, NotConfigured
from ..transport import check_secure, is_loopback
from . import const

# The address of a store in its admin names the store in its path.
_ADMIN = re.compile(r"^(?:https://)?admin\.shopify\.com/store/([\w-]+)(?:/.*)?$", re.IGNORECASE)


def store_url(text: str) -> str:
    """Return the base URL of what an admin typed: ``mystore``, its domain or its admin's address.

    A loopback address with ``http://`` stays itself. Raises NotConfigured for anything else."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        base = f"{parts.scheme}://{parts.netloc}"
        domain = "" if is_loopback(host) else sanitize_shop_domain(_ADMIN.sub(r"\1", text))
    except ValueError:
        raise NotConfigured("invalid_store_url") from None
    if is_loopback(host):
        check_secure(base)
        return base
    if not domain:
        raise NotConfigured("invalid_store_url")
    return f"https://{domain}"


def api_path() -> str:
    """Return the path of the GraphQL endpoint of the pinned version."""
    version = shopify.ApiVersion.coerce_to_version(const.API_VERSION)
    return f"{version.api_path('')}/graphql.json"


def authorization_url(
    base_url: str, client_id: str, *, scopes: Sequence[str], redirect_url: str, state: str
) -> str:
    """Return the page of the store at ``base_url`` where its owner grants ``scopes``."""
    session = _session_class(client_id, "")(base_url, const.API_VERSION)
    page = urlsplit(str(session.create_permission_url(scopes, redirect_url, state)))
    # The library knows addresses below myshopify.com only; a store on this machine has another.
    store = urlsplit(base_url)
    return urlunsplit((store.scheme, store.netloc, page.path, page.query, ""))


def check_callback(
    base_url: str, secrets: Sequence[str], params: Mapping[str, str], *, now: float | None = None
) -> None:
    """Raise AuthFailed unless the store at ``base_url`` made this query, and just now.

    ``secrets`` are the app's current and previous client secrets, ``params`` the whole query,
    ``now`` is in epoch seconds. The ``state`` isn't looked at: only the caller knows it.
    https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant
    """
    # All are tried, so that the time taken doesn't tell which one fitted.
    signed = [_is_signed(secret, params) for secret in secrets if secret]
    if not any(signed):
        raise AuthFailed("callback_forged")
    store = urlsplit(base_url)
    # A store on this machine isn't known by its address: there the signature alone tells.
    is_local = is_loopback(store.hostname or "")
    if params.get("shop", "").lower() != store.netloc.lower() and not is_local:
        raise AuthFailed("callback_other_shop")
    sent = params.get("timestamp", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 12):
        raise AuthFailed("callback_forged")
    age = (time.time() if now is None else now) - int(sent)
    if abs(age) > const.CALLBACK_MAX_AGE_SECONDS:
        raise AuthFailed("callback_expired")


def _is_signed(secret: str, params: Mapping[str, str]) -> bool:
    try:
        return bool(_session_class("", secret).validate_hmac(dict(params)))
    except ValueError:
        # Lone surrogates, which a query may hold, can't be encoded.
        return False


def _session_class(client_id: str, client_secret: str) -> Any:
    """Return a Session class of this app alone: the library reads both from the class."""
    return type("AppSession", (shopify.Session,), {"api_key": client_id, "secret": client_secret})
