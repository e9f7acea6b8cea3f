# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The linters, each a local command: no hook repository is cloned."""

import os
import subprocess
import sys
import time

from . import odoo
from .paths import ADDON, ROOT, paths

# What Odoo loads; the linters for modules must not follow dev/ or .dev/.
ODOO_CODE = (
    "__init__.py",
    "__manifest__.py",
    "controllers",
    "flows",
    "models",
    "platforms",
    "tests",
    "tools",
    "wizards",
)
XML_FOLDERS = ("data", "security", "static", "views", "wizards")


def run(*, fix=False):
    """Run all linters, each with its time; return 1 if one finds something."""
    odoo.link_addon()
    failed = []
    for name, command, folder in _linters(fix):
        started = time.monotonic()
        done = subprocess.run(command, cwd=folder, env=_environment(), check=False)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{time.monotonic() - started:6.1f} s  {name}: {verdict}", flush=True)
        failed += [name] if done.returncode else []
    if failed:
        print(f"linters that found something: {', '.join(failed)}")
    return 1 if failed else 0


def _linters(fix):
    """(name, command, working folder) of each linter."""
    module = paths().addons / ADDON
    yield "ruff check", _tool("ruff", "check", *(["--fix"] if fix else []), "."), ROOT
    yield "ruff format", _tool("ruff", "format", *([] if fix else ["--check"]), "."), ROOT
    yield "mypy --strict", _tool("mypy", "platforms", "tools"), ROOT
    yield (
        "pylint-odoo",
        _tool("pylint", f"--rcfile={ROOT / '.pylintrc'}", *_odoo_code()),
        paths().addons,
    )
    yield "oca-checks-odoo-module", _tool("oca-checks-odoo-module", str(module)), module
    translations = sorted(map(str, (ROOT / "i18n").glob("*.po*")))
    if translations:
        yield "oca-checks-po", _tool("oca-checks-po", *translations), module
    yield "prettier (XML)", _prettier(fix), ROOT
    readme = [sys.executable, str(ROOT / "dev/readme"), *([] if fix else ["--check"])]
    yield "README.rst", readme, ROOT


def _tool(name, *arguments):
    return [str(paths().tools / "bin" / name), *arguments]


def _odoo_code():
    return [f"{ADDON}/{name}" for name in ODOO_CODE if (ROOT / name).exists()]


def _prettier(fix):
    program = paths().npm / "node_modules/prettier/bin/prettier.cjs"
    files = sorted(str(file) for name in XML_FOLDERS for file in (ROOT / name).rglob("*.xml"))
    plugin = paths().npm / "node_modules/@prettier/plugin-xml/src/plugin.js"
    options = ["--write" if fix else "--check", "--log-level=warn", f"--plugin={plugin}"]
    return _tool("node", str(program), *options, *files)


def _environment():
    return {**os.environ, "PATH": f"{paths().tools / 'bin'}:{os.environ['PATH']}"}
