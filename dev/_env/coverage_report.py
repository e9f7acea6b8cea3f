# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Statement coverage of the addon, added up over all groups of tests and their processes."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from .paths import ROOT, paths

REQUIRED_PERCENT = 90
MEASURED = ("platforms", "flows", "models", "controllers")
CONFIGURATION = """\
[run]
data_file = {folder}/data
parallel = true
source_dirs =
    {sources}
# Odoo's prefork workers are forked from a measured process.
patch =
    fork
    _exit
[report]
show_missing = true
skip_covered = true
skip_empty = true
exclude_also =
    if TYPE_CHECKING:
    @abstractmethod
    raise NotImplementedError
"""


def start():
    """Return the path of a coverage.py configuration, in a folder for this run's measurements."""
    folder = Path(tempfile.mkdtemp(prefix="coverage-", dir=paths().local))
    sources = "\n    ".join(str(ROOT / name) for name in MEASURED)
    file = folder / "coverage.rc"
    file.write_text(CONFIGURATION.format(folder=folder, sources=sources))
    return file


def report(configuration):
    """Print the report; return whether it reaches the required percentage.

    Forgets the measurements.
    """
    _coverage(configuration, "combine", "--quiet")
    reached = _coverage(configuration, "report", f"--fail-under={REQUIRED_PERCENT}") == 0
    shutil.rmtree(configuration.parent)
    return reached


def _coverage(configuration, action, *arguments):
    command = [str(paths().python), "-m", "coverage", action, f"--rcfile={configuration}"]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode
