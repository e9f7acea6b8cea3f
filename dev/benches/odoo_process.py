# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo without HTTP whose functions a bench calls, one at a time.

The bench keeps two of them, say with and without the addon, and has them work alternately, so that
what disturbs the machine disturbs both.
"""

import contextlib
import itertools
import json
import subprocess

from _env import odoo
from _env.console import SetupError
from _env.paths import ROOT, paths

_NUMBERS = itertools.count()


class OdooProcess:
    """A process on the database `db` that serves the functions of `benches.inside.<work>`."""

    def __init__(self, db, work):
        name = f"{db}-{work}-{next(_NUMBERS)}"  # several may do the same work at once
        self._configuration = odoo.write_configuration(name, {"log_level": "warn"})
        self._log_file = paths().local / f"{name}.log"
        environment = odoo.environment()
        # Odoo compares more or less domains as hashes happen to fall: alike in all processes.
        environment["PYTHONHASHSEED"] = "0"
        environment["PYTHONPATH"] += f":{ROOT / 'dev'}"
        arguments = ["-m", "benches.inside.serve", self._configuration, db, work]
        with open(self._log_file, "w") as log:
            self._process = subprocess.Popen(
                [paths().python, *map(str, arguments)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._configuration.unlink(missing_ok=True)

    def call(self, function, **arguments):
        """Call a function and return what it returns; raise SetupError where it failed."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps([function, arguments]) + "\n")
            self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            log = self._log_file.read_text(errors="replace")
            raise SetupError(
                f"{function} failed in Odoo", log, f"The whole log is {self._log_file}"
            )
        return json.loads(answer)
