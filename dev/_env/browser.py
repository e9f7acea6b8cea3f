# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser of Odoo's tours. Odoo skips them without one; here they must run or fail."""

import os
import shutil

from .console import SetupError, run, step

# Those Odoo looks for: `odoo/tests/common.py`, ChromeBrowser.executable (19.0).
KNOWN = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
REMEDY = "Install the package chromium (Debian, Ubuntu) or Google Chrome and run it again."


def ensure():
    """Install Debian's Chromium when there is none and we may; raise SetupError otherwise."""
    if executable():
        return
    what = "The browser tests need Chromium or Chrome"
    if os.geteuid() or not shutil.which("apt-get"):
        raise SetupError(what, todo=REMEDY)
    with step("Chromium from Debian"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-q"], what, REMEDY, env=environment)
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
        run(install, what, REMEDY, env=environment)


def executable():
    """The path of the browser; None where there is none."""
    return next(filter(None, map(shutil.which, KNOWN)), None)
