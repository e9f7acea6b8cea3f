# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The arrows between the layers, the shape of a platform's folder, and sizes.

Arrows run one way: controllers, wizards and models -> flows -> platforms' common modules, and a
backend's extension for one platform -> that platform's folder. See readme/DEVELOP.md.
"""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDON = "odoo.addons.storefront_connector"
PLATFORMS = sorted(
    folder.name for folder in (ROOT / "platforms").iterdir() if (folder / "adapter.py").exists()
)
KNOWN_PLATFORMS = {"shopify", "woocommerce", "magento", "prestashop", *PLATFORMS}
# The vendors' SDKs. A platform that uses one imports it in its sdk.py alone: what of it is unsafe
# among many stores in one process is then seen at a glance.
SDKS = {"shopify", "pyactiveresource", "woocommerce"}
LIBRARIES = {"requests", "urllib3"}
# What tools/ may use: plain Python that models call, testable without Odoo.
TOOL_LIBRARIES = {"cryptography"}
# What every platform has: the same question is answered in the same file everywhere.
PLATFORM_FILES = {
    "__init__.py",
    "adapter.py",
    "client.py",
    "parse.py",
    "build.py",
    "webhooks.py",
    "const.py",
    "README.md",
}
# What only some have: an SDK that is safe in parts, tokens that are granted and end.
OPTIONAL_FILES = {"sdk.py", "token.py"}
COMMON_FOR_FLOWS = ("adapter", "documents", "errors")
MAX_FILE_LINES = 450
MAX_FUNCTION_LINES = 50
UNLIMITED = {"queries.py", "const.py"}


def sources(*folders):
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [pytest.param(file, id=str(file.relative_to(ROOT))) for file in files]


def imported(file):
    """The dotted names a file imports, relative ones made absolute below the addon."""
    package = [ADDON, *file.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (start, node.module)))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def inside(name, folder):
    return f"{name}.".startswith(f"{ADDON}.{folder}.")


def platform_of(name):
    """The platform whose folder an imported name lies in, if any."""
    return next((one for one in PLATFORMS if inside(name, f"platforms.{one}")), None)


def test_the_checks_see_the_code():
    assert "shopify" in PLATFORMS
    assert f"{ADDON}.platforms.errors.BadPayload" in set(
        imported(ROOT / "platforms/shopify/webhooks.py")
    )


@pytest.mark.parametrize("file", sources("platforms"))
def test_platforms_import_only_plain_python(file):
    sdks = SDKS if file.name == "sdk.py" else set()
    allowed = sys.stdlib_module_names | LIBRARIES | sdks
    own = file.relative_to(ROOT).parts[1]
    for name in imported(file):
        if inside(name, "platforms"):
            assert platform_of(name) in (None, own), f"{own} imports {name}"
        else:
            assert name.partition(".")[0] in allowed, name


@pytest.mark.parametrize("file", sources("tools"))
def test_tools_are_plain_python(file):
    for name in imported(file):
        root = name.partition(".")[0]
        assert inside(name, "tools") or root in sys.stdlib_module_names | TOOL_LIBRARIES, name


@pytest.mark.parametrize("file", sources("platforms", "tools"))
def test_imports_within_platforms_are_relative(file):
    absolute = re.findall(r"^\s*(?:from|import) (?:odoo|platforms)\b.*", file.read_text(), re.M)
    assert absolute == []


@pytest.mark.parametrize("file", sources("flows"))
def test_flows_know_only_what_platforms_have_in_common(file):
    for name in imported(file):
        if inside(name, "platforms"):
            assert any(inside(name, f"platforms.{part}") for part in COMMON_FOR_FLOWS), name
        assert not inside(name, "controllers")
        assert not inside(name, "wizards")


@pytest.mark.parametrize("file", sources("flows"))
def test_flows_name_no_platform(file):
    named = [word for word in KNOWN_PLATFORMS if word in file.read_text().lower()]
    assert named == []


@pytest.mark.parametrize("file", sources("models", "controllers", "wizards"))
def test_only_a_backends_extension_imports_its_platform(file):
    reached = {platform_of(name) for name in imported(file)} - {None}
    own = re.fullmatch(r"storefront_backend_(\w+)\.py", file.name)
    assert reached <= ({own[1]} if own else set())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_has_the_same_files(platform):
    found = {file.name for file in (ROOT / "platforms" / platform).iterdir() if file.is_file()}
    assert PLATFORM_FILES - found == set()
    # A file that grew too long is split under its own name: parse.py, parse_order.py.
    stems = {name.partition(".")[0] for name in PLATFORM_FILES} | {"queries"}
    extra = {one for one in found - PLATFORM_FILES - OPTIONAL_FILES if one.endswith(".py")}
    assert {name for name in extra if re.split(r"[_.]", name)[0] not in stems} == set()


CODE = ("platforms", "tools", "flows", "models", "controllers", "wizards", "dev", "tests")


def test_files_and_functions_stay_short():
    assert [line for one in sources(*CODE) for line in too_long(one.values[0])] == []


def too_long(file):
    """Say what is too long in a file; a file of queries or constants has no limit."""
    if file.name in UNLIMITED:
        return
    text = file.read_text()
    if len(text.splitlines()) > MAX_FILE_LINES:
        yield f"{file}: {len(text.splitlines())} lines"
    # A file no longer than a function may be needs no parsing.
    if len(text.splitlines()) <= MAX_FUNCTION_LINES:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{file}: {node.name}: {length} lines"
