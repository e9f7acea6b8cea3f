# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an adapter promises of changes since a moment, and of the markers on variants."""

import pytest
from sample_shop import ORDERS

from odoo.addons.storefront_connector.platforms import errors

ANY = ORDERS["unpaid, no tax, shipping for free"]


def changes_since(adapter, since):
    """Every page's changes in one list, and the number of pages."""
    found, pages, cursor = [], 0, ""
    while True:
        page = adapter.fetch_changes("order", since, cursor)
        found, pages, cursor = found + list(page.items), pages + 1, page.next_cursor
        if not cursor:
            return found, pages


class ChangesContract:
    """For every platform."""

    def updated_at(self, adapter, external_id):
        (record,) = adapter.fetch_records("order", [external_id])
        return record.updated_at

    # Changes.

    def test_orders_are_told_in_the_order_they_changed(self, storefront, adapter):
        placed = []
        for _order in range(3):
            placed.append(storefront.place(ANY))
            storefront.control.advance(10)
        since = self.updated_at(adapter, placed[1])
        found, _pages = changes_since(adapter, since)
        assert [one.external_id for one in found] == placed[1:], "from the moment on, inclusive"
        storefront.change(placed[1])
        found, _pages = changes_since(adapter, since)
        assert [one.external_id for one in found] == [placed[2], placed[1]]
        assert found[1].updated_at == self.updated_at(adapter, placed[1])

    def test_nothing_changed_is_an_empty_page(self, storefront, adapter):
        last = self.updated_at(adapter, storefront.place(ANY))
        later = last.replace(year=last.year + 1)
        assert changes_since(adapter, later) == ([], 1)

    def test_no_change_is_missed_while_pages_are_read(self, storefront, adapter):
        """Orders that change between two pages move to the end and shift what follows."""
        first = storefront.place(ANY)
        since = self.updated_at(adapter, first)
        storefront.control.advance(5)
        rows = [row["id"] for row in storefront.control.place_samples(300, line_count=1)]
        storefront.control.advance(5)
        page = adapter.fetch_changes("order", since)
        assert page.next_cursor
        seen = {one.external_id for one in page.items}
        storefront.change(first)
        while page.next_cursor:
            page = adapter.fetch_changes("order", since, page.next_cursor)
            seen |= {one.external_id for one in page.items}
        assert seen == {first, *(str(row).rsplit("/", 1)[-1] for row in rows)}
        assert page.items[-1].external_id == first

    def test_a_cursor_nobody_gave_is_bad(self, storefront, adapter):
        since = self.updated_at(adapter, storefront.place(ANY))
        with pytest.raises(errors.BadPayload) as caught:
            adapter.fetch_changes("order", since, "a cursor nobody gave")
        assert caught.value.code == "bad_cursor"


class MarkersContract:
    """For platforms that keep markers."""

    @pytest.fixture
    def variants(self, adapter):
        """The ids of the sample products' variants."""
        adapter.prepare_markers()
        adapter.prepare_markers()
        return {one.sku: one.external_id for one in adapter.fetch_variants().items}

    def marked(self, adapter):
        return {one.sku: one.marker for one in adapter.fetch_variants().items if one.marker}

    def test_a_marker_is_found_again(self, adapter, variants):
        wanted = {variants["LAMP"]: "odoo:1", variants["MUG"]: "odoo:2"}
        assert adapter.push_markers(wanted) == {}
        assert self.marked(adapter) == {"LAMP": "odoo:1", "MUG": "odoo:2"}
        (found,) = adapter.find_variants(markers=["odoo:2", "odoo:3"])
        assert found.external_id == variants["MUG"]

    def test_a_marker_moves_and_goes(self, adapter, variants):
        adapter.push_markers({variants["LAMP"]: "odoo:1", variants["MUG"]: "odoo:2"})
        moved = {variants["MUG"]: "odoo:1", variants["LAMP"]: ""}
        assert adapter.push_markers(moved) == {}
        assert self.marked(adapter) == {"MUG": "odoo:1"}
        assert adapter.push_markers({variants["MUG"]: "", variants["LAMP"]: ""}) == {}
        assert adapter.find_variants(markers=["odoo:1"]) == ()

    def test_a_marker_that_is_refused_keeps_no_other(self, adapter, variants):
        adapter.push_markers({variants["LAMP"]: "odoo:1"})
        refused = adapter.push_markers(
            {variants["MUG"]: "odoo:1", "4711": "odoo:8", variants["BOOK"]: "odoo:3"}
        )
        taken = {variants["MUG"]} if adapter.capabilities.markers_unique else set()
        assert set(refused) == {*taken, "4711"}
        assert all(refused.values())
        twice = {} if taken else {"MUG": "odoo:1"}
        assert self.marked(adapter) == {"LAMP": "odoo:1", "BOOK": "odoo:3", **twice}

    def test_as_many_markers_as_fit_are_one_call(self, storefront, adapter, calls, variants):
        storefront.control.seed(count=adapter.capabilities.markers_per_push)
        ids = [one.external_id for one in adapter.fetch_variants().items]
        batch = ids[: adapter.capabilities.markers_per_push]
        calls.clear()
        assert adapter.push_markers({one: f"odoo:{one}" for one in batch}) == {}
        assert len(calls) == 1
