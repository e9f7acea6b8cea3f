# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading untrusted JSON: what is accepted, what is refused, and where it says it was."""

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from odoo.addons.storefront_connector.platforms.errors import BadPayload
from odoo.addons.storefront_connector.platforms.wire import Wire, parse_moment


def test_reads_every_kind_of_value_by_path():
    wire = Wire({"a": {"text": " x ", "id": 7, "yes": True, "price": "1.50", "at": "2026-01-02Z"}})
    assert wire.text("a.text") == "x"
    assert wire.text("a.id") == "7"
    assert wire.flag("a.yes") is True
    assert wire.number("a.price") == Decimal("1.50")


def test_null_anywhere_on_the_path_is_null_at_its_end():
    wire = Wire({"a": None})
    assert wire.get("a.b.c") is None
    assert wire.text("a.b") == ""
    assert wire.flag("a.b") is False
    assert wire.number("a.b", Decimal(3)) == Decimal(3)
    assert wire.child("a.b") is None
    assert wire.rows("a.b") == ()
    assert wire.texts("a.b") == ()
    assert wire.moment("a.b") is None


def test_rows_know_where_they_were_and_null_rows_are_left_out():
    rows = Wire({"a": {"nodes": [None, {"x": 1}]}}).rows("a.nodes")
    assert [row.path for row in rows] == ["a.nodes[1]"]


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("text", True),
        ("text", 1.5),
        ("text", ["a"]),
        ("required", ""),
        ("required", None),
        ("flag", "false"),
        ("flag", 0),
        ("number", None),
        ("number", "ten"),
        ("number", True),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("number", "1e15"),
        ("number", "1e999999999999999999999"),
        ("number", {}),
        ("moment", "yesterday"),
        ("required_moment", None),
        ("child", "x"),
        ("child", []),
        ("rows", {"0": {}}),
        ("rows", ["x"]),
        ("texts", [1]),
        ("texts", "abc"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_path(method, value):
    wire = Wire({"b": value}, "order.a")
    with pytest.raises(BadPayload) as caught:
        getattr(wire, method)("b")
    assert caught.value.params["path"].startswith("order.a.b")


def test_a_path_through_something_that_is_no_object_is_refused():
    with pytest.raises(BadPayload) as caught:
        Wire({"a": "text"}).get("a.b")
    assert caught.value.params["path"] == "a.b"


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_a_document_must_be_an_object(value):
    with pytest.raises(BadPayload):
        Wire(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, tzinfo=timezone.utc)),
        ("2026-11-23T10:00:00+02:00", datetime(2026, 11, 23, 8, tzinfo=timezone.utc)),
        ("2026-11-23T10:00:00", datetime(2026, 11, 23, 10, tzinfo=timezone.utc)),
        (
            "2026-11-23T10:00:00.877041743Z",
            datetime(2026, 11, 23, 10, 0, 0, 877041, tzinfo=timezone.utc),
        ),
        ("2026-11-23T10:00:00.5Z", datetime(2026, 11, 23, 10, 0, 0, 500000, tzinfo=timezone.utc)),
        ("0001-01-01T00:00:00+14:00", None),
        ("2026-13-01", None),
        ("", None),
    ],
)
def test_moments_are_utc(text, expected):
    assert parse_moment(text) == expected
