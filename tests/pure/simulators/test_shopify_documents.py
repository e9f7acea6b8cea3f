# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The documents a connector sends, executed against a known store: every field they read is
modelled (nothing made up), and the values are the expected ones."""

import pytest

ADDRESS = "firstName lastName name company address1 address2 zip city provinceCode countryCodeV2 phone"
MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
TAX = f"taxLines {{ title rate ratePercentage channelLiable priceSet {MONEY} }}"
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


@pytest.fixture
def shop(control):
    control.seed(
        products=[{"sku": "A", "title": "Shirt", "price": "100.00", "cost": "40", "stock": 5}]
    )
    yield control
    assert control.info()["unmodelled"] == {}


@pytest.fixture
def order(shop):
    return shop.place_order(
        lines=[{"sku": "A", "quantity": 2}],
        taxes=[{"title": "VAT", "rate": "0.21"}],
        shipping={"title": "Post", "code": "POST", "price": "10.00"},
        discounts=[{"code": "FIVE", "type": "fixed_amount", "value": "5.00"}],
        customer=JANE,
        note="Ring twice",
        tags=["web"],
    )


def money(amount):
    side = {"amount": amount, "currencyCode": "EUR"}
    return {"shopMoney": side, "presentmentMoney": side}


def test_shop(shop, client):
    data = client.data(
        """{ shop { name myshopifyDomain primaryDomain { host } email currencyCode
        enabledPresentmentCurrencies ianaTimezone taxesIncluded taxShipping weightUnit
        orderNumberFormatPrefix orderNumberFormatSuffix
        plan { publicDisplayName shopifyPlus partnerDevelopment } } }"""
    )
    assert data["shop"] == {
        "name": "Simulated Store",
        "myshopifyDomain": "simulated-store.myshopify.com",
        "primaryDomain": {"host": "simulated-store.myshopify.com"},
        "email": "owner@simulated-store.example",
        "currencyCode": "EUR",
        "enabledPresentmentCurrencies": ["EUR", "USD", "JPY"],
        "ianaTimezone": "Europe/Brussels",
        "taxesIncluded": False,
        "taxShipping": True,
        "weightUnit": "KILOGRAMS",
        "orderNumberFormatPrefix": "#",
        "orderNumberFormatSuffix": "",
        "plan": {
            "publicDisplayName": "Shopify Plus",
            "shopifyPlus": True,
            "partnerDevelopment": False,
        },
    }


def test_locations(shop, client):
    shop.add_location("Old shop", is_active=False)
    query = """query L($all: Boolean) {
      locations(first: 5, includeInactive: $all, includeLegacy: true) {
        nodes { name isActive shipsInventory fulfillsOnlineOrders isFulfillmentService
          fulfillmentService { id } address { address1 address2 zip city provinceCode countryCode
          phone } } pageInfo { hasNextPage endCursor } } }"""
    rows = client.data(query, {"all": True})["locations"]["nodes"]
    assert [(row["name"], row["isActive"]) for row in rows] == [
        ("Main warehouse", True),
        ("Old shop", False),
    ]
    assert rows[0]["address"] == {
        "address1": "Main street 1",
        "address2": None,
        "zip": "1000",
        "city": "Brussels",
        "provinceCode": None,
        "countryCode": "BE",
        "phone": None,
    }
    rows = client.data(query, {"all": False})["locations"]["nodes"]
    assert [row["name"] for row in rows] == ["Main warehouse"]


def test_variants(shop, client):
    data = client.data(
        """{ productVariants(first: 5) { nodes { legacyResourceId title sku barcode price
        compareAtPrice taxable position inventoryPolicy selectedOptions { name value }
        inventoryItem { sku tracked requiresShipping unitCost { amount currencyCode }
        harmonizedSystemCode countryCodeOfOrigin measurement { weight { value unit } } }
        externalId: metafield(namespace: "$app", key: "id") { value } product { title } } } }"""
    )
    (row,) = data["productVariants"]["nodes"]
    assert row.pop("legacyResourceId") == shop.variants()[0]["id"].rsplit("/", 1)[1]
    assert row == {
        "title": "Default Title",
        "sku": "A",
        "barcode": None,
        "price": "100.00",
        "compareAtPrice": None,
        "taxable": True,
        "position": 1,
        "inventoryPolicy": "DENY",
        "selectedOptions": [{"name": "Title", "value": "Default Title"}],
        "inventoryItem": {
            "sku": "A",
            "tracked": True,
            "requiresShipping": True,
            "unitCost": {"amount": "40.0", "currencyCode": "EUR"},
            "harmonizedSystemCode": None,
            "countryCodeOfOrigin": None,
            "measurement": {"weight": {"value": 0.0, "unit": "KILOGRAMS"}},
        },
        "externalId": None,
        "product": {"title": "Shirt"},
    }


def test_products(shop, client):
    data = client.data(
        """{ products(first: 5, sortKey: UPDATED_AT) { nodes { title handle status vendor
        productType tags descriptionHtml isGiftCard hasOnlyDefaultVariant category { id }
        options { name position optionValues { name } } media(first: 5) { nodes { id } }
        variantsCount { count } totalInventory tracksInventory } } }"""
    )
    assert data["products"]["nodes"] == [
        {
            "title": "Shirt",
            "handle": "shirt",
            "status": "ACTIVE",
            "vendor": "Simulated",
            "productType": "",
            "tags": [],
            "descriptionHtml": "",
            "isGiftCard": False,
            "hasOnlyDefaultVariant": True,
            "category": None,
            "options": [
                {"name": "Title", "position": 1, "optionValues": [{"name": "Default Title"}]}
            ],
            "media": {"nodes": []},
            "variantsCount": {"count": 1},
            "totalInventory": 5,
            "tracksInventory": True,
        }
    ]


HEADER = """name number note tags test email phone customerLocale sourceName sourceIdentifier
  poNumber cancelledAt closedAt cancelReason cancellation { staffNote } confirmed edited fullyPaid
  unpaid returnStatus displayFinancialStatus displayFulfillmentStatus currencyCode
  presentmentCurrencyCode taxesIncluded taxExempt estimatedTaxes dutiesIncluded discountCodes
  paymentGatewayNames attribution { handle } app { id } publication { id } retailLocation { id }
  customAttributes { key value } localizedFields(first: 5) { nodes { key } }
  purchasingEntity { __typename } paymentTerms { id } additionalFees { id }
  risk { recommendation assessments { riskLevel } }"""


def test_an_order_s_header(order, client):
    query = f"query O($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Order {{ {HEADER} }} }} }}"
    (data,) = client.data(query, {"ids": [order["id"]]})["nodes"]
    assert data == {
        "name": "#1001",
        "number": 1001,
        "note": "Ring twice",
        "tags": ["web"],
        "test": False,
        "email": "jane@example.com",
        "phone": None,
        "customerLocale": "en",
        "sourceName": "web",
        "sourceIdentifier": None,
        "poNumber": None,
        "cancelledAt": None,
        "closedAt": None,
        "cancelReason": None,
        "cancellation": None,
        "confirmed": True,
        "edited": False,
        "fullyPaid": True,
        "unpaid": False,
        "returnStatus": "NO_RETURN",
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "currencyCode": "EUR",
        "presentmentCurrencyCode": "EUR",
        "taxesIncluded": False,
        "taxExempt": False,
        "estimatedTaxes": False,
        "dutiesIncluded": False,
        "discountCodes": ["FIVE"],
        "paymentGatewayNames": ["shopify_payments"],
        "attribution": None,
        "app": None,
        "publication": None,
        "retailLocation": None,
        "customAttributes": [],
        "localizedFields": {"nodes": []},
        "purchasingEntity": None,
        "paymentTerms": None,
        "additionalFees": [],
        "risk": {"recommendation": "ACCEPT", "assessments": []},
    }


def test_an_order_s_totals(order, client):
    names = (
        "originalTotalPriceSet", "totalPriceSet", "subtotalPriceSet", "totalTaxSet",
        "totalDiscountsSet", "totalShippingPriceSet", "totalTipReceivedSet",
        "currentTotalPriceSet", "currentSubtotalPriceSet", "currentTotalTaxSet",
        "currentTotalDiscountsSet", "currentShippingPriceSet", "totalReceivedSet",
        "totalRefundedSet", "totalOutstandingSet", "netPaymentSet", "refundDiscrepancySet",
    )  # fmt: skip
    fields = " ".join(f"{name} {MONEY}" for name in names)
    query = f"""query O($id: ID!) {{ order(id: $id) {{ {fields} {TAX}
      originalTotalDutiesSet {MONEY} currentTotalDutiesSet {MONEY}
      totalCashRoundingAdjustment {{ paymentSet {MONEY} refundSet {MONEY} }} }} }}"""
    data = client.data(query, {"id": order["id"]})["order"]
    # 2 × 100 − 5 = 195; shipping 10; 21 % of both: 40.95 + 2.10
    expected = dict.fromkeys(names, money("0.0"))
    for name in ("originalTotalPriceSet", "totalPriceSet", "currentTotalPriceSet",
                 "totalReceivedSet", "netPaymentSet"):  # fmt: skip
        expected[name] = money("248.05")
    for prefix in ("total", "currentTotal"):
        expected[f"{prefix}TaxSet"] = money("43.05")
        expected[f"{prefix}DiscountsSet"] = money("5.0")
    expected["subtotalPriceSet"] = expected["currentSubtotalPriceSet"] = money("195.0")
    expected["totalShippingPriceSet"] = expected["currentShippingPriceSet"] = money("10.0")
    assert {name: data[name] for name in names} == expected
    assert data["originalTotalDutiesSet"] is None
    assert data["totalCashRoundingAdjustment"]["paymentSet"] == money("0.0")
    assert data["taxLines"] == [
        {
            "title": "VAT",
            "rate": 0.21,
            "ratePercentage": 21.0,
            "channelLiable": False,
            "priceSet": money("43.05"),
        }
    ]


def test_an_order_s_lines(order, client, shop):
    query = f"""query O($id: ID!) {{ order(id: $id) {{
      lineItems(first: 50) {{ nodes {{ name title variantTitle sku vendor quantity currentQuantity
        refundableQuantity unfulfilledQuantity nonFulfillableQuantity requiresShipping taxable
        isGiftCard customAttributes {{ key }} variant {{ id }} product {{ title }}
        lineItemGroup {{ id }} duties {{ id }} {TAX} originalUnitPriceSet {MONEY}
        discountedUnitPriceSet {MONEY} originalTotalSet {MONEY}
        discountedTotalSet(withCodeDiscounts: true) {MONEY}
        priceAfterAllDiscountsBeforeTaxesSet {MONEY}
        discountAllocations {{ allocatedAmountSet {MONEY} discountApplication {{ index }} }} }}
        pageInfo {{ hasNextPage endCursor }} }}
      shippingLines(first: 10, includeRemovals: true) {{ nodes {{ title code source
        carrierIdentifier isRemoved originalPriceSet {MONEY} discountedPriceSet {MONEY}
        currentDiscountedPriceSet {MONEY} discountAllocations {{ allocatedAmountSet {MONEY} }}
        {TAX} }} }}
      discountApplications(first: 5) {{ nodes {{ __typename index allocationMethod targetSelection
        targetType value {{ __typename ... on MoneyV2 {{ amount currencyCode }}
        ... on PricingPercentageValue {{ percentage }} }}
        ... on DiscountCodeApplication {{ code }} }} }} }} }}"""
    data = client.data(query, {"id": order["id"]})["order"]
    (line,) = data["lineItems"]["nodes"]
    tax = {"title": "VAT", "rate": 0.21, "ratePercentage": 21.0, "channelLiable": False}
    assert line == {
        "name": "Shirt",
        "title": "Shirt",
        "variantTitle": None,
        "sku": "A",
        "vendor": "Simulated",
        "quantity": 2,
        "currentQuantity": 2,
        "refundableQuantity": 2,
        "unfulfilledQuantity": 2,
        "nonFulfillableQuantity": 0,
        "requiresShipping": True,
        "taxable": True,
        "isGiftCard": False,
        "customAttributes": [],
        "variant": {"id": shop.variants()[0]["id"]},
        "product": {"title": "Shirt"},
        "lineItemGroup": None,
        "duties": [],
        "taxLines": [{**tax, "priceSet": money("40.95")}],
        "originalUnitPriceSet": money("100.0"),
        "discountedUnitPriceSet": money("100.0"),
        "originalTotalSet": money("200.0"),
        "discountedTotalSet": money("200.0"),
        "priceAfterAllDiscountsBeforeTaxesSet": money("195.0"),
        "discountAllocations": [
            {"allocatedAmountSet": money("5.0"), "discountApplication": {"index": 0}}
        ],
    }
    assert data["shippingLines"]["nodes"] == [
        {
            "title": "Post",
            "code": "POST",
            "source": "shopify",
            "carrierIdentifier": None,
            "isRemoved": False,
            "originalPriceSet": money("10.0"),
            "discountedPriceSet": money("10.0"),
            "currentDiscountedPriceSet": money("10.0"),
            "discountAllocations": [],
            "taxLines": [{**tax, "priceSet": money("2.1")}],
        }
    ]
    assert data["discountApplications"]["nodes"] == [
        {
            "__typename": "DiscountCodeApplication",
            "index": 0,
            "allocationMethod": "ACROSS",
            "targetSelection": "ALL",
            "targetType": "LINE_ITEM",
            "value": {"__typename": "MoneyV2", "amount": "5.0", "currencyCode": "EUR"},
            "code": "FIVE",
        }
    ]


def test_an_order_s_people_payments_and_shipments(order, client, shop):
    shop.fulfil_order(order["id"], tracking={"company": "DHL", "number": "JD01", "url": None})
    query = f"""query O($id: ID!) {{ order(id: $id) {{
      customer {{ firstName lastName displayName locale taxExempt
        defaultEmailAddress {{ emailAddress }} defaultPhoneNumber {{ phoneNumber }} }}
      billingAddress {{ {ADDRESS} }} shippingAddress {{ {ADDRESS} }}
      transactions(first: 5) {{ kind status gateway formattedGateway test paymentId errorCode
        manualPaymentGateway amountSet {MONEY} amountRoundingSet {MONEY} settlementCurrency
        settlementCurrencyRate parentTransaction {{ id }} fees {{ id }} }}
      refunds(first: 5) {{ id }}
      fulfillments(first: 5) {{ name status displayStatus location {{ name }}
        trackingInfo(first: 5) {{ company number url }}
        fulfillmentLineItems(first: 5) {{ nodes {{ quantity lineItem {{ sku }} }} }} }} }} }}"""
    data = client.data(query, {"id": order["id"]})["order"]
    assert data["customer"] == {
        "firstName": "Jane",
        "lastName": "Doe",
        "displayName": "Jane Doe",
        "locale": "en",
        "taxExempt": False,
        "defaultEmailAddress": {"emailAddress": "jane@example.com"},
        "defaultPhoneNumber": {"phoneNumber": "+3225550100"},
    }
    address = {
        "firstName": "Jane",
        "lastName": "Doe",
        "name": "Jane Doe",
        "company": "Acme",
        "address1": "Market street 1",
        "address2": None,
        "zip": "1000",
        "city": "Brussels",
        "provinceCode": None,
        "countryCodeV2": "BE",
        "phone": None,
    }
    assert data["billingAddress"] == data["shippingAddress"] == address
    (payment,) = data["transactions"]
    assert payment.pop("paymentId").startswith("r")
    assert payment == {
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": "shopify_payments",
        "formattedGateway": "Shopify Payments",
        "test": False,
        "errorCode": None,
        "manualPaymentGateway": False,
        "amountSet": money("248.05"),
        "amountRoundingSet": None,
        "settlementCurrency": None,
        "settlementCurrencyRate": None,
        "parentTransaction": None,
        "fees": [],
    }
    assert data["refunds"] == []
    assert data["fulfillments"] == [
        {
            "name": "#1001.1",
            "status": "SUCCESS",
            "displayStatus": "FULFILLED",
            "location": {"name": "Main warehouse"},
            "trackingInfo": [{"company": "DHL", "number": "JD01", "url": None}],
            "fulfillmentLineItems": {"nodes": [{"quantity": 2, "lineItem": {"sku": "A"}}]},
        }
    ]


def test_customers(order, client):
    query = f"""query C($identifier: CustomerIdentifierInput!) {{
      customerByIdentifier(identifier: $identifier) {{ displayName numberOfOrders }}
      customers(first: 5, query: "email:jane@example.com", sortKey: UPDATED_AT) {{ nodes {{
        firstName locale note tags state taxExempt taxExemptions verifiedEmail numberOfOrders
        defaultEmailAddress {{ emailAddress marketingState marketingOptInLevel }}
        defaultAddress {{ {ADDRESS} }} addressesV2(first: 5) {{ nodes {{ city }} }}
        lastOrder {{ name }} }} }} }}"""
    data = client.data(query, {"identifier": {"emailAddress": "jane@example.com"}})
    assert data["customerByIdentifier"] == {"displayName": "Jane Doe", "numberOfOrders": "1"}
    (row,) = data["customers"]["nodes"]
    assert row.pop("defaultAddress")["city"] == "Brussels"
    assert row == {
        "firstName": "Jane",
        "locale": "en",
        "note": None,
        "tags": [],
        "state": "DISABLED",
        "taxExempt": False,
        "taxExemptions": [],
        "verifiedEmail": True,
        "numberOfOrders": "1",
        "defaultEmailAddress": {
            "emailAddress": "jane@example.com",
            "marketingState": "NOT_SUBSCRIBED",
            "marketingOptInLevel": None,
        },
        "addressesV2": {"nodes": [{"city": "Brussels"}]},
        "lastOrder": {"name": "#1001"},
    }


def test_stock_of_a_location(order, client, shop):
    query = """query L($id: ID!) { location(id: $id) { inventoryLevels(first: 5) { nodes {
      item { sku } quantities(names: ["available", "committed", "on_hand"]) { name quantity } }
      pageInfo { hasNextPage } } } }"""
    location = shop.info()["locations"][0]["id"]
    assert client.data(query, {"id": location})["location"]["inventoryLevels"] == {
        "nodes": [
            {
                "item": {"sku": "A"},
                "quantities": [
                    {"name": "available", "quantity": 3},
                    {"name": "committed", "quantity": 2},
                    {"name": "on_hand", "quantity": 5},
                ],
            }
        ],
        "pageInfo": {"hasNextPage": False},
    }


def test_what_is_not_modelled_is_empty_and_counted(control, client):
    control.seed(count=1)
    data = client.data(
        """{ shop { billingAddress { city countryCodeV2 } checkoutApiSupported }
        products(first: 1) { nodes { seo { title } storefrontId images(first: 1) { nodes { id } }
        priceRangeV2 { minVariantPrice { amount currencyCode } } } } }"""
    )
    assert data == {
        "shop": {
            "billingAddress": {"city": None, "countryCodeV2": None},
            "checkoutApiSupported": False,
        },
        "products": {
            "nodes": [
                {
                    "seo": {"title": None},
                    "storefrontId": "",
                    "images": {"nodes": []},
                    "priceRangeV2": {"minVariantPrice": {"amount": "0.0", "currencyCode": "AED"}},
                }
            ]
        },
    }
    assert control.info()["unmodelled"]["Product.seo"] == 1
