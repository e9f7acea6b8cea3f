# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The signature of a webhook's body where a platform has HMAC-SHA256 in base64."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def is_signed(given: str, body: bytes, secrets: Iterable[str]) -> bool:
    """Whether ``given`` is the signature of ``body`` under one of ``secrets``.

    All are tried, so that the time taken doesn't tell which one fitted; an empty one fits none."""
    expected = given.encode(errors="replace")
    valid = False
    for secret in secrets:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        fits = hmac.compare_digest(base64.b64encode(digest), expected)
        valid |= fits and bool(secret)
    return valid
