# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two Python environments: `venv` runs Odoo and the tests, `tools` the linters and node."""

import shutil
import subprocess
import sys

from .console import SetupError, run, step
from .locks import Stamp
from .paths import ROOT

REQUIREMENTS = ROOT / "dev" / "requirements"
# Odoo 19 needs 3.10; the pinned gevent has no wheel for 3.14.
SUPPORTED = range(10, 14)
OFFLINE = "Check the connection (and the proxy or index in pip's configuration) and run it again."


def runtime(paths):
    """Odoo's libraries, the addon's, and what its tests need."""
    files = [REQUIREMENTS / f"{name}.txt" for name in ("odoo", "addon", "test")]
    # `odoo-addon-queue_job` requires a distribution "odoo" that no index has.
    _environment(paths, paths.venv, "Python packages of Odoo", files, REQUIREMENTS / "queue.txt")


def tools(paths):
    files = [REQUIREMENTS / "lint.txt"]
    _environment(paths, paths.tools, "Python packages of the linters, node", files)


def _environment(paths, folder, name, files, without_dependencies=None):
    python, version = _interpreter()
    every_file = [*files, without_dependencies] if without_dependencies else files
    stamp = Stamp(paths.home, folder.name, version, str(folder), *every_file)
    if stamp.is_done():
        return
    with step(name):
        marker = Stamp(paths.home, f"{folder.name}-created", version, str(folder))
        if not marker.is_done():
            stamp.clear()
            shutil.rmtree(folder, ignore_errors=True)
            _create(python, folder)
            marker.done()
        _install(folder, [argument for file in files for argument in ("-r", str(file))])
        if without_dependencies:
            _install(folder, ["--no-deps", "-r", str(without_dependencies)])
        stamp.done()


def _install(folder, arguments):
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--no-input"]
    run(
        [*pip, "--disable-pip-version-check", *arguments],
        f"pip could not install {' '.join(arguments)}",
        OFFLINE,
    )


def _create(python, folder):
    """Make the venv; where Debian split `ensurepip` off, borrow the system's pip."""
    if subprocess.run([python, "-c", "import ensurepip"], capture_output=True).returncode == 0:
        run([python, "-m", "venv", str(folder)], f"Python could not create {folder}")
        return
    run([python, "-m", "venv", "--without-pip", str(folder)], f"Python could not create {folder}")
    run(
        [python, "-m", "pip", "--python", str(folder / "bin/python"), "install", "--quiet", "pip"],
        "This Python has neither ensurepip nor pip",
        "Install the packages python3-venv and python3-pip and run it again.",
    )


def _interpreter():
    """The path and the version of a Python that can run Odoo."""
    if sys.version_info[0] == 3 and sys.version_info[1] in SUPPORTED:
        return getattr(sys, "_base_executable", sys.executable), f"3.{sys.version_info[1]}"
    for minor in reversed(SUPPORTED):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found, f"3.{minor}"
    raise SetupError(
        f"Python {sys.version.split()[0]} can't run Odoo 19 with the pinned packages",
        todo="Install Python 3.10, 3.11, 3.12 or 3.13.",
    )
