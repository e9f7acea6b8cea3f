# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real Odoo server (prefork) for the demo, the benches and the tests that kill processes."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import psutil

from . import odoo
from .console import SetupError
from .paths import paths

READY_SECONDS = 120
STOP_SECONDS = 30


def free_port():
    """A TCP port of 127.0.0.1 nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OdooServer:
    """One Odoo on one database, at `url` once started.

    `runner` runs queue_job's job runner on `channels`; without it only cron executes work.
    `extra_conf` adds to or replaces options of the configuration file, `extra_env` variables of the
    environment. With `coverage`, the path of a coverage.py configuration, the server's processes
    are measured.
    """

    def __init__(
        self,
        db,
        http_port=None,
        *,
        workers=2,
        runner=True,
        cron_threads=1,
        channels="root:4",
        log_file=None,
        extra_conf=None,
        extra_env=None,
        coverage=None,
    ):
        self.db = db
        self.port = http_port or free_port()
        self.log_file = log_file or paths().local / f"{db}-{self.port}.log"
        self._environment = {**odoo.environment(), **(extra_env or {})}
        self._coverage = coverage or os.environ.get("STOREFRONT_COVERAGE_RC")
        self._process = None
        self._configuration = odoo.write_configuration(
            f"{db}-{self.port}",
            {
                "db_name": db,
                "dbfilter": f"^{re.escape(db)}$",
                "http_port": self.port,
                "gevent_port": free_port(),
                "workers": workers,
                "max_cron_threads": cron_threads,
                **(extra_conf or {}),
            },
            channels=channels if runner else None,
        )

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        self.start()
        self.wait_ready()
        return self

    def __exit__(self, *_error):
        self.stop()

    def start(self):
        """Start the processes, in a process group of their own; don't wait."""
        with open(self.log_file, "a") as log:
            self._process = subprocess.Popen(
                odoo.command("-c", self._configuration, coverage=self._coverage),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, seconds=READY_SECONDS):
        """Wait until the database answers over HTTP; raise SetupError if it doesn't in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise SetupError("Odoo stopped while starting", self.log())
            with contextlib.suppress(OSError, urllib.error.URLError):
                with urllib.request.urlopen(
                    f"{self.url}/web/health?db_server_status=1", timeout=10
                ):
                    return
            time.sleep(0.1)
        raise SetupError(f"Odoo didn't answer within {seconds} s", self.log())

    def stop(self):
        """Stop gracefully: running requests finish. Kill what is left after a while."""
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self):
        """SIGKILL to every process of the server, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._configuration.unlink(missing_ok=True)

    def http_workers(self):
        """The processes (psutil) that answer HTTP requests, jobs among them."""
        return self._workers("WorkerHTTP")

    def http_worker_pids(self):
        return [worker.pid for worker in self.http_workers()]

    def cron_worker_pids(self):
        return [worker.pid for worker in self._workers("WorkerCron")]

    def log(self):
        return self.log_file.read_text(errors="replace")

    def _workers(self, kind):
        # Odoo names its workers with `setproctitle`: "odoo: WorkerHTTP 4711".
        children = psutil.Process(self._process.pid).children(recursive=True)
        return [child for child in children if kind in _command_line(child)]


def _command_line(process):
    """The command line of a process; empty where it has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
