# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The documents a connector sends, executed against a known store.

`documents/<name>.graphql` is sent; `documents/<name>.json` is the data that must come back, with
the ids of the store written as `$order`, `$variant` …. Except in `not_modelled` every field must be
part of the simulator's state, none made up.
"""

import json
from pathlib import Path

import pytest

DOCUMENTS = Path(__file__).parent / "documents"
NAMES = sorted(path.stem for path in DOCUMENTS.glob("*.graphql"))
JANE = {
    "email": "jane@example.com",
    "first_name": "Jane",
    "last_name": "Doe",
    "phone": "+3225550100",
    "addresses": [
        {
            "first_name": "Jane",
            "last_name": "Doe",
            "company": "Acme",
            "address1": "Market street 1",
            "zip": "1000",
            "city": "Brussels",
            "country_code": "BE",
        }
    ],
}
# 2 x 100.00 - 5.00 = 195.00; shipping 10.00 - 10 % = 9.00; 21 % of both: 40.95 + 1.89
ORDER = {
    "lines": [{"sku": "A", "quantity": 2}],
    "taxes": [{"title": "VAT", "rate": "0.21"}],
    "shipping": {"title": "Post", "code": "POST", "price": "10.00"},
    "discounts": [
        {"code": "FIVE", "type": "fixed_amount", "value": "5.00"},
        {"title": "Cheap post", "value": "10", "target": "shipping"},
    ],
    "customer": JANE,
    "note": "Ring twice",
    "tags": ["web"],
}
PRODUCT = {"sku": "A", "title": "Shirt", "price": "100.00", "cost": "40", "stock": 5}


@pytest.fixture
def ids(control):
    """{"$order": id, …} of a store with one product, one shipped order and two locations."""
    control.seed(products=[PRODUCT])
    closed = control.add_location("Old shop", is_active=False)
    order = control.place_order(**ORDER)["id"]
    control.fulfil_order(order, tracking={"company": "DHL", "number": "JD01", "url": None})
    (variant,) = control.variants()
    return {
        "$order": order,
        "$variant": variant["id"],
        "$product": variant["product_id"],
        "$location": control.info()["locations"][0]["id"],
        "$closed": closed,
    }


@pytest.mark.parametrize("name", NAMES)
def test_document(name, ids, client, control):
    document = (DOCUMENTS / f"{name}.graphql").read_text()
    variables = {key[1:]: gid for key, gid in ids.items() if f"({key}:" in document}
    data = json.dumps(client.data(document, variables))
    for key, gid in ids.items():
        data = data.replace(f'"{gid}"', f'"{key}"')
    assert json.loads(data) == json.loads((DOCUMENTS / f"{name}.json").read_text())
    made_up = control.info()["unmodelled"]
    assert bool(made_up) is (name == "not_modelled")
