# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator against a real shop: every recording is sent again, every answer compared."""

import re
from pathlib import Path

import pytest
from history import prepare
from replay import Replay, recordings

README = Path(__file__).parents[4] / "dev/simulators/woocommerce/README.md"
SECTION = "## Differences of the simulator"


class Known:
    """A row of the table of differences."""

    def __init__(self, line):
        numbers, places, self.reason = [one.strip() for one in line.strip("| \n").split("|")]
        self.ranges = []
        for one in re.findall(r"\d+(?:-\d+)?", numbers):
            first, _dash, last = one.partition("-")
            self.ranges.append((first, last or first))
        self.places = re.findall(r"`([^`]+)`", places)
        self.seen = set()

    def covers(self, name, place):
        number = name[:3]
        if self.ranges and not any(first <= number <= last for first, last in self.ranges):
            return False
        for pattern in self.places:
            if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), place):
                self.seen.add(pattern)
                return True
        return False


def known_differences():
    text = README.read_text().partition(SECTION)[2]
    rows = re.findall(r"^\|.*\|$", text, re.M)
    return [Known(row) for row in rows[2:]]


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


def test_all_recordings_are_there():
    names = [row["name"] for row in recordings()]
    assert len(names) == 223
    assert len(set(names)) == len(names)


def test_every_answer_is_the_recorded_one(found):
    table = known_differences()
    unknown = [
        (name, *difference)
        for name, differences in found.items()
        for difference in differences
        if not any(row.covers(name, difference[0]) for row in table)
    ]
    assert unknown == []


def test_every_known_difference_is_one(found):
    table = known_differences()
    for name, differences in found.items():
        for place, _recorded, _simulated in differences:
            for row in table:
                row.covers(name, place)
    stale = [(row.reason, one) for row in table for one in row.places if one not in row.seen]
    assert stale == []


def test_every_difference_has_its_reason():
    table = known_differences()
    assert len(table) > 15
    assert [row.places for row in table if len(row.reason) < 6] == []


def test_amounts_and_stock_have_no_known_difference():
    """What is booked and counted is compared without exception."""
    exact = ("total", "total_tax", "subtotal", "subtotal_tax", "price", "discount", "cart_tax",
             "stock_quantity", "quantity", "amount", "manage_stock", "status")  # fmt: skip
    excused = [row.places for row in known_differences()
               for place in row.places if place.rpartition(".")[2].strip("*") in exact]  # fmt: skip
    assert excused == []
