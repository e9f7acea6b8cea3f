# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Odoo is called in this environment: configuration file, command and process environment."""

import configparser
import os
import subprocess

from . import postgres, setup_odoo
from .console import SetupError
from .paths import ADDON, ROOT, paths

LAUNCHER = ROOT / "dev/_env/bin/odoo-bin"
QUEUE_JOB_ADDONS = "odoo/addons"  # in site-packages


def write_configuration(name, options=None, channels=None):
    """Write `.dev/<name>.conf` and return its path.

    `options` are added to or replace those every Odoo here has; `channels` configures queue_job's
    runner (`root:0` keeps it from running).
    """
    parser = configparser.ConfigParser(interpolation=None)
    parser["options"] = {
        key: str(value) for key, value in {**_defaults(), **(options or {})}.items()
    }
    parser["queue_job"] = {"channels": channels or "root:0"}
    file = paths().local / f"{name}.conf"
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w") as handle:
        parser.write(handle)
    file.chmod(0o600)
    return file


def command(*arguments, coverage=None):
    """The command line of Odoo; with `coverage`, a coverage.py configuration, it is measured."""
    measured = ["-m", "coverage", "run", f"--rcfile={coverage}"] if coverage else []
    return [str(paths().python), *measured, str(LAUNCHER), *map(str, arguments)]


def environment():
    """The environment variables of an Odoo process."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        # Odoo reads its options from these too, and they would win over the file.
        if not name.startswith(("ODOO_", "PG"))
    }
    return {
        **inherited,
        "PYTHONPATH": str(paths().odoo),
        "PATH": f"{paths().venv / 'bin'}:{os.environ['PATH']}",
        "TZ": "UTC",
    }


def run(*arguments, log, what, script=""):
    """Run Odoo to its end with its output in the file `log`; raise SetupError if it fails.

    `script` is Python code for the subcommand `shell`.
    """
    with open(log, "w") as output:
        done = subprocess.run(
            command(*arguments),
            env=environment(),
            input=script,
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    text = log.read_text(errors="replace")
    if done.returncode or " CRITICAL " in text:
        raise SetupError(what, text, f"The whole log is {log}")


def call(arguments):
    """Run Odoo's command line in the foreground; return its exit code.

    The configuration goes where Odoo looks for it, so that each of its subcommands finds it.
    """
    configuration = write_configuration("odoo")
    process = subprocess.Popen(
        command(*arguments), env={**environment(), "ODOO_RC": str(configuration)}
    )
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C reached Odoo as well: let it finish.


def link_addon():
    """Make this checkout an addon called `storefront_connector`, whatever its folder's name."""
    link = paths().addons / ADDON
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.resolve() != ROOT:
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT, target_is_directory=True)


def addons_path(*more):
    """The value of Odoo's option `addons_path`; `more` are folders behind the usual ones."""
    folders = [
        paths().addons,
        paths().site_packages / QUEUE_JOB_ADDONS,
        *setup_odoo.addons_folders(paths()),
        *more,
    ]
    return ",".join(map(str, folders))


def _defaults():
    server = postgres.connection()
    return {
        "addons_path": addons_path(),
        "data_dir": paths().data,
        "db_host": server["host"],
        "db_port": server["port"],
        "db_user": server["user"],
        **({"db_password": server["password"]} if server["password"] else {}),
        # Prefork workers hold a few connections each.
        "db_maxconn": 24,
        "server_wide_modules": "base,rpc,web,queue_job",
        "http_interface": "127.0.0.1",
        "workers": 0,
        "max_cron_threads": 0,
        "without_demo": True,
        "admin_passwd": "admin",
        "list_db": False,
    }
