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
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import requests
from woocommerce.oauth import OAuth

from ..errors import NotConfigured
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
        prepared.url = OAuth(
            prepared.url, key, secret, version=const.API_VERSION, method=prepared.method
        ).get_oauth_url()
        return prepared

    return with_signature
