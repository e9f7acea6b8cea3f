# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Set the environment up: every step is skipped when done, and begun anew when interrupted.

Runs on a bare Python. A command calls `enter()` first, which sets up and continues on the
environment's own Python.
"""

import os
import sys
import threading
import time

from . import setup_npm, setup_odoo, setup_python
from .console import say
from .locks import exclusive
from .paths import in_environment, paths

__all__ = ["ensure", "enter", "paths"]


def enter():
    """Set up, then re-run the current command on the environment's Python, once."""
    ensure()
    if not in_environment():
        os.execv(paths().python, [str(paths().python), *sys.argv])


def ensure():
    """Install what is missing and return the paths.

    Raises SetupError, a sentence that says what failed, why and what to do.
    """
    place = paths()
    place.local.mkdir(parents=True, exist_ok=True)
    with exclusive(place.home / "setup.lock"):
        started = time.monotonic()
        fresh = not (place.home / "stamps").exists()
        if fresh:
            say(f"Setting up in {place.home} (once, a few minutes):")
        _at_once(
            lambda: setup_odoo.source(place),
            lambda: setup_python.runtime(place),
            lambda: _tools(place),
        )
        setup_odoo.complete(place)
        if fresh:
            say(f"  {time.monotonic() - started:6.1f} s  in all")
    return place


def _tools(place):
    setup_python.tools(place)
    setup_npm.packages(place)
    setup_npm.prettier(place)


def _at_once(*tasks):
    """Run the tasks in threads (they wait for downloads); raise the first error."""
    errors = []

    def guarded(task):
        try:
            task()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
