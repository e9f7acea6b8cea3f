# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which tests a filter means. A filter is a part of `file::Class::method`, in any case."""

import ast

from .paths import ADDON, ROOT

TESTS = ROOT / "tests"
# Which classes run beside which, so that both halves take about as long.
SLOW = ("TestOrderChain",)
SPLIT_AT = "TestJobs"
BROWSER_CALLS = ("start_tour(", "browser_js(")


def odoo_tags(text):
    """The value of Odoo's --test-tags for the filter; empty if no test of Odoo's run matches."""
    tags = []
    for file in odoo_files():
        for class_name, methods in _classes(file):
            if _matches(text, file.stem, class_name):
                tags.append(f"/{ADDON}:{class_name}")
                continue
            tags += [
                f"/{ADDON}:{class_name}.{method}" for method in methods if _matches(text, method)
            ]
    return ",".join(tags)


def odoo_halves():
    """Tags for two runs at once that together are all tests of Odoo's run.

    The second is all that the first isn't, so that none can be left out."""
    names = sorted(name for file in odoo_files() for name, _methods in _classes(file))
    first = [f"/{ADDON}:{name}" for name in names if name in SLOW or name < SPLIT_AT]
    return ",".join(first), ",".join([f"/{ADDON}", *(f"-{tag}" for tag in first)])


def odoo_files():
    return sorted(TESTS.glob("test_*.py"))


def pytest_files(group, text):
    """The files of a pytest group with a test that matches; inherited ones count as matching."""
    files = sorted((TESTS / group).rglob("test_*.py"))
    if not text:
        return ["."] if files else []
    return [file for file in files if _file_matches(file, text)]


def needs_browser(tags):
    """Whether the selected tests of Odoo drive a browser."""
    classes = {tag.partition(":")[2].partition(".")[0] for tag in tags.split(",")}
    return any(
        any(call in file.read_text() for call in BROWSER_CALLS)
        and ("" in classes or classes & {name for name, _methods in _classes(file)})
        for file in odoo_files()
    )


def _file_matches(file, text):
    tree = ast.parse(file.read_text())
    names = [file.stem]
    inherits = False
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.append(node.name)
        inherits = inherits or isinstance(node, ast.ClassDef) and bool(node.bases)
    return inherits or _matches(text, *names)


def _classes(file):
    """(name, test methods) of each class in the file."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.ClassDef):
            methods = [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
            yield node.name, [name for name in methods if name.startswith("test")]


def _matches(text, *names):
    return any(text.lower() in name.lower() for name in names)
