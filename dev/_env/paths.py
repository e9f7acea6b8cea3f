# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where everything lies. Nothing is written outside these folders.

`home` holds what can be shared by several clones (set STOREFRONT_DEV_HOME to do so): packages,
Odoo, PostgreSQL, databases. `local` holds what belongs to this checkout: configuration, logs.
Both are `.dev/` unless STOREFRONT_DEV_HOME is set.
"""

import hashlib
import os
import pwd
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDON = "storefront_connector"
# PostgreSQL refuses to run as root; Debian's base system always has this user.
UNPRIVILEGED_USER = "nobody"


@dataclass(frozen=True)
class Paths:
    home: Path
    local: Path

    @property
    def venv(self):
        return self.home / "venv"

    @property
    def python(self):
        return self.venv / "bin" / "python"

    @property
    def tools(self):
        """A second venv for linters and node: their pins must not hold back Odoo's."""
        return self.home / "tools"

    @property
    def site_packages(self):
        return next((self.venv / "lib").glob("python3.*/site-packages"))

    @property
    def debian(self):
        """Where Debian's packages are unpacked, as if it were `/`."""
        return self.home / "debian"

    @property
    def odoo(self):
        """The folder to put on PYTHONPATH so that `import odoo` works."""
        checkout = os.environ.get("ODOO_PATH")
        if checkout:
            return Path(checkout).expanduser().resolve()
        return self.debian / "usr/lib/python3/dist-packages"

    @property
    def npm(self):
        return self.home / "npm"

    @property
    def shopify_introspection(self):
        """Shopify's official Admin API schema as introspection JSON, gzipped."""
        return self.home / "shopify" / "admin_2026-10.json.gz"

    @property
    def data(self):
        """Odoo's data_dir: filestores and sessions."""
        return self.home / "data"

    @property
    def addons(self):
        """An addons folder in which this checkout is called `storefront_connector`."""
        return self.local / "addons"

    @property
    def postgres(self):
        """The folder of the embedded PostgreSQL: cluster, log and, for root, its programs.

        Root runs it as another user, who may not be able to enter the folder of the checkout
        (/root, a private temporary folder): then it lies in /var/tmp.
        """
        if os.geteuid() or _anyone_can_enter(self.home):
            return self.home / "postgres"
        return Path("/var/tmp") / f"storefront-postgres-{_digest(self.home)}"

    @property
    def postgres_socket(self):
        """The folder of the socket: short enough for the 107 bytes a socket's path may have."""
        if len(str(self.postgres)) <= 80:
            return self.postgres / "socket"
        return Path(tempfile.gettempdir()) / f"storefront-pg-{_digest(self.home)}"


def paths():
    home = os.environ.get("STOREFRONT_DEV_HOME")
    local = ROOT / ".dev"
    return Paths(Path(home).expanduser().resolve() if home else local, local)


def in_environment():
    """Whether this process runs on the environment's own Python."""
    return Path(sys.prefix) == paths().venv


def unprivileged_user():
    """(uid, gid) PostgreSQL runs as when we are root."""
    entry = pwd.getpwnam(UNPRIVILEGED_USER)
    return entry.pw_uid, entry.pw_gid


def _anyone_can_enter(folder):
    existing = [parent for parent in (folder, *folder.parents) if parent.exists()]
    return all(parent.stat().st_mode & 0o001 for parent in existing)


def _digest(folder):
    return hashlib.sha256(str(folder).encode()).hexdigest()[:8]
