# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a storefront grants a connection, and what it asks for on behalf of its customers."""

from dataclasses import dataclass, field
from typing import Literal

PrivacyType = Literal["customer_data", "customer_redact", "shop_redact"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """Access a storefront granted. Times are epoch seconds (UTC), 0 for never.

    ``refresh_token`` is empty where a new token is granted to the credentials themselves. Secret:
    neither value is part of the repr, and no caller may log them."""

    access_token: str = field(repr=False)
    expires_at: float = 0.0
    refresh_token: str = field(default="", repr=False)
    refresh_expires_at: float = 0.0
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivacyRequest:
    """What a storefront must pass on by law: tell a customer's data, or forget it.

    Ids are empty for ``shop_redact``, which means every record of the store; a guest has an e-mail
    or phone but no id."""

    type: PrivacyType
    customer_external_id: str = ""
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    order_external_ids: tuple[str, ...] = ()
