# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the developer reads while a command works. On stderr, so that stdout stays the command's."""

import contextlib
import subprocess
import sys
import threading
import time

_print_lock = threading.Lock()


class SetupError(Exception):
    """Something the developer must know or do; shown as a sentence, without a traceback.

    `what` failed, `why` (the tool's own words), and what `todo` about it.
    """

    def __init__(self, what, why="", todo=""):
        self.what, self.why, self.todo = what, why, todo
        super().__init__(what)

    def __str__(self):
        lines = [self.what]
        lines += [f"    {line}" for line in self.why.strip().splitlines()[-15:]]
        if self.todo:
            lines.append(f"  -> {self.todo}")
        return "\n".join(lines)


def say(line):
    with _print_lock:
        print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(name):
    """Print `name` with its seconds once the block has succeeded."""
    started = time.monotonic()
    yield
    say(f"  {time.monotonic() - started:6.1f} s  {name}")


def run(command, what, todo="", **options):
    """Run `command` quietly and return its stdout.

    Raises SetupError naming `what` failed, with the command's last lines, when it exits non-zero
    or doesn't exist.
    """
    options = {"stdin": subprocess.DEVNULL, "text": True, "errors": "replace", **options}
    try:
        done = subprocess.run(command, capture_output=True, check=False, **options)
    except FileNotFoundError as error:
        raise SetupError(what, f"{error.filename} is not installed", todo) from error
    if done.returncode:
        raise SetupError(what, done.stderr or done.stdout, todo)
    return done.stdout


@contextlib.contextmanager
def readable_errors():
    """Turn a SetupError into its sentence and exit code 1, Ctrl-C into exit code 130."""
    try:
        yield
    except SetupError as error:
        say(f"error: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)
