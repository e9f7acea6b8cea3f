# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fetch and unpack Debian packages without root, without touching the system's own apt.

apt runs on a private state and cache. The archive's address is the one the system already uses
(a mirror, a proxy and their credentials included); signatures are checked with Debian's keyring.
"""

import os
import re
import shutil
from pathlib import Path

from .console import SetupError, run
from .locks import Stamp

SUITE = "sid"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ETC_APT = Path("/etc/apt")
NO_DEBIAN = (
    "Set ODOO_PATH to a git checkout of Odoo 19.0 (the folder that contains `odoo/` and `addons/`)."
)
CONFIGURATION = """\
Dir::State "{state}";
Dir::State::status "{state}/status";
Dir::Cache "{state}/cache";
Dir::Etc::sourcelist "{state}/sources.list";
Dir::Etc::sourceparts "{state}/none";
Dir::Etc::preferences "{state}/none";
Dir::Etc::preferencesparts "{state}/none";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "{user}";
"""


def unpack(paths, packages):
    """Unpack `packages` of Debian's suite sid into `paths.debian`."""
    archives = paths.home / "debian-archives"
    shutil.rmtree(archives, ignore_errors=True)
    archives.mkdir(parents=True)
    environment = _private_apt(paths.home / "apt")
    what = f"apt could not download {' '.join(packages)} from Debian {SUITE}"
    todo = f"Check the connection and run it again. {NO_DEBIAN}"
    run(["apt-get", "update", "-q"], what, todo, env=environment)
    run(["apt-get", "download", "-q", *packages], what, todo, env=environment, cwd=archives)
    # A half-unpacked tree of an interrupted run must not survive.
    shutil.rmtree(paths.debian, ignore_errors=True)
    for archive in sorted(archives.glob("*.deb")):
        run(["dpkg-deb", "-x", str(archive), str(paths.debian)], f"dpkg-deb: {archive.name}")
    shutil.rmtree(archives)


def stamp(paths, *inputs):
    return Stamp(paths.home, "debian", SUITE, *inputs)


def _private_apt(state):
    """Lay out apt's private folders; return the environment that makes apt use them."""
    for folder in ("lists/partial", "cache/archives/partial", "none"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    source = f"deb [signed-by={KEYRING}] {_archive_uri()} {SUITE} main\n"
    (state / "sources.list").write_text(source)
    # apt drops to the user _apt, who can't write here.
    user = "root" if os.geteuid() == 0 else ""
    (state / "apt.conf").write_text(CONFIGURATION.format(state=state, user=user))
    return {**os.environ, "APT_CONFIG": str(state / "apt.conf"), "LC_ALL": "C.UTF-8"}


def _archive_uri():
    """The address of Debian's main archive in the system's own sources."""
    codename = _codename()
    files = [ETC_APT / "sources.list", *sorted((ETC_APT / "sources.list.d").glob("*.*"))]
    for file in files:
        if not file.is_file():
            continue
        read = {".list": _read_list, ".sources": _read_deb822}.get(file.suffix)
        for uri, suites, components in read(file.read_text()) if read else ():
            if suites & {codename, "stable", "testing", "unstable", "sid"} and "main" in components:
                return uri
    raise SetupError("No Debian archive in the system's apt sources", todo=NO_DEBIAN)


def _codename():
    match = re.search(r"^VERSION_CODENAME=(\S+)$", Path("/etc/os-release").read_text(), re.M)
    return match[1] if match and KEYRING.exists() else ""


def _read_list(text):
    """One-line format: `deb [options] uri suite component…`."""
    for line in text.splitlines():
        words = re.sub(r"\[[^]]*\]", "", line.partition("#")[0]).split()
        if len(words) > 3 and words[0] == "deb":
            yield words[1], {words[2]}, words[3:]


def _read_deb822(text):
    """Stanza format: `Types: deb`, `URIs:`, `Suites:`, `Components:`."""
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, re.M))
        fields = {name.lower(): value.split() for name, value in fields.items()}
        if fields.get("enabled") == ["no"] or "deb" not in fields.get("types", ()):
            continue
        for uri in fields.get("uris", ()):
            yield uri, set(fields.get("suites", ())), fields.get("components", ())
