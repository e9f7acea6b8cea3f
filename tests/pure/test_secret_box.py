# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sealing and opening: with a key, without one, with several, with a wrong one."""

import pytest
from cryptography.fernet import Fernet

from odoo.addons.storefront_connector.tools.secret_box import KeyInvalid, SecretBox, Unreadable

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
PLACE = "7/client_secret"


def test_what_is_sealed_can_be_opened_and_not_read():
    box = SecretBox([NEW])
    for value in ("hush", "ünïcödé ✓", "clear:hush", "a" * 5000, " "):
        sealed = box.seal(value, PLACE)
        assert value.strip() not in sealed or not value.strip()
        assert box.open(sealed, PLACE) == value


def test_the_same_value_is_sealed_differently_each_time():
    box = SecretBox([NEW])
    assert box.seal("hush", PLACE) != box.seal("hush", PLACE)


def test_without_a_key_the_value_is_marked_as_clear():
    box = SecretBox([])
    assert not box.has_key
    assert box.seal("hush", PLACE) == "clear:hush"
    assert box.open("clear:hush", PLACE) == "hush"
    assert box.open(box.seal("fernet:x:y", PLACE), PLACE) == "fernet:x:y"


def test_a_value_from_before_there_was_a_key_opens_and_is_not_current():
    box = SecretBox([NEW])
    assert box.open("clear:hush", PLACE) == "hush"
    assert not box.is_current("clear:hush")
    assert box.is_current(box.reseal("clear:hush", PLACE))


def test_rotating_the_key():
    sealed = SecretBox([OLD]).seal("hush", PLACE)
    both = SecretBox([NEW, OLD])
    assert both.open(sealed, PLACE) == "hush"
    assert not both.is_current(sealed)
    resealed = both.reseal(sealed, PLACE)
    assert both.is_current(resealed)
    assert SecretBox([NEW]).open(resealed, PLACE) == "hush"
    with pytest.raises(Unreadable):
        SecretBox([OLD]).open(resealed, PLACE)


@pytest.mark.parametrize("keys", [[], [OLD]], ids=["no key", "another key"])
def test_without_its_key_nothing_opens(keys):
    sealed = SecretBox([NEW]).seal("hush", PLACE)
    with pytest.raises(Unreadable) as caught:
        SecretBox(keys).open(sealed, PLACE)
    assert caught.value.__cause__ is None


def test_a_text_moved_to_another_row_does_not_open():
    box = SecretBox([NEW])
    with pytest.raises(Unreadable):
        box.open(box.seal("hush", PLACE), "8/client_secret")


def test_a_text_that_was_changed_does_not_open():
    box = SecretBox([NEW])
    sealed = box.seal("hush", PLACE)
    middle = len(sealed) - 20
    letter = "A" if sealed[middle] != "A" else "B"
    prefix = sealed.rpartition(":")[0]
    token_of_others = f"{prefix}:{Fernet(NEW).encrypt(b'no json').decode()}"
    for text in (
        sealed[:middle] + letter + sealed[middle + 1 :],
        sealed[:-4],
        f"{prefix}:",
        "hush",
        "",
        token_of_others,
    ):
        with pytest.raises(Unreadable):
            box.open(text, PLACE)


@pytest.mark.parametrize("bad", ["passphrase", "A" * 44, "ключ", NEW[:-2], f"{NEW}{NEW}"])
def test_a_key_that_is_none_is_told_by_its_number_only(bad):
    box = SecretBox([NEW, bad])
    assert box.invalid_key == 2
    assert box.has_key
    sealed = SecretBox([NEW]).seal("hush", PLACE)
    for work in (lambda: box.seal("hush", PLACE), lambda: box.open(sealed, PLACE)):
        with pytest.raises(KeyInvalid) as caught:
            work()
        assert (caught.value.number, str(caught.value)) == (2, "key 2")
    assert box.open("clear:hush", PLACE) == "hush"


def test_the_fingerprint_names_the_key_and_does_not_tell_it():
    box = SecretBox([NEW, OLD])
    assert len(box.fingerprint) == 8
    assert box.fingerprint == SecretBox([NEW]).fingerprint != SecretBox([OLD]).fingerprint
    assert box.seal("hush", PLACE).startswith(f"fernet:{box.fingerprint}:")
    assert NEW not in repr(box)
