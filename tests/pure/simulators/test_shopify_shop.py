# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a connection reads about the shop it was connected to."""

REPORT = """{
  shop {
    name myshopifyDomain currencyCode ianaTimezone timezoneAbbreviation timezoneOffset
    timezoneOffsetMinutes taxesIncluded taxShipping shipsToCountries
    plan { publicDisplayName shopifyPlus partnerDevelopment }
    features { shopifyPlus } shopAddress { countryCodeV2 }
  }
  publicApiVersions { handle supported }
  currentAppInstallation { app { title webhookApiVersion } }
  companiesCount { count }
}"""


def test_a_report(client, control):
    control.configure(
        plan="basic", iana_timezone="Asia/Tokyo", taxes_included=True, tax_shipping=False,
        country_code="JP", currency_code="JPY",
    )  # fmt: skip
    assert client.data(REPORT) == {
        "shop": {
            "name": "Simulated Store",
            "myshopifyDomain": "simulated-store.myshopify.com",
            "currencyCode": "JPY",
            "ianaTimezone": "Asia/Tokyo",
            "timezoneAbbreviation": "JST",
            "timezoneOffset": "+0900",
            "timezoneOffsetMinutes": 540,
            "taxesIncluded": True,
            "taxShipping": False,
            "shipsToCountries": ["JP"],
            "plan": {
                "publicDisplayName": "Basic",
                "shopifyPlus": False,
                "partnerDevelopment": False,
            },
            "features": {"shopifyPlus": False},
            "shopAddress": {"countryCodeV2": "JP"},
        },
        "publicApiVersions": [
            {"handle": "2026-01", "supported": True},
            {"handle": "2026-04", "supported": True},
            {"handle": "2026-07", "supported": True},
            {"handle": "2026-10", "supported": True},
            {"handle": "2027-01", "supported": False},
            {"handle": "unstable", "supported": False},
        ],
        "currentAppInstallation": {
            "app": {"title": "Odoo connector", "webhookApiVersion": "2026-10"}
        },
        "companiesCount": {"count": 0},
    }
    assert control.info()["unmodelled"] == {}


def test_companies_need_a_scope_and_a_shop_that_has_them(client, control):
    query = "{ companies(first: 1) { nodes { id } } }"
    assert client.data(query) == {"companies": {"nodes": []}}
    denial = (
        "Access denied for companies field. Required access: `read_customers` access scope or"
        " `read_companies` access scope. Also: The shop must have access to B2B. Some operations"
        " may require additional plan capabilities."
    )
    control.configure(b2b=False)
    assert [one["message"] for one in client.graphql(query)["errors"]] == [denial]
    control.configure(b2b=True)
    control.set_scopes(remove=["read_companies", "read_customers", "write_customers"])
    assert [one["message"] for one in client.graphql(query)["errors"]] == [denial]
