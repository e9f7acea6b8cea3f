# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the server's configuration says about secrets: section ``[storefront_connector]``.

Odoo 19 keeps no other section than ``[options]``, so its file is read again; a change counts at
once. ``STOREFRONT_SECRET_KEYS`` and ``STOREFRONT_SECRET_DIRECTORY`` are for hosts that give their
users the process' environment instead of the file.
"""

import os
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from functools import lru_cache

from odoo.tools import config

from ..tools.secret_box import SecretBox

SECTION = "storefront_connector"


def secret_box():
    """Return the box with this server's keys. Never fails: a bad key is the box's to tell."""
    return _box(_setting("secret_keys"))


def secret_directory(database):
    """Return the folder files may be read from, empty for none; ``%d`` is the database's name.

    So one database of a server can't name the secrets of another."""
    return _setting("secret_directory").replace("%d", database)


def _setting(name):
    section = _section(*_version(config["config"] or ""))
    return section.get(name) or os.environ.get(f"STOREFRONT_{name.upper()}", "")


def _version(path):
    try:
        status = os.stat(path)
    except OSError:
        return path, 0, 0
    return path, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=2)
def _section(path, _changed, _size):
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(path)
    except (ConfigParserError, UnicodeDecodeError):
        return {}
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}


@lru_cache(maxsize=4)
def _box(keys):
    return SecretBox([key.strip() for key in keys.split(",") if key.strip()])
