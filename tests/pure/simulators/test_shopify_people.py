# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers and companies of the simulated store: made, changed, merged, erased, buying."""

import json

import pytest

from dev.simulators.control import ControlError

HOME = {"address1": "Rue Haute 1", "zip": "1000", "city": "Brussels", "country_code": "BE"}
DEPOT = {"address1": "Haven 7", "zip": "2000", "city": "Antwerp", "country_code": "BE"}
ADA = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Byron", "addresses": [HOME]}
CUSTOMERS = """query C($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer {
  id firstName taxExempt updatedAt defaultEmailAddress { emailAddress }
  defaultPhoneNumber { phoneNumber } defaultAddress { address1 city countryCodeV2 } } } }"""
ORDER = """query O($id: ID!) { order(id: $id) { email totalTaxSet { shopMoney { amount } }
  billingAddress { company address1 } shippingAddress { address1 firstName }
  customer { id } purchasingEntity { __typename ... on PurchasingCompany {
    company { name } contact { id customer { firstName } }
    location { name taxSettings { taxRegistrationId taxExempt } } } } } }"""


@pytest.fixture
def shop(control):
    control.seed(products=[{"sku": "A", "price": "10.00"}])
    return control


def bodies(control, topic):
    control.wait_webhooks()
    return [json.loads(one["body"]) for one in control.deliveries(topic=topic)]


def refused(command, *arguments, **values):
    with pytest.raises(ControlError) as caught:
        command(*arguments, **values)
    return str(caught.value)


# Customers.


def test_a_customer_is_made_changed_and_announced(client, shop, subscribe, receiver):
    for topic in ("CUSTOMERS_CREATE", "CUSTOMERS_UPDATE"):
        subscribe(topic, receiver.url)
    made = shop.create_customer(**ADA)
    assert (made["name"], made["email"], made["orders"]) == ("Ada Byron", "ada@example.com", [])
    shop.advance(60)
    changed = shop.update_customer(
        "ada@example.com", phone="+3225550101", tax_exempt=True, addresses=[DEPOT, HOME]
    )
    assert changed["updated_at"] > made["updated_at"]
    (node,) = client.data(CUSTOMERS, {"ids": [made["id"]]})["nodes"]
    assert node.pop("updatedAt").replace("Z", "+00:00") == changed["updated_at"]
    assert node == {
        "id": made["id"],
        "firstName": "Ada",
        "taxExempt": True,
        "defaultEmailAddress": {"emailAddress": "ada@example.com"},
        "defaultPhoneNumber": {"phoneNumber": "+3225550101"},
        "defaultAddress": {"address1": "Haven 7", "city": "Antwerp", "countryCodeV2": "BE"},
    }
    (created,), (updated,) = bodies(shop, "customers/create"), bodies(shop, "customers/update")
    number = int(made["id"].rsplit("/", 1)[1])
    assert (created["id"], updated["id"]) == (number, number)
    assert (updated["tax_exempt"], updated["default_address"]["address1"]) == (True, "Haven 7")
    assert "tags" not in updated


def test_what_a_store_refuses_of_a_customer(shop):
    shop.create_customer(**ADA, phone="+3225550101")
    bob = {"email": "bob@example.com"}
    shop.create_customer(**bob)
    taken = "Email has already been taken"
    assert refused(shop.create_customer, email="ADA@example.com") == taken
    assert refused(shop.update_customer, "bob@example.com", email="ada@example.com") == taken
    taken = "Phone has already been taken"
    assert refused(shop.create_customer, phone="+3225550101") == taken
    assert refused(shop.create_customer, email="nobody") == "Email is invalid"
    assert refused(shop.update_customer, "bob@example.com", phone="0255") == "Phone is invalid"
    nobody = "A name, phone number, or email address must be present"
    assert refused(shop.create_customer, note="x") == nobody
    assert refused(shop.update_customer, "bob@example.com", email=None) == nobody
    address = {**HOME, "country_code": "Belgium"}
    assert (
        refused(shop.create_customer, first_name="C", addresses=[address]) == "Country is invalid"
    )
    assert "has no vat" in refused(shop.update_customer, "bob@example.com", vat="1")
    assert "No customer" in refused(shop.get_customer, "nobody@example.com")
    assert shop.get_customer("bob@example.com")["email"] == "bob@example.com"


def test_an_exempt_customer_is_not_taxed(client, shop):
    shop.create_customer(**ADA, tax_exempt=True)
    taxes = {"taxes": [{"title": "VAT", "rate": "0.21"}]}
    exempt = shop.place_order(lines=[{"sku": "A"}], customer="ada@example.com", **taxes)
    taxed = shop.place_order(lines=[{"sku": "A"}], email="guest@example.com", **taxes)
    assert (exempt["tax"], taxed["tax"]) == ("0.00", "2.10")
    entity = client.data(ORDER, {"id": exempt["id"]})["order"]["purchasingEntity"]
    assert entity == {"__typename": "Customer"}
    assert client.data(ORDER, {"id": taxed["id"]})["order"]["purchasingEntity"] is None


# Merging.


@pytest.fixture
def two(shop, subscribe, receiver):
    subscribe("CUSTOMERS_MERGE", receiver.url)
    ids = [
        shop.create_customer(**ADA)["id"],
        shop.create_customer(email="b@example.com", phone="+3225550102", tags=["vip"])["id"],
    ]
    shop.place_order(lines=[{"sku": "A"}], customer="ada@example.com")
    return ids


def test_merged_customers_are_one(client, shop, two):
    answer = shop.merge_customers(*two)
    ada, kept = two
    assert answer == {"status": "completed", "kept": kept, "deleted": ada, "message": None}
    assert client.data(CUSTOMERS, {"ids": [ada]})["nodes"] == [None]
    found = shop.get_customer(kept)
    assert (found["name"], found["email"], found["phone"]) == (
        "Ada Byron",
        "b@example.com",
        "+3225550102",
    )
    assert (found["addresses"][0]["address1"], found["orders"]) == ("Rue Haute 1", ["#1001"])
    assert shop.get_order("#1001")["customer_id"] == kept
    assert bodies(shop, "customers/merge") == [
        {
            "admin_graphql_api_customer_kept_id": kept,
            "admin_graphql_api_customer_deleted_id": ada,
            "admin_graphql_api_job_id": None,
            "status": "completed",
            "errors": [],
        }
    ]


def test_the_only_customer_with_an_email_is_kept(shop, two):
    phone = shop.create_customer(phone="+3225550177")["id"]
    assert shop.merge_customers(two[0], phone)["kept"] == two[0]


def test_what_is_not_merged(shop, two):
    assert refused(shop.merge_customers, two[0], two[0]) == (
        "Customers cannot be merged with themselves"
    )
    shop.add_company("Firm", contacts=[{"email": "b@example.com"}])
    answer = shop.merge_customers(*two)
    assert (answer["status"], answer["message"]) == (
        "failed",
        "b@example.com is associated with a company.",
    )
    (body,) = bodies(shop, "customers/merge")
    assert (body["status"], body["errors"][0]["field"]) == ("failed", "company_contact")
    assert shop.get_customer("ada@example.com")["orders"] == ["#1001"]
    other = shop.create_customer(email="c@example.com")["id"]
    shop.erase_customer("c@example.com")
    assert shop.merge_customers(two[0], other)["status"] == "failed"


def test_merges_need_a_scope_of_their_own(shop, subscribe, receiver):
    shop.set_scopes(remove=["read_customer_merge"])
    refusal = subscribe("CUSTOMERS_MERGE", receiver.url)
    assert refusal["webhookSubscription"] is None
    assert "`read_customer_merge` access scope" in refusal["userErrors"][0]["message"]
    assert subscribe("CUSTOMERS_UPDATE", receiver.url)["userErrors"] == []


# Erasing.


def test_an_erased_customer_is_nobody(client, shop, receiver):
    shop.configure(compliance_url=receiver.url)
    made = shop.create_customer(**ADA)
    assert shop.erase_customer("ada@example.com") == 10 * 86400
    assert "already been requested" in refused(shop.erase_customer, made["id"])
    shop.advance(9 * 86400)
    assert bodies(shop, "customers/redact") == []
    assert shop.get_customer(made["id"])["email"] == "ada@example.com"
    shop.advance(2 * 86400)
    (body,) = bodies(shop, "customers/redact")
    number = int(made["id"].rsplit("/", 1)[1])
    assert body["customer"] == {"id": number, "email": "ada@example.com", "phone": None}
    (node,) = client.data(CUSTOMERS, {"ids": [made["id"]]})["nodes"]
    assert (node["firstName"], node["defaultEmailAddress"], node["defaultAddress"]) == (
        None,
        None,
        None,
    )


def test_orders_delay_an_erasure_and_are_erased_with_it(client, shop):
    shop.create_customer(**ADA)
    order = shop.place_order(lines=[{"sku": "A"}], customer="ada@example.com")
    assert 179 * 86400 < shop.erase_customer("ada@example.com") <= 180 * 86400
    shop.advance(181 * 86400)
    found = client.data(ORDER, {"id": order["id"]})["order"]
    assert (found["email"], found["billingAddress"]) == (None, None)


# Companies.


@pytest.fixture
def firm(shop):
    """A company with a seat and an exempt depot, and Ada as its contact."""
    return shop.add_company(
        "Analytical",
        locations=[
            {"name": "Seat", "shipping_address": HOME, "tax_registration_id": "BE0477472701"},
            {
                "name": "Depot",
                "shipping_address": {**DEPOT, "recipient": "Front Desk"},
                "billing_address": HOME,
                "tax_exempt": True,
            },
        ],
        contacts=[ADA],
    )


def order_of(shop, **values):
    taxes = [{"title": "VAT", "rate": "0.21"}]
    spec = {"lines": [{"sku": "A"}], "customer": "ada@example.com", "taxes": taxes, **values}
    return shop.place_order(**spec)["id"]


def test_a_company_buys_through_its_contact(client, shop, firm):
    found = client.data(ORDER, {"id": order_of(shop, company="Analytical")})["order"]
    assert found["purchasingEntity"] == {
        "__typename": "PurchasingCompany",
        "company": {"name": "Analytical"},
        "contact": {"id": firm["contacts"]["ada@example.com"], "customer": {"firstName": "Ada"}},
        "location": {
            "name": "Seat",
            "taxSettings": {"taxRegistrationId": "BE0477472701", "taxExempt": False},
        },
    }
    assert found["billingAddress"] == {"company": "Analytical", "address1": "Rue Haute 1"}
    assert found["totalTaxSet"]["shopMoney"]["amount"] == "2.1"


def test_a_location_has_its_own_addresses_and_taxes(client, shop, firm):
    depot = {"name": "Analytical", "location": "Depot"}
    found = client.data(ORDER, {"id": order_of(shop, company=depot)})["order"]
    assert found["purchasingEntity"]["location"]["name"] == "Depot"
    assert found["shippingAddress"] == {"address1": "Haven 7", "firstName": "Front"}
    assert found["billingAddress"]["address1"] == "Rue Haute 1"
    assert found["totalTaxSet"]["shopMoney"]["amount"] == "0.0"
    shop.update_location("Analytical", "Depot", tax_exempt=False, tax_registration_id="BE1")
    again = client.data(ORDER, {"id": order_of(shop, company=depot)})["order"]
    assert again["purchasingEntity"]["location"]["taxSettings"] == {
        "taxRegistrationId": "BE1",
        "taxExempt": False,
    }
    once = {**HOME, "address1": "Elsewhere 1"}
    found = client.data(ORDER, {"id": order_of(shop, company=depot, shipping_address=once)})
    assert found["order"]["shippingAddress"]["address1"] == "Elsewhere 1"


def test_what_a_store_refuses_of_a_company(shop, firm):
    assert refused(shop.add_company, "") == "Company name can't be blank"
    shop.create_customer(email="bob@example.com")
    stranger = "The customer is no contact of Analytical"
    buy = {"lines": [{"sku": "A"}], "company": "Analytical"}
    assert refused(shop.place_order, customer="bob@example.com", **buy) == stranger
    assert refused(shop.place_order, email="guest@example.com", **buy) == stranger
    assert "No company" in refused(order_of, shop, company="Nobody")
    nowhere = {"name": "Analytical", "location": "Moon"}
    assert "no location" in refused(order_of, shop, company=nowhere)
    bare = [{"name": "X", "shipping_address": {"city": "Ghent"}}]
    assert "address1" in refused(shop.add_company, "Y", locations=bare)
    twice = [ADA, ADA]
    assert "already associated" in refused(shop.add_company, "Z", contacts=twice)
    assert "has no vat" in refused(shop.update_location, "Analytical", "Seat", vat="1")


def test_companies_are_counted_where_there_are_some(client, shop, firm):
    count = "{ companiesCount(limit: 1) { count } companies(first: 5) { nodes { name } } }"
    assert client.data(count) == {
        "companiesCount": {"count": 1},
        "companies": {"nodes": [{"name": "Analytical"}]},
    }
    shop.configure(b2b=False)
    assert client.graphql(count)["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_nothing_of_it_is_made_up(client, shop, firm):
    order_of(shop, company="Analytical")
    for gid in (order_of(shop, company="Analytical"), order_of(shop)):
        client.data(ORDER, {"id": gid})
    assert shop.info()["unmodelled"] == {}
