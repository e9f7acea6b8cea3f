# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets that are kept elsewhere: ``env:NAME`` and ``file:PATH``, read at each use.

So a vault's agent can provide and rotate them, and the database never holds them. Who may enter a
reference can have Odoo send what it names to a storefront: only what is meant for that is read.
"""

import os
import re
import stat
from collections.abc import Mapping

ENVIRONMENT = "env:"
FILE = "file:"
# Settings of this addon that are no credentials of a storefront; the first opens all the others.
FORBIDDEN = frozenset(("STOREFRONT_SECRET_KEYS", "STOREFRONT_SECRET_DIRECTORY"))
MAX_BYTES = 8192
_NAME = re.compile(r"STOREFRONT_[A-Z0-9_]+")


class ReferenceRefused(Exception):
    """``reason``: name, outside, missing, exposed or invalid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_reference(text: str) -> bool:
    """Whether a text names the place of a secret instead of being one."""
    return text.startswith((ENVIRONMENT, FILE))


def resolve(reference: str, *, environment: Mapping[str, str], directory: str) -> str:
    """Return the secret a reference names, without the newline at its end.

    ``directory`` is where files may be, empty for nowhere. Raises ReferenceRefused, with no word
    of what was read."""
    if reference.startswith(ENVIRONMENT):
        value = _read_variable(reference, environment)
    else:
        value = _read_file(reference, directory)
    value = value.rstrip("\r\n")
    if not value:
        raise ReferenceRefused("invalid")
    return value


def _read_variable(reference: str, environment: Mapping[str, str]) -> str:
    name = reference.removeprefix(ENVIRONMENT)
    if not _NAME.fullmatch(name) or name in FORBIDDEN:
        raise ReferenceRefused("name")
    if name not in environment:
        raise ReferenceRefused("missing")
    return environment[name]


def _read_file(reference: str, directory: str) -> str:
    root = os.path.realpath(directory) if directory else ""
    # Links within the directory are how containers mount secrets; what they lead to must be inside.
    path = os.path.realpath(os.path.join(root, reference.removeprefix(FILE)))
    if not root or "\0" in path or not path.startswith(root + os.sep):
        raise ReferenceRefused("outside")
    try:
        # O_NOFOLLOW: the path has no link left unless somebody changes it just now. O_NONBLOCK: a
        # pipe would hold up the worker.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise ReferenceRefused("missing") from None
    try:
        return _read_handle(handle, reference)
    finally:
        os.close(handle)


def _read_handle(handle: int, reference: str) -> str:
    status = os.fstat(handle)
    is_file = stat.S_ISREG(status.st_mode)
    if is_file and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ReferenceRefused("exposed")
    if not is_file or status.st_size > MAX_BYTES:
        raise ReferenceRefused("invalid")
    try:
        return os.read(handle, MAX_BYTES).decode()
    except (OSError, UnicodeDecodeError):
        raise ReferenceRefused("invalid") from None
