# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases: templates that are built once, and clones of them that take a second.

Templates are named after what they were built from, so a change of Odoo, of queue_job or of the
addon's sources makes a new one. A clone carries its template's filestore (Odoo keeps attachments,
compiled assets among them, outside the database).
"""

import contextlib
import os
import shutil
import tempfile
from importlib import metadata

import psycopg2
from psycopg2 import sql

from . import odoo, postgres, setup_odoo
from .console import step
from .locks import digest, exclusive
from .paths import ADDON, ROOT, paths

PREFIX = "storefront"
BASE_MODULES = "base,sale_stock,stock_delivery,account,queue_job,rpc"
# What the addon works with where it is installed, and is tested with: bills of materials.
TEST_MODULES = "mrp"
# What a database made from the addon depends on.
ADDON_FOLDERS = [
    "controllers",
    "data",
    "flows",
    "i18n",
    "models",
    "platforms",
    "security",
    "static",
    "views",
    "wizards",
]
# Compiling takes twenty seconds that every run with browser tests would spend again. The addon
# counts as installed: its place among the modules decides the order of the files in a bundle.
COMPILE_ASSETS = f"""
assets = env["ir.asset"]
addons = [*assets._get_installed_addons_list(), "{ADDON}"]
type(assets)._get_installed_addons_list = lambda self: addons
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""
# Several checkouts may share them.
KEPT_ADDON_TEMPLATES = 12


def base_template():
    """The name of a database with everything the addon depends on; built if missing."""
    versions = setup_odoo.version(paths()), metadata.version("odoo-addon-queue_job")
    key = digest(*versions, BASE_MODULES, COMPILE_ASSETS)
    return _template(f"{PREFIX}_base_{key}", "Odoo database", _build_base)


def test_template():
    """The name of a database as `base_template` and what else tests need; built if missing."""
    base = base_template()
    name = f"{PREFIX}_base_{digest(base, TEST_MODULES, COMPILE_ASSETS)}"
    return _template(name, "modules to test with", lambda new: _build_test(base, new))


def addon_template():
    """The name of a database with the addon as it is on disk now; built if missing."""
    base = base_template()
    name = f"{PREFIX}_addon_{digest(base, *_addon_sources())}"
    template = _template(name, "addon installed", lambda new: _build_addon(base, new))
    _drop_outdated(f"{PREFIX}_addon_", KEPT_ADDON_TEMPLATES)
    return template


def clone(template, name):
    """Create the database `name` from `template`, filestore included; replace an older one."""
    drop(name)
    _execute("CREATE DATABASE {} TEMPLATE {}", name, template)
    if filestore(template).is_dir():
        # Odoo names attachments after their content and never changes one: links are enough.
        shutil.copytree(filestore(template), filestore(name), copy_function=os.link)
    return name


def restore_dump(name, copy):
    """Make the database `copy` the way people do: a dump of `name`, in use or not, restored."""
    drop(copy)
    _execute("CREATE DATABASE {} TEMPLATE template0", copy)
    with tempfile.TemporaryDirectory() as folder:
        dump = f"{folder}/dump"
        postgres.run_client("pg_dump", "--format=custom", f"--file={dump}", name)
        postgres.run_client("pg_restore", "--no-owner", f"--dbname={copy}", dump)
    if filestore(name).is_dir():
        shutil.copytree(filestore(name), filestore(copy), copy_function=os.link)
    return copy


def neutralize(name):
    """Do to a database what Odoo does to a copy that is made for tests."""
    _run_odoo(name, f"Odoo could not neutralize {name}", ["neutralize"])


def drop(name):
    """Drop the database and its filestore, disconnecting whoever uses it; ignore it if missing."""
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    shutil.rmtree(filestore(name), ignore_errors=True)


def exists(name):
    return name in _names(name)


def filestore(name):
    return paths().data / "filestore" / name


def own_name(purpose):
    """A database name no other process uses: `storefront_<purpose>_<pid>`."""
    return f"{PREFIX}_{purpose}_{os.getpid()}"


@contextlib.contextmanager
def temporary(template, purpose="test"):
    """A clone that is dropped at the end of the block."""
    name = clone(template, own_name(purpose))
    try:
        yield name
    finally:
        drop(name)


def drop_abandoned():
    """Drop the clones whose process has died without dropping them."""
    for name in _names(f"{PREFIX}_%"):
        pid = name.rpartition("_")[2]
        is_template = name.startswith((f"{PREFIX}_base_", f"{PREFIX}_addon_"))
        if not is_template and pid.isdigit() and not _is_alive(int(pid)):
            drop(name)


def connect(name):
    """A psycopg2 connection to the database `name`."""
    return psycopg2.connect(dbname=name, **postgres.connection())


def _template(name, label, build):
    with exclusive(paths().home / f"{name}.lock"):
        if not exists(name):
            with step(f"Template database: {label}"):
                building = f"{name}_new"
                drop(building)
                build(building)
                _rename(building, name)
    (paths().home / f"{name}.lock").unlink(missing_ok=True)
    return name


def _build_base(name):
    _execute("CREATE DATABASE {} TEMPLATE template0", name)
    _install(name, BASE_MODULES)
    _run_odoo(name, "Odoo could not compile its assets", ["shell"], script=COMPILE_ASSETS)


def _build_test(base, name):
    clone(base, name)
    _install(name, TEST_MODULES)
    _run_odoo(name, "Odoo could not compile its assets", ["shell"], script=COMPILE_ASSETS)


def _build_addon(base, name):
    clone(base, name)
    _install(name, ADDON)


def _install(name, modules):
    arguments = ["-i", modules, "--stop-after-init"]
    _run_odoo(name, f"Odoo could not install {modules}", arguments)


def _run_odoo(name, what, arguments, script=""):
    configuration = odoo.write_configuration(name)
    log = paths().local / f"{name}.log"
    options = ["-c", configuration, "-d", name, "--no-http"]
    odoo.run(*arguments, *options, log=log, what=what, script=script)
    configuration.unlink()
    log.unlink()


def _rename(old, new):
    shutil.rmtree(filestore(new), ignore_errors=True)
    if filestore(old).is_dir():
        filestore(old).rename(filestore(new))
    _execute("ALTER DATABASE {} RENAME TO {}", old, new)


def _drop_outdated(prefix, kept):
    for name in _names(f"{prefix}%")[:-kept]:
        drop(name)


def _addon_sources():
    """Name and content of each file that shapes a database with the addon."""
    files = [ROOT / "__init__.py", ROOT / "__manifest__.py", *ROOT.glob("hooks.py")]
    for folder in ADDON_FOLDERS:
        files += (ROOT / folder).rglob("*.*")
    for file in sorted(files):
        if file.is_file() and file.suffix != ".pyc":
            yield str(file.relative_to(ROOT))
            yield file


def _names(pattern):
    """Names of the databases that match, oldest first."""
    query = "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid"
    with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(query, [pattern.replace("_", r"\_")])
        return [name for (name,) in cursor.fetchall()]


def _execute(statement, *names):
    with contextlib.closing(connect("postgres")) as connection:
        connection.autocommit = True  # databases are created outside transactions
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
