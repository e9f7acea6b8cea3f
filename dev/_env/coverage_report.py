# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Statement coverage of the addon, added up over all groups of tests and their processes."""

import shutil
import subprocess

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
"""


def start():
    """Forget earlier measurements; return the path of coverage.py's configuration."""
    folder = paths().local / "coverage"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sources = "\n    ".join(str(ROOT / name) for name in MEASURED)
    file = folder / "coverage.rc"
    file.write_text(CONFIGURATION.format(folder=folder, sources=sources))
    return file


def report(configuration):
    """Print the report; return whether it reaches the required percentage."""
    _coverage(configuration, "combine", "--quiet")
    return _coverage(configuration, "report", f"--fail-under={REQUIRED_PERCENT}") == 0


def _coverage(configuration, action, *arguments):
    command = [str(paths().python), "-m", "coverage", action, f"--rcfile={configuration}"]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode
