# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders by id, by when they changed or were placed, by number; accounts; the connection."""

from datetime import datetime, timedelta, timezone

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.connection import Notice
from odoo.addons.storefront_connector.platforms.documents.customer import Address, Customer

START = datetime(2026, 11, 22, 21, 4, 58, tzinfo=timezone.utc)


def order(own, seconds=0, status="processing", **more):
    at = (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "id": own,
        "number": str(own),
        "status": status,
        "currency": "EUR",
        "total": "10.00",
        "date_created_gmt": at,
        "date_modified_gmt": at,
        "billing": {"first_name": "Ana", "last_name": "Paz"},
        "created_via": "checkout",
        **more,
    }


def ids(page):
    return [one.external_id for one in page.items]


# by id


def test_orders_are_read_in_one_call_with_all_decimals(shop, adapter, fixture):
    payload = fixture("order_paid")
    shop.page([payload, {"id": 99}])
    found = adapter.fetch_records("order", ["7", "32", "x"])
    assert [(one.external_id, one.payload) for one in found] == [
        ("7", None),
        ("32", payload),
        ("x", None),
    ]
    assert found[1].updated_at == datetime(2026, 11, 22, 21, 3, 53, tzinfo=timezone.utc)
    ((path, query),) = shop.asked
    assert (path, query["include"], query["dp"], query["status"]) == (
        "GET orders",
        "7,32",
        "6",
        "any",
    )
    assert "customer_ip_address" not in query["_fields"]
    assert "line_items" in query["_fields"]


def test_fifty_orders_are_a_call(shop, adapter):
    shop.page([])
    shop.page([])
    assert len(adapter.fetch_records("order", [str(one) for one in range(1, 101)])) == 100
    assert len(shop.paths) == 2


def test_other_kinds_aren_t_read(adapter):
    with pytest.raises(errors.Unsupported):
        adapter.fetch_records("product", ["1"])


# by time


def test_changes_are_asked_for_from_the_second_before_in_utc(shop, adapter):
    shop.page([order(1), order(2, 5, "checkout-draft"), order(3, 9)])
    page = adapter.fetch_changes("order", START.astimezone(timezone(timedelta(hours=1))))
    assert (ids(page), page.next_cursor) == (["1", "3"], "")
    assert page.items[1].updated_at == START + timedelta(seconds=9)
    ((_path, query),) = shop.asked
    assert query == {
        "status": "any",
        "orderby": "modified",
        "order": "asc",
        "per_page": "100",
        "page": "1",
        "dates_are_gmt": "true",
        "modified_after": "2026-11-22T21:04:57",
        "_fields": "id,status,date_modified_gmt",
    }


def test_a_listing_goes_on_from_the_second_it_came_to(shop, adapter):
    shop.page([order(1), order(2, 5)], pages=2)
    shop.page([order(2, 5), order(3, 5)], pages=2)
    shop.page([order(4, 5)], pages=2)
    first = adapter.fetch_changes("order", START)
    second = adapter.fetch_changes("order", START, first.next_cursor)
    assert ids(second) == ["2", "3"]
    third = adapter.fetch_changes("order", START, second.next_cursor)
    assert (ids(third), third.next_cursor) == (["4"], "")
    asked = [(query["modified_after"], query["page"]) for _path, query in shop.asked]
    assert asked == [
        ("2026-11-22T21:04:57", "1"),
        ("2026-11-22T21:05:02", "1"),
        ("2026-11-22T21:05:02", "2"),
    ]


@pytest.mark.parametrize("cursor", ["a cursor nobody gave", "|", "x|1|", "|x|", "|1|2|3"])
def test_a_cursor_nobody_gave_is_bad(adapter, cursor):
    for call in (
        lambda: adapter.fetch_changes("order", START, cursor),
        lambda: adapter.fetch_order_list(cursor=cursor),
    ):
        with pytest.raises(errors.BadPayload) as caught:
            call()
        assert caught.value.code == "bad_cursor"


def test_orders_placed_between_two_moments_are_listed_once(shop, adapter):
    shop.page([order(1, -1), order(2), order(3, 5, "checkout-draft"), order(4, 5)], pages=2)
    shop.page([order(4, 5), order(5, 6), order(6, 8)])
    span = {"created_from": START, "created_to": START + timedelta(seconds=8)}
    first = adapter.fetch_order_list(**span)
    second = adapter.fetch_order_list(**span, cursor=first.next_cursor)
    assert (ids(first), ids(second), second.next_cursor) == (["2", "4"], ["5"], "")
    assert shop.asked[0][1]["after"] == "2026-11-22T21:04:57"
    assert shop.asked[1][1]["after"] == "2026-11-22T21:05:02"
    assert shop.asked[1][1]["before"] == "2026-11-22T21:05:07"
    one = first.items[0]
    assert (one.number, one.currency, one.customer_name, one.status, one.channel) == (
        "2",
        "EUR",
        "Ana Paz",
        "processing",
        "checkout",
    )


def test_without_a_beginning_all_orders_are_listed(shop, adapter):
    shop.page([order(1)])
    assert ids(adapter.fetch_order_list()) == ["1"]
    assert not {"after", "before"} & set(shop.asked[0][1])


# by number


def test_a_number_is_an_id_or_a_plugin_s(shop, adapter):
    shop.page([order(32), order(33, number="WEB-1")])
    shop.page([order(40, number="33"), order(33, number="WEB-1")])
    shop.page([order(41, number="web-7"), order(42, number="WEB-70")])
    found = adapter.find_orders(["#32", " 33", "WEB-7", "#", ""])
    assert [(one.external_id, one.number) for one in found] == [
        ("32", "32"),
        ("40", "33"),
        ("41", "web-7"),
    ]
    assert [query.get("include") or query["search"] for _path, query in shop.asked] == [
        "32,33",
        "33",
        "WEB-7",
    ]


# accounts


def test_a_recorded_account(shop, adapter, fixture):
    payload = fixture("customer")
    shop.page([payload])
    record, gone = adapter.fetch_records("customer", ["2", "3"])
    assert (gone.payload, shop.asked[0][1]["role"]) == (None, "all")
    assert adapter.parse_customer(record.payload) == Customer(
        external_id="2",
        name="Ana García O'Neil",
        email="ana.garcia@example.com",
        phone="+34 600 000 000",
        addresses=(
            Address(
                name="Ana García",
                street="Calle 1",
                city="Madrid",
                zip="28013",
                state_code="M",
                country_code="ES",
                phone="+34 600 000 000",
            ),
        ),
        updated_at=datetime(2026, 11, 22, 21, 2, 23, tzinfo=timezone.utc),
    )


@pytest.mark.parametrize("key", ["billing_vat_number", "vat_number", "billing_cnpj", "nif"])
def test_an_account_keeps_its_vat_number_in_the_open(adapter, fixture, key):
    meta = [{"id": 9, "key": key, "value": "ES B1234"}]
    customer = adapter.parse_customer({**fixture("customer"), "meta_data": meta})
    assert customer.vat == "ESB1234"


@pytest.mark.parametrize(
    ("country", "written", "state"),
    [
        ("ES", "M", "M"),
        ("DE", "DE-BY", "BY"),
        ("JP", "JP13", "13"),
        ("CN", "CN2", ""),
        ("IT", "IT", "IT"),
        ("US", "CA", "CA"),
        ("CA", "CA", "CA"),
        ("", "M", "M"),
        ("FR", "", ""),
    ],
)
def test_states_are_those_of_iso(adapter, fixture, country, written, state):
    billing = {**fixture("customer")["billing"], "country": country, "state": written}
    customer = adapter.parse_customer({**fixture("customer"), "billing": billing})
    assert customer.addresses[0].state_code == state


def test_an_account_that_never_changed_has_the_day_it_was_made(adapter, fixture):
    customer = adapter.parse_customer({**fixture("customer"), "date_modified_gmt": None})
    assert customer.updated_at == datetime(2026, 11, 22, 21, 2, 23, tzinfo=timezone.utc)


# the connection


@pytest.fixture
def connect(shop, adapter, fixture):
    """Return the report on a recorded shop with some of its answers changed."""

    def run(index=None, tax=None, products=None, status=None, batch=(200, [])):
        shop.answer({**fixture("system_status"), **(status or {})})
        shop.answer({**fixture("index"), **(index or {})})
        settings = {row["id"]: row["value"] for row in fixture("settings_tax")}
        settings.update(tax or {})
        shop.answer([{"id": name, "value": value} for name, value in settings.items()])
        shop.answer([{"id": name, "value": value} for name, value in (products or {}).items()])
        shop.answer(batch)
        return adapter.check_connection()

    return run


def test_a_recorded_shop(shop, connect):
    report = connect(products={"woocommerce_manage_stock": "yes"})
    assert (report.name, report.url) == ("Peer Woo Store", "http://127.0.0.1:18081")
    assert (report.shop_external_id, report.currency) == ("127.0.0.1:18081", "EUR")
    assert (report.timezone, report.plan) == ("Europe/Madrid", "WooCommerce 10.7.0")
    assert report.api_version == "wc/v3, WordPress 6.9.4"
    assert (report.prices_include_tax, report.tax_rounding) == (False, "line")
    assert (report.granted_scopes, report.missing_scopes) == (("read", "write"), ())
    assert report.notices == (
        Notice(level="ok", code="permalinks_pretty"),
        Notice(level="ok", code="stock_management_on"),
        Notice(level="ok", code="scheduler_external"),
    )
    assert shop.paths == [
        "GET system_status",
        "GET /wp-json/",
        "GET settings/tax",
        "GET settings/products",
        "POST products/batch",
    ]
    assert shop.written == [{}], "an empty batch writes nothing"


def test_settings_that_matter_are_told(connect):
    report = connect(
        tax={"woocommerce_prices_include_tax": "yes", "woocommerce_tax_round_at_subtotal": "yes"},
        products={"woocommerce_manage_stock": "no"},
        status={"environment": {"version": "7.9.1", "home_url": "https://Shop.example.com/a/"}},
    )
    assert report.tax_rounding == "order"
    assert report.shop_external_id == "shop.example.com/a"
    assert report.notices[1:] == (
        Notice(level="problem", code="version_too_old", params={"version": "7.9.1"}),
        Notice(level="problem", code="stock_management_off"),
        Notice(level="ok", code="prices_read_without_tax"),
    )


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("7.9.3", "version_too_old"),
        ("8.0.0", None),
        ("9.8", None),
        ("10.7.2", None),
        ("10.8.0-beta.1", "version_untested"),
        ("10.10.0", "version_untested"),
        ("11", "version_untested"),
        ("", None),
        ("trunk", None),
    ],
)
def test_versions_that_are_too_old_or_newer_are_told(connect, version, code):
    report = connect(status={"environment": {"version": version, "home_url": "https://x.y"}})
    found = {one.code: one for one in report.notices if one.code.startswith("version")}
    assert list(found) == ([code] if code else [])
    if code == "version_untested":
        notice = found[code]
        assert (notice.level, notice.params) == (
            "warning",
            {"version": version, "tested": "10.7"},
        )


PAGE = b"<!DOCTYPE html><html><body>Welcome to our shop</body></html>"


INDEX = (200, {"namespaces": ["wc/v3"]})


@pytest.mark.parametrize(
    ("by_query", "by_path", "told"),
    [
        (INDEX, (200, PAGE), "NotConfigured permalinks_plain"),
        (INDEX, (404, PAGE), "NotConfigured permalinks_plain"),
        ((401, {"code": "rest_cannot_view"}), (200, PAGE), "NotConfigured permalinks_plain"),
        (INDEX, INDEX, "RetryLater html_instead_of_json"),
        ((200, PAGE), None, "RetryLater html_instead_of_json"),
        ((503, PAGE), None, "RetryLater html_instead_of_json"),
    ],
)
def test_where_the_front_page_answers_permalinks_are_looked_at(
    shop, adapter, by_query, by_path, told
):
    shop.answer((200, PAGE), by_query, by_path)
    with pytest.raises(errors.StorefrontError) as caught:
        adapter.check_connection()
    assert f"{type(caught.value).__name__} {caught.value.code}" == told
    assert shop.asked[1] == ("GET /", {"rest_route": "/", "_fields": "namespaces"})


def test_a_key_that_may_only_read_is_told(connect, fixture):
    recorded = fixture("errors")["read_only"]
    report = connect(batch=(recorded["status"], recorded["body"]))
    assert (report.granted_scopes, report.missing_scopes) == (("read",), ("write",))


@pytest.mark.parametrize(
    ("offset", "zone"),
    [(1, "Etc/GMT-1"), (-5, "Etc/GMT+5"), (0, "Etc/UTC"), (5.5, "Asia/Kolkata"), (1.25, "Etc/UTC")],
)
def test_a_shop_without_a_city_has_an_offset(connect, offset, zone):
    assert connect(index={"timezone_string": "", "gmt_offset": offset}).timezone == zone


def test_there_is_one_place(shop, adapter):
    (place,) = adapter.fetch_locations()
    assert (place.external_id, place.is_active, shop.paths) == ("stock", True, [])


def test_people_find_their_records(adapter):
    url = "https://shop.example.com/wp-json"
    assert adapter.order_admin_url(url, "32") == (
        "https://shop.example.com/wp-admin/post.php?post=32&action=edit"
    )
    assert adapter.customer_admin_url(url, "2") == (
        "https://shop.example.com/wp-admin/user-edit.php?user_id=2"
    )
