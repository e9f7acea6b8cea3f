# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Start the servers, tell the story, and keep everything up for a look around or stop it."""

import importlib
import os
import signal
import time

from _env import databases, odoo, postgres
from _env.console import say
from _env.server import OdooServer
from cryptography.fernet import Fernet

from .client import LOGIN, PASSWORD, Client, OdooError
from .report import Report, StepFailed
from .story import Story

PRODUCTS = 50
# As the documentation recommends. Jobs run in HTTP workers: with fewer channels than workers, one
# is always free for webhooks; with fewer imports than channels, one for stock and for fetching.
WORKERS = 4
CHANNELS = (
    "root:3,root.storefront.stock:1,root.storefront.fetch:1,"
    "root.storefront.import:2,root.storefront.link:1"
)


def run(platform, *, with_runner, once):
    """Return the exit code: 0 when every step held."""
    storefront_class = importlib.import_module(f".{platform}", __package__).Storefront
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leave as on Ctrl-C: tidily
    report = Report()
    # The server encrypts its secrets, as one in use should. Its database goes with the demo.
    os.environ.setdefault("STOREFRONT_SECRET_KEYS", Fernet.generate_key().decode())
    with postgres.running():
        odoo.link_addon()
        databases.drop_abandoned()
        started = time.monotonic()
        with report.step("Odoo database") as details:
            template = databases.addon_template()
            details.append(template)
        with databases.temporary(template, "demo") as database:
            with storefront_class(PRODUCTS) as storefront:
                return _serve(report, database, storefront, with_runner, once, started)


def _serve(report, database, storefront, with_runner, once, started):
    server = OdooServer(database, workers=WORKERS, runner=with_runner, channels=CHANNELS)
    try:
        with report.step("Servers started") as details:
            server.start()
            server.wait_ready()
            jobs = "queue_job's runner" if with_runner else "cron"
            details += [f"{storefront.name} on {storefront.url}", f"Odoo on {server.url}"]
            details += [f"{WORKERS} workers", f"jobs by {jobs}"]
        client = Client(server.url, database)
        Story(report, server, client, storefront, with_runner=with_runner).tell()
        print(f"{time.monotonic() - started:7.1f} s  in all", flush=True)
        if not once:
            _stay(server, storefront)
    except (StepFailed, OdooError) as error:
        say(f"error: {error}\n  -> Odoo's log is {server.log_file}")
        return 1
    finally:
        server.stop()
    if report.holds:
        server.log_file.unlink()
        return 0
    say(f"error: a limit doesn't hold\n  -> Odoo's log is {server.log_file}")
    return 1


def _stay(server, storefront):
    """Say where to look, and wait for Ctrl-C."""
    print(
        f"\nOdoo: {server.url}/odoo/storefronts  (login {LOGIN}, password {PASSWORD})"
        f"\n{storefront.name}: {storefront.url}  (place more orders here)"
        "\nCtrl-C stops both and drops the database.",
        flush=True,
    )
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()
