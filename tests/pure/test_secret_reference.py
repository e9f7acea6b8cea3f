# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""References: only what is meant for it is read, and nothing others could read."""

import os

import pytest

from odoo.addons.storefront_connector.tools.secret_reference import (
    MAX_BYTES,
    ReferenceRefused,
    is_reference,
    resolve,
)


@pytest.fixture
def folder(tmp_path):
    allowed = tmp_path / "secrets"
    allowed.mkdir()
    return allowed


def put(path, content=b"hush\n", mode=0o600):
    path.write_bytes(content)
    path.chmod(mode)
    return path


def read(reference, folder="", **environment):
    return resolve(reference, environment=environment, directory=str(folder))


def refused(reference, folder="", **environment):
    """Return the reason for which a reference is refused."""
    with pytest.raises(ReferenceRefused) as caught:
        read(reference, folder, **environment)
    assert "hush" not in str(caught.value)
    return caught.value.reason


def test_what_a_reference_is():
    assert is_reference("env:STOREFRONT_X")
    assert is_reference("file:x")
    assert not is_reference("shpss_1234")
    assert not is_reference("ENV:STOREFRONT_X")


def test_variable():
    assert read("env:STOREFRONT_SHOP", STOREFRONT_SHOP="hush\n") == "hush"
    assert refused("env:STOREFRONT_SHOP") == "missing"
    assert refused("env:STOREFRONT_SHOP", STOREFRONT_SHOP="") == "invalid"


@pytest.mark.parametrize(
    "name",
    ["PGPASSWORD", "", "storefront_shop", "STOREFRONT_", "XSTOREFRONT_A", "STOREFRONT_A\n"],
)
def test_variables_of_others_are_not_read(name):
    assert refused(f"env:{name}", **{name: "hush"}) == "name"


@pytest.mark.parametrize("name", ["STOREFRONT_SECRET_KEYS", "STOREFRONT_SECRET_DIRECTORY"])
def test_the_key_itself_is_no_credential(name):
    assert refused(f"env:{name}", **{name: "hush"}) == "name"


def test_file(folder):
    path = put(folder / "shop")
    assert read("file:shop", folder) == "hush"
    assert read(f"file:{path}", folder) == "hush"
    put(path, b"rotated\r\n")
    assert read("file:shop", folder) == "rotated"


def test_file_within_a_folder_and_behind_a_link_inside(folder):
    """As Kubernetes mounts a secret: the name is a link to a versioned folder."""
    version = folder / "..2026"
    version.mkdir()
    put(version / "shop")
    (folder / "..data").symlink_to(version.name)
    (folder / "shop").symlink_to("..data/shop")
    assert read("file:shop", folder) == "hush"


def test_files_elsewhere_are_not_read(folder):
    outside = put(folder.parent / "outside")
    (folder / "link").symlink_to(outside)
    (folder / "up").symlink_to(folder.parent)
    beside = folder.parent / "secrets-of-others"
    beside.mkdir()
    put(beside / "shop")
    for name in (
        "../outside",
        "link",
        "up/outside",
        str(outside),
        "../secrets-of-others/shop",
        str(beside / "shop"),
        "/etc/hostname",
        "",
        ".",
    ):
        assert refused(f"file:{name}", folder) == "outside", name


def test_without_a_folder_no_file_is_read(folder):
    path = put(folder / "shop")
    assert refused(f"file:{path}") == "outside"
    assert refused("file:shop") == "outside"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o610, 0o666])
def test_a_file_others_can_reach_is_refused(folder, mode):
    put(folder / "shop", mode=mode)
    assert refused("file:shop", folder) == "exposed"


def test_what_is_no_file_with_a_secret(folder):
    assert refused("file:shop", folder) == "missing"
    for content in (b"", b"\n", b"\xff\xfe", b"a" * (MAX_BYTES + 1)):
        put(folder / "shop", content)
        assert refused("file:shop", folder) == "invalid", content[:3]
    (folder / "sub").mkdir()
    assert refused("file:sub", folder) == "invalid"
    os.mkfifo(folder / "pipe", 0o600)
    assert refused("file:pipe", folder) == "invalid"


def test_largest_file(folder):
    put(folder / "shop", b"a" * MAX_BYTES)
    assert read("file:shop", folder) == "a" * MAX_BYTES
