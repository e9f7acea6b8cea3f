# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page for people: what it shows, what its forms do."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest


@pytest.fixture
def shop(control):
    control.seed(products=[{"sku": "A<1>", "title": "<b>Shirt</b>", "price": "10.00", "stock": 5}])
    return control


@pytest.fixture
def submit(client):
    def send(action, **fields):
        status, headers, _body = client.request("POST", f"/page/{action}", urlencode(fields))
        assert status == 303
        return parse_qs(urlsplit(headers["Location"]).query)["message"][0]

    return send


def page(client, query=""):
    status, headers, body = client.request("GET", f"/{query}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    return body.decode()


def test_an_order_is_placed_paid_and_shipped(shop, submit, client):
    placed = submit(
        "order", sku="A<1>", quantity="2", guest="g@example.com", discount="10", tax="standard",
        included="yes",
    )  # fmt: skip
    # 20.00 − 10 % + 4.95 shipping, tax inside
    assert placed == "Order #1001 placed: 22.95 EUR."
    order = shop.get_order("#1001")
    assert (order["taxes_included"], order["financial_status"]) == (True, "PENDING")
    number = order["id"].rsplit("/", 1)[1]
    assert submit("pay", order=number) == "Mark as paid: done for order #1001."
    assert submit("fulfil", order=number) == "Fulfil: done for order #1001."
    order = shop.get_order("#1001")
    assert (order["financial_status"], order["fulfillment_status"]) == ("PAID", "FULFILLED")
    assert submit("cancel", order=number) == "That didn't work: Cannot cancel a fulfilled order"


def test_a_known_customer(shop, submit, client):
    shop.seed(customers=[{"email": "jane@example.com", "first_name": "Jane"}])
    assert 'value="jane@example.com"' in page(client)
    submit("order", sku="A<1>", quantity="1", customer="jane@example.com", tax="none", paid="yes")
    order = shop.get_order("#1001")
    assert (order["email"], order["tax"], order["total"]) == ("jane@example.com", "0.00", "14.95")


def test_everything_shown_is_escaped(shop, submit, client):
    shop.place_order(lines=[{"sku": "A<1>"}], email="<i>x</i>@example.com")
    html = page(client, "?message=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "&lt;b&gt;Shirt&lt;/b&gt;" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    for raw in ("<script", "<b>", "<i>", "A<1>"):
        assert raw not in html


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sku": "NOPE", "guest": "a@example.com"}, "That didn't work: No variant with SKU 'NOPE'"),
        ({"sku": "A<1>"}, "That didn't work: choose a customer or give a guest's e-mail address"),
        (
            {"sku": "A<1>", "guest": "a@example.com", "quantity": "-1"},
            "That didn't work: A line needs a quantity of at least 1",
        ),
    ],
)
def test_what_is_wrong_is_said(shop, submit, fields, message):
    assert submit("order", **fields) == message


def test_an_empty_shop(client, control):
    html = page(client)
    assert "No order yet." in html
    assert "No product yet." in html
