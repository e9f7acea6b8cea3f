# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo 19: Debian's package, made whole, or the checkout named by ODOO_PATH.

Debian replaces the JavaScript libraries and fonts in Odoo by relative links to its own packages.
Unpacked beside Odoo in one tree those links hold, but for a few files whose packages have moved on.
"""

import os
import re
import shutil

from . import setup_debian
from .console import SetupError, step
from .locks import Stamp, digest

PACKAGES = (
    "odoo-19",
    "fonts-dejavu-core",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
INCONSOLATA = "usr/share/fonts/truetype/inconsolata/Inconsolata.otf"
# Debian leaves this library out, but the bundle that names it is generated with all others. Only
# the blurred background of video calls uses it.
LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def source(paths):
    """Unpack Odoo, or check that ODOO_PATH holds Odoo 19."""
    if os.environ.get("ODOO_PATH"):
        version(paths)
        return
    stamp = setup_debian.stamp(paths, *PACKAGES)
    if stamp.is_done():
        return
    with step("Odoo 19, fonts and JavaScript libraries of Debian"):
        stamp.clear()
        setup_debian.unpack(paths, PACKAGES)
        stamp.done()


def complete(paths):
    """Put right what Debian's unpacked package lacks; needs `npm` (see setup_npm)."""
    if os.environ.get("ODOO_PATH"):
        return
    stamp = Stamp(paths.home, "odoo-completed", *PACKAGES, version(paths))
    if stamp.is_done():
        return
    _link_font_awesome(paths)
    _link_inconsolata(paths)
    left_out = paths.odoo / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.write_text("// Not part of Debian's package.\n")
    _check_links(paths)
    stamp.done()


def version(paths):
    """Odoo's version with a fingerprint of its release file, such as `19.0-3f2a…`."""
    release = paths.odoo / "odoo" / "release.py"
    if not release.exists():
        raise SetupError(f"No Odoo in {paths.odoo}", todo=setup_debian.NO_DEBIAN)
    found = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M)
    if not found or found[1] != "19":
        raise SetupError(f"{paths.odoo} is not Odoo 19", todo="Set ODOO_PATH to Odoo 19.0.")
    return f"{found[1]}.{found[2]}-{digest(release, str(paths.odoo))}"


def addons_folders(paths):
    """Odoo's own addons folders: a git checkout keeps most addons in `addons/`."""
    folders = (paths.odoo / "odoo/addons", paths.odoo / "addons")
    return [folder for folder in folders if (folder / "web").is_dir() or (folder / "base").is_dir()]


def _link_font_awesome(paths):
    """Odoo uses Font Awesome 4; Debian's package of that name has become version 7."""
    fonts = paths.debian / "usr/share/fonts-font-awesome/fonts"
    shutil.rmtree(fonts, ignore_errors=True)
    shutil.copytree(paths.npm / "font-awesome/fonts", fonts)


def _link_inconsolata(paths):
    """The package now has one file per weight, in another folder."""
    link = paths.debian / INCONSOLATA
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to("../../opentype/inconsolata/Inconsolata-Regular.otf")


def _check_links(paths):
    """Fail, naming them, if links in Odoo lead nowhere: its asset bundles would break."""
    dangling = []
    for folder, _subfolders, files in os.walk(paths.odoo):
        for name in files:
            file = os.path.join(folder, name)
            if os.path.islink(file) and not os.path.exists(file):
                dangling.append(f"{file} -> {os.readlink(file)}")
    if dangling:
        todo = "A Debian package has moved its files: see dev/_env/setup_odoo.py."
        raise SetupError("Files of Odoo are links to nothing", "\n".join(dangling), todo)
