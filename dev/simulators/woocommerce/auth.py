# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who calls: consumer keys over https, OAuth 1.0a over http, as WC_REST_Authentication does it.

A request counts as https when a proxy says so (`X-Forwarded-Proto`). Over http, keys sent openly
are ignored: the caller is nobody, and a route says so in its own words.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from .errors import RestError, unauthorized

WINDOW = 15 * 60  # seconds a timestamp may differ, and a nonce is remembered
READ, WRITE = ("read", "read_write"), ("write", "read_write")
OAUTH = (
    "oauth_consumer_key",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
)


@dataclass
class Key:
    consumer_key: str
    consumer_secret: str
    permissions: str = "read_write"
    description: str = "Simulated"
    user_id: int = 1


class Keys:
    def __init__(self, store):
        self.store = store
        self.restore()

    def restore(self):
        self._nonces = {}
        self.rows = {}
        self.strip_authorization = False  # as some hosts do to the header
        self.add(Key(f"ck_{'1' * 40}", f"cs_{'2' * 40}"))

    @property
    def first(self):
        """The key there is from the beginning."""
        return next(iter(self.rows.values()))

    def add(self, key):
        self.rows[key.consumer_key] = key
        return key

    def create(self, permissions="read_write", description="Simulated"):
        text = secrets.token_hex(20), secrets.token_hex(20)
        return self.add(Key(f"ck_{text[0]}", f"cs_{text[1]}", permissions, description))

    def identify(self, request, params, home):
        """The key of a request, or None for nobody. Raises RestError."""
        secure = is_secure(request)
        key = self._plain(request, params) if secure else None
        if key is None:
            key = self._signed(request, params, home, secure)
        if key is not None:
            _check_permission(key, request.method, params)
        return key

    def _plain(self, request, params):
        given = _basic(request.headers.get("Authorization")) if not self.strip_authorization else ()
        if not given and params.get("consumer_key") and params.get("consumer_secret"):
            given = params["consumer_key"], params["consumer_secret"]
        key = self.rows.get(given[0]) if given else None
        if key is None:
            return None
        if not hmac.compare_digest(key.consumer_secret, given[1]):
            raise unauthorized("Consumer secret is invalid.")
        return key

    def _signed(self, request, params, home, secure):
        given = {name: params[name] for name in OAUTH if params.get(name)}
        if not given:
            return None
        missing = [name for name in OAUTH if name not in given]
        if missing:
            message = f"Missing OAuth parameters: {', '.join(missing)}"
            raise RestError("woocommerce_rest_authentication_missing_parameter", message, 401)
        key = self.rows.get(given["oauth_consumer_key"])
        if key is None:
            raise unauthorized("Consumer key is invalid.")
        if secure:
            home = home.replace("http://", "https://", 1)
        wanted = signature(key, request.method, f"{home}{request.path}", params)
        if not hmac.compare_digest(wanted, given["oauth_signature"].replace(" ", "+")):
            raise unauthorized("Invalid signature - provided signature does not match.")
        self._check_once(key, given["oauth_timestamp"], given["oauth_nonce"])
        return key

    def _check_once(self, key, timestamp, nonce):
        now = self.store.now().timestamp()
        if not timestamp.isdigit() or abs(now - int(timestamp)) > WINDOW:
            raise unauthorized("Invalid timestamp.")
        seen = self._nonces.setdefault(key.consumer_key, {})
        if nonce in seen:
            raise unauthorized("Invalid nonce - nonce has already been used.")
        for old in [one for one, moment in seen.items() if moment < now - WINDOW]:
            del seen[old]
        seen[nonce] = now


def is_secure(request):
    return (request.headers.get("X-Forwarded-Proto") or "").lower() == "https"


def signature(key, method, url, params):
    """The signature of a request by OAuth 1.0a; parameters as PHP has them."""
    algorithm = params["oauth_signature_method"].lower().replace("hmac-", "")
    if algorithm not in ("sha1", "sha256"):
        raise unauthorized("Invalid signature - signature method is invalid.")
    pairs = sorted(
        (quote(name, safe="~"), quote(str(value), safe="~"))
        for name, value in _flat(params)
        if name != "oauth_signature"
    )
    text = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((method.upper(), quote(url, safe="~"), quote(text, safe="~")))
    found = hmac.new(f"{key.consumer_secret}&".encode(), base.encode(), algorithm).digest()
    return base64.b64encode(found).decode()


def nonce_hash(webhook_id, second):
    """`wp_hash` of a webhook and a second: what two deliveries of one second share."""
    return hashlib.md5(f"{webhook_id}{second}".encode(), usedforsecurity=False).hexdigest()


def _flat(params):
    for name, value in params.items():
        if isinstance(value, dict):
            yield from ((f"{name}[{key}]", inner) for key, inner in value.items())
        else:
            yield name, value


def _basic(header):
    """(key, secret) of a header, or nothing."""
    if not (header or "").startswith("Basic "):
        return ()
    try:
        text = base64.b64decode(header[6:], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ()
    name, _colon, secret = text.partition(":")
    return name, secret


def _check_permission(key, method, params):
    if "_method" in params and method == "POST":
        method = params["_method"].upper()
    if method in ("GET", "HEAD"):
        if key.permissions not in READ:
            raise unauthorized("The API key provided does not have read permissions.")
    elif method in ("POST", "PUT", "PATCH", "DELETE"):
        if key.permissions not in WRITE:
            raise unauthorized("The API key provided does not have write permissions.")
    elif method != "OPTIONS":
        raise unauthorized("Unknown request method.")
