# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator against a real shop: every recording is sent again, every answer compared."""

import re
from pathlib import Path

import pytest
from history import prepare
from replay import FOLDER, Replay, recordings

README = Path(__file__).parents[4] / "platforms/woocommerce/README.md"
DIFFERENCES = "## Differences of the simulator"
NOT_REPLAYED = "### Not replayed"


class Row:
    """A row of one of the README's tables: recordings, by number or beginning; what; why."""

    def __init__(self, line):
        named, self.what, self.reason = [one.strip() for one in line.strip("| \n").split("|")]
        self.recordings = () if named == "all" else tuple(re.split(r",\s*", named))
        self.places = re.findall(r"`([^`]+)`", self.what)
        self.seen = set()

    def names(self, name):
        """Which of the row's entries mean this recording; ``("all",)`` where each is meant."""
        if not self.recordings:
            return ("all",)
        return tuple(entry for entry in self.recordings if _means(entry, name))

    def covers(self, name, place):
        """Whether a difference is a listed one, which is noted."""
        patterns = [one for one in self.places if _matches(one, place)]
        entries = self.names(name)
        if not (patterns and entries):
            return False
        self.seen.update(patterns, entries)
        return True

    def unseen(self):
        """The recordings and places of the row that no difference was covered by."""
        return [one for one in (*self.recordings, *self.places) if one not in self.seen]


def _means(entry, name):
    first, dash, last = entry.partition("-")
    if dash and last.isdecimal():
        return first <= name[:3] <= last
    return name.startswith(f"{entry}-")


def _matches(pattern, place):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), place)


def table(title):
    text = re.split(r"^#", README.read_text().partition(f"\n{title}\n")[2], flags=re.M)[0]
    return [Row(line) for line in re.findall(r"^\|.*\|$", text, re.M)[2:]]


def unlisted(found, rows):
    """The differences no row covers."""
    return [
        (name, *difference)
        for name, differences in found.items()
        for difference in differences
        # Every row is asked: one covers what another one covers, too.
        if not [row for row in rows if row.covers(name, difference[0])]
    ]


def outdated(found, rows):
    """What rows list that doesn't differ."""
    unlisted(found, rows)
    return [(row.reason, row.unseen()) for row in rows if row.unseen()]


@pytest.fixture(scope="module")
def found(woo_server):
    """Every difference, {name of the recording: [(place, recorded, simulated)]}."""
    shop = woo_server.application
    shop.control.do_reset()
    listeners, shop.store.listeners = shop.store.listeners, []
    try:
        replay = Replay(shop, woo_server.server_address, prepare())
        return {row["name"]: replay.run(row) for row in recordings()}
    finally:
        shop.store.listeners = listeners
        shop.control.do_reset()


def test_every_recording_is_replayed_or_the_readme_says_why_not():
    replayed = [row["name"] for row in recordings()]
    assert len(replayed) == len(set(replayed)) == 228
    left_out = table(NOT_REPLAYED)
    recorded = (FOLDER / "recorded.txt").read_text().split()
    assert len(recorded) == 267
    named = {name for name in recorded if any(row.names(name) for row in left_out)}
    assert sorted([*replayed, *named]) == recorded


def test_every_answer_is_the_recorded_one(found):
    assert unlisted(found, table(DIFFERENCES)) == []


def test_every_known_difference_is_one(found):
    assert outdated(found, table(DIFFERENCES)) == []


def test_a_difference_that_is_not_listed_is_told(found):
    """Were a row taken out of the README, its differences would be told, and they alone."""
    rows = table(DIFFERENCES)
    gone = next(row for row in rows if row.recordings == ("517",))
    rows.remove(gone)
    assert [one[:2] for one in unlisted(found, rows)] == [("517-order-note", "id")]
    other = {"517-order-note": [("note", "Sent", "sent")]}
    assert unlisted(other, table(DIFFERENCES)) == [("517-order-note", "note", "Sent", "sent")]


def test_a_listed_difference_that_is_gone_is_told(found):
    """Were an answer mended, or a recording or place listed too many, the row would be told."""
    rows = table(DIFFERENCES)
    mended = {**found, "517-order-note": []}
    assert [unseen for _reason, unseen in outdated(mended, rows)] == [["517", "id"]]
    rows = [Row("| 517, 518 | `id`, `note` | made up |")]
    assert outdated(found, rows) == [("made up", ["518", "note"])]


def test_every_row_has_its_reason():
    for title, count in ((DIFFERENCES, 22), (NOT_REPLAYED, 9)):
        rows = table(title)
        assert len(rows) == count
        assert [row.what for row in rows if len(row.reason) < 6 or not row.what] == []
    assert [row.what for row in table(DIFFERENCES) if not row.places] == []


def test_amounts_and_stock_have_no_known_difference():
    """What is booked and counted is compared without exception."""
    exact = ("total", "total_tax", "subtotal", "subtotal_tax", "price", "discount", "cart_tax",
             "stock_quantity", "quantity", "amount", "manage_stock", "status")  # fmt: skip
    excused = [row.places for row in table(DIFFERENCES)
               for place in row.places if place.rpartition(".")[2].strip("*") in exact]  # fmt: skip
    assert excused == []
