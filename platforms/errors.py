# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The error taxonomy: an error is named by what happens next, not by where it came from.

An error is a ``code`` and ``params``: the reader's sentence is rendered in the reader's language
by Odoo, from the code. ``detail`` is for support; it never contains a secret or personal data.
"""

from collections.abc import Mapping
from typing import Any


class StorefrontError(Exception):
    """Base of every error that leaves the platform layer."""

    default_code = "error"

    def __init__(self, code: str = "", *, detail: str = "", **params: Any) -> None:
        self.code = code or self.default_code
        self.params: Mapping[str, Any] = params
        self.detail = detail
        super().__init__(self.code, detail)

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class RetryLater(StorefrontError):
    """A passing failure. ``seconds``: how long the storefront asked to wait, None if it didn't.

    ``uses_try`` is false for a rate limit, which postpones and says nothing of the work itself."""

    default_code = "unavailable"

    def __init__(
        self,
        code: str = "",
        *,
        seconds: float | None = None,
        uses_try: bool = True,
        detail: str = "",
        **params: Any,
    ) -> None:
        super().__init__(code, detail=detail, **params)
        self.seconds = seconds
        self.uses_try = uses_try


class AnswerLost(RetryLater):
    """A write was sent and its answer never came: it may have landed. Look before repeating."""

    default_code = "answer_lost"


class AuthFailed(StorefrontError):
    """The storefront refuses the credentials: pause the backend, one banner."""

    default_code = "auth_failed"


class NotConfigured(StorefrontError):
    """Something the connection needs isn't set: pause the backend, one banner."""

    default_code = "not_configured"


class Rejected(StorefrontError):
    """The storefront refused the content. ``field_errors``: (path, platform's message) pairs."""

    default_code = "rejected"

    def __init__(
        self,
        code: str = "",
        *,
        field_errors: tuple[tuple[str, str], ...] = (),
        detail: str = "",
        **params: Any,
    ) -> None:
        super().__init__(code, detail=detail, **params)
        self.field_errors = field_errors


class NotFound(StorefrontError):
    """The record isn't in the storefront (any more)."""

    default_code = "not_found"


class BadPayload(StorefrontError):
    """What the storefront sent can't be read as what it should be."""

    default_code = "bad_payload"


class Unsupported(StorefrontError):
    """The platform, or this store's plan, lacks the capability asked for."""

    default_code = "unsupported"

    def __init__(self, capability: str, *, detail: str = "") -> None:
        super().__init__(detail=detail, capability=capability)
