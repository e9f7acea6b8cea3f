# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets at rest: what is written to the database, and back.

A sealed text says how it was made: ``clear:<value>`` where the server has no key, else
``fernet:<fingerprint of the key>:<token>``. Not here: where the keys come from, who may ask.

Fernet is AES-128-CBC with HMAC-SHA256, of the library ``cryptography``, which Odoo requires itself:
https://cryptography.io/en/latest/fernet/ (read 2026-11-23)
"""

import hashlib
import json
import re
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

CLEAR = "clear:"
ENCRYPTED = "fernet:"
# 32 bytes in URL-safe base64. The library takes more, and ignores what follows.
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")


class KeyInvalid(Exception):
    """The server's configuration names a key that is none. ``number``: its place, from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"key {number}")
        self.number = number


class Unreadable(Exception):
    """None of the keys opens the text, or it was sealed for another place."""


class SecretBox:
    """The server's keys: the first one seals, each of them opens.

    ``context`` names the place a secret belongs to and is sealed with it, so that a text which is
    moved to the row of another storefront can't be opened there."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernets: list[Fernet] = []
        self.invalid_key = 0
        for number, key in enumerate(keys, start=1):
            if _KEY.fullmatch(key):
                self._fernets.append(Fernet(key))
            else:
                self.invalid_key = self.invalid_key or number
        self.fingerprint = _fingerprint(keys[0]) if keys else ""

    @property
    def has_key(self) -> bool:
        """Whether values are encrypted; also true where the key configured can't be used."""
        return bool(self.fingerprint)

    def seal(self, value: str, context: str) -> str:
        """Return what to write to the database. Raises KeyInvalid."""
        if not self.has_key:
            return CLEAR + value
        content = json.dumps([context, value]).encode()
        return f"{self._prefix}{self._fernet().encrypt(content).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """Return the value in a sealed text. Raises Unreadable, KeyInvalid."""
        if sealed.startswith(CLEAR):
            return sealed[len(CLEAR) :]
        token = sealed.removeprefix(ENCRYPTED).partition(":")[2]
        if not self._fernets and not self.invalid_key:
            raise Unreadable
        try:
            place, value = json.loads(self._fernet().decrypt(token))
        except (InvalidToken, ValueError):
            raise Unreadable from None
        if place != context or not isinstance(value, str):
            raise Unreadable
        return value

    def is_current(self, sealed: str) -> bool:
        """Whether the text is sealed as a new one would be."""
        return sealed.startswith(self._prefix if self.has_key else CLEAR)

    def reseal(self, sealed: str, context: str) -> str:
        """Return the text sealed with the first key. Raises Unreadable, KeyInvalid."""
        return self.seal(self.open(sealed, context), context)

    @property
    def _prefix(self) -> str:
        return f"{ENCRYPTED}{self.fingerprint}:"

    def _fernet(self) -> MultiFernet:
        if self.invalid_key:
            raise KeyInvalid(self.invalid_key)
        return MultiFernet(self._fernets)


def _fingerprint(key: str) -> str:
    """Name a key without telling it: 32 bits of the hash of 256 random ones."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]
