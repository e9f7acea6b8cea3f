# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every pytest run here needs: the addon importable without Odoo, and no way out.

Imported by the `conftest.py` of tests/pure, tests/contract and tests/process.
"""

import socket
import sys
import types

import pytest

from .paths import ADDON, ROOT


def register_stub_packages():
    """Make `odoo.addons.storefront_connector.platforms` importable; nothing else of Odoo exists."""
    name = ""
    for part, path in (("odoo", []), ("addons", []), (ADDON, [str(ROOT)])):
        parent, name = sys.modules.get(name), f"{name}.{part}".lstrip(".")
        module = types.ModuleType(name)
        module.__path__ = path
        sys.modules.setdefault(name, module)
        if parent:
            setattr(parent, part, module)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(sock, address):
        inside = sock.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1", "localhost")
        if not inside:
            pytest.fail(f"a test tried to reach {address[0]}")
        return connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


register_stub_packages()
