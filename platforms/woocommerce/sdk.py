# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The only file that imports ``woocommerce``, and only what is safe of it: the OAuth signature.

Its ``API`` (3.0.0) waits 5 seconds for an answer where shops take 30, makes a connection a call,
sends every parameter twice over http, and puts the secrets into the caller's own parameters where
the query string is to hold them. So calls go through ``transport``: Basic over https, and over http
the one-legged OAuth 1.0a this package signs.
https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication
"""

import base64
import re
import secrets
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

import requests
from woocommerce.oauth import OAuth

from ..errors import NotConfigured
from ..transport import is_loopback
from . import const

# What people paste: the address of the shop, of its API, of its administration.
_TAIL = re.compile(r"/(?:wp-json|wp-admin|wp-login\.php|index\.php)(?:/.*)?$")


def shop_url(text: str) -> str:
    """Return the address of a shop as an admin typed or pasted it, without a slash at its end.

    Without a scheme it is https. Raises NotConfigured for what is no address of the web."""
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise NotConfigured("invalid_url") from None
    if parts.scheme not in ("http", "https") or not host or parts.username or " " in parts.netloc:
        raise NotConfigured("invalid_url")
    path = _TAIL.sub("", parts.path).rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def authorization_url(shop: str, redirect_url: str, state: str, grant_url: str) -> str:
    """Return the page of a shop where its administrator has it make a key.

    https://woocommerce.github.io/woocommerce-rest-api-docs/#auto-generating-api-keys-using-our-application-api
    """
    if not grant_url.startswith("https://") and not is_loopback(urlsplit(grant_url).hostname or ""):
        raise NotConfigured("grant_insecure", url=grant_url.partition("?")[0])
    query = {
        "app_name": const.WEBHOOK_NAME,
        "scope": "read_write",
        # What it is for is up to us, and it comes back. Ours is the state, in both addresses.
        "user_id": "odoo",
        "return_url": f"{redirect_url}?{urlencode({'state': state})}",
        "callback_url": grant_url,
    }
    return f"{shop_url(shop)}/wc-auth/v1/authorize?{urlencode(query)}"


def authentication(
    base_url: str, key: str, secret: str
) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Return what signs each request of a session: a header over https, a signature over http."""
    if base_url.startswith("https:"):
        token = base64.b64encode(f"{key}:{secret}".encode()).decode()

        def with_header(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
            prepared.headers["Authorization"] = f"Basic {token}"
            return prepared

        return with_header

    def with_signature(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        oauth = OAuth(prepared.url, key, secret, version=const.API_VERSION, method=prepared.method)
        # The package's nonces have 8 digits. A shop refuses one it has seen within 15 minutes: of
        # ten thousand calls, two would meet every other time.
        oauth.generate_nonce = lambda: secrets.token_hex(20)
        prepared.url = oauth.get_oauth_url()
        return prepared

    return with_signature
