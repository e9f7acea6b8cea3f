# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run a group of tests and say what came of it."""

import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

from . import browser, databases, odoo, selection
from .console import say
from .paths import ADDON, ROOT, paths
from .server import free_port

# `2026-11-23 10:56:50,553 16200 WARNING mydb odoo.addons.x: text`
LOG_LINE = re.compile(r"^[\d-]+ [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): (?P<text>.*)")
TOTALS = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
SKIPPED = re.compile(r"^skipped ")
LOUD = ("WARNING", "ERROR", "CRITICAL")


@dataclass
class Outcome:
    """What a group did: counts, and reasons why the run fails even so."""

    name: str
    passed: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)


def run_pytest(group, files, text, coverage=None):
    """Run the files of tests/<group> with pytest, which prints its own report."""
    results = paths().local / f"results-{group}-{os.getpid()}.xml"
    measured = ["-m", "coverage", "run", f"--rcfile={coverage}"] if coverage else []
    filtered = ["-k", text] if text else []
    started = time.monotonic()
    done = subprocess.run(
        [
            sys.executable,
            *measured,
            "-m",
            "pytest",
            "-q",
            *filtered,
            f"--junitxml={results}",
            *files,
        ],
        cwd=selection.TESTS / group,
        env={**os.environ, **({"STOREFRONT_COVERAGE_RC": str(coverage)} if coverage else {})},
        check=False,
    )
    outcome = _read_junit(group, results)
    if done.returncode not in (0, 1, 5) or done.returncode == 1 and not outcome.failed:
        outcome.problems.append(f"pytest ended with exit code {done.returncode}")
    _say(outcome, started)
    return outcome


def run_odoo(tags, coverage=None):
    """Install the addon in a fresh database and run its tests within Odoo."""
    started = time.monotonic()
    if selection.needs_browser(tags):
        browser.ensure()
    with databases.temporary(databases.test_template()) as name:
        configuration = odoo.write_configuration(
            name, {"http_port": free_port(), "gevent_port": free_port()}
        )
        arguments = ["-c", configuration, "-d", name, "-i", ADDON, "--stop-after-init"]
        process = subprocess.Popen(
            odoo.command(*arguments, "--test-tags", tags, coverage=coverage),
            env=odoo.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        log = paths().local / f"{name}.log"
        outcome = _read_log(process.stdout, log)
        if process.wait() and not outcome.failed:
            outcome.problems.append(f"Odoo ended with exit code {process.returncode}")
        configuration.unlink()
    _keep_if_useful(log, outcome)
    _say(outcome, started)
    return outcome


def _read_junit(group, results):
    outcome = Outcome(group)
    if not results.exists():
        return outcome
    suite = ElementTree.parse(results).getroot().find("testsuite")
    results.unlink()
    count = {key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")}
    outcome.failed = count["failures"] + count["errors"]
    outcome.passed = count["tests"] - outcome.failed - count["skipped"]
    if count["skipped"]:
        outcome.problems.append(f"{count['skipped']} tests were skipped")
    return outcome


def _read_log(lines, file):
    """Follow Odoo's log: keep all of it in `file`, show what is loud, count the tests."""
    outcome = Outcome("odoo")
    shown = True  # what comes before the log: Python couldn't start Odoo
    with open(file, "w") as copy:
        for line in lines:
            copy.write(line)
            found = LOG_LINE.match(line)
            if found:
                shown = found["level"] in LOUD and _is_ours(found)
                _take(outcome, found)
            if shown:  # or continues a line that is, as tracebacks do
                sys.stdout.write(line)
    if not outcome.passed + outcome.failed:
        outcome.problems.append("Odoo ran no test")
    return outcome


def _keep_if_useful(log, outcome):
    if outcome.failed or outcome.problems:
        say(f"           Odoo's whole log is {log.relative_to(ROOT)}")
    else:
        log.unlink()


def _take(outcome, found):
    totals = TOTALS.search(found["text"])
    if totals:
        failed, errors, tests = map(int, totals.groups())
        outcome.failed = failed + errors
        outcome.passed = tests - outcome.failed
    elif SKIPPED.match(found["text"]):
        outcome.problems.append(found["text"])
    elif found["level"] in LOUD and _is_ours(found) and not _is_test_report(found):
        problem = f"{found['level']} in the log: {found['text']}"
        if problem not in outcome.problems:
            outcome.problems.append(problem)


def _is_ours(found):
    """Whether a line of the log comes from the addon or is about it."""
    return found["logger"].startswith(f"odoo.addons.{ADDON}") or "storefront" in found["text"]


def _is_test_report(found):
    """A failed test is logged as an error too; it counts as failed, once."""
    return found["text"].startswith(("FAIL: ", "ERROR: ")) or found["logger"].startswith(
        ("odoo.tests", "odoo.modules.loading")
    )


def _say(outcome, started):
    seconds = time.monotonic() - started
    say(f"  {seconds:6.1f} s  {outcome.name}: {outcome.passed} passed, {outcome.failed} failed")
