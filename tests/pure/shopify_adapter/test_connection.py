# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who answers, what it lets us do, and how access is given back."""

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.access import Token
from odoo.addons.storefront_connector.platforms.documents.connection import ConnectionReport
from odoo.addons.storefront_connector.platforms.shopify import const, parse

ORDER = {"id": "gid://shopify/Order/1", "email": "a@b.example"}
PROTECTED = (
    "This app is not approved to access the Order object. See "
    "https://shopify.dev/docs/apps/launch/protected-customer-data for more details."
)
B2B = (
    "Access denied for companiesCount field. Required access: `read_customers` access scope or"
    " `read_companies` access scope. Also: The shop must have access to B2B."
)


def answer_shop(store, scopes=const.INSTALL_SCOPES):
    store.answer(
        shop={
            "id": "gid://shopify/Shop/1",
            "name": "Lamps",
            "myshopifyDomain": "lamps.myshopify.com",
            "currencyCode": "EUR",
            "ianaTimezone": "Europe/Brussels",
            "taxesIncluded": True,
            "taxShipping": False,
            "plan": {"publicDisplayName": "Basic"},
        },
        currentAppInstallation={"accessScopes": [{"handle": scope} for scope in scopes]},
    )


def test_who_answers_and_what_is_granted(store, adapter):
    answer_shop(store, ("write_orders", "read_customers", "write_inventory", "read_locations"))
    store.answer(orders={"nodes": [ORDER]})
    store.answer(companiesCount={"count": 1})
    assert adapter.check_connection() == ConnectionReport(
        shop_external_id="1",
        name="Lamps",
        url="https://lamps.myshopify.com",
        currency="EUR",
        timezone="Europe/Brussels",
        prices_include_tax=True,
        plan="Basic",
        api_version="2026-10",
        granted_scopes=("read_customers", "read_locations", "write_inventory", "write_orders"),
        missing_scopes=("read_products",),
        missing_optional_scopes=("read_all_orders", "read_customer_merge", "write_products"),
        tax_on_shipping=False,
        tax_rounding="line",
        customer_data=True,
        companies=True,
    )
    assert store.operations == ["Shop", "CustomerData", "Companies"]


def test_what_an_owner_is_asked_for_is_enough():
    assert parse.missing_scopes(const.INSTALL_SCOPES, const.REQUIRED_SCOPES) == ()
    # Shopify leaves out of a token's scopes what others imply.
    implied = ("read_customers", "read_locations", "read_orders", "write_inventory")
    assert parse.missing_scopes((*implied, "write_products"), const.REQUIRED_SCOPES) == ()
    assert parse.missing_scopes(implied, const.REQUIRED_SCOPES) == ("read_products",)


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        ("ACCESS_DENIED", PROTECTED, False),
        ("ACCESS_DENIED", "This app is not approved to use the email field.", False),
        ("ACCESS_DENIED", "Access denied. Required access: `read_orders` access scope.", None),
        ("undefinedField", "Field 'email' doesn't exist", None),
    ],
)
def test_whether_customers_may_be_read_is_tried(store, adapter, code, message, told):
    answer_shop(store)
    store.fail(code, message)
    store.answer(companiesCount={"count": 0})
    report = adapter.check_connection()
    assert (report.customer_data, report.companies) == (told, False)


def test_a_store_without_orders_does_not_tell(store, adapter):
    answer_shop(store)
    store.answer(orders={"nodes": []})
    store.answer(companiesCount={"count": 0})
    assert adapter.check_connection().customer_data is None


@pytest.mark.parametrize(
    ("scopes", "code", "message", "told"),
    [
        (const.INSTALL_SCOPES, "ACCESS_DENIED", B2B, False),
        (const.INSTALL_SCOPES, "ACCESS_DENIED", "Access denied for companiesCount field.", False),
        (("read_orders",), "ACCESS_DENIED", B2B, None),
        (const.INSTALL_SCOPES, "undefinedField", "Field doesn't exist", None),
    ],
)
def test_a_store_without_companies_refuses_the_question(
    store, adapter, scopes, code, message, told
):
    answer_shop(store, scopes)
    store.answer(orders={"nodes": [ORDER]})
    store.fail(code, message)
    assert adapter.check_connection().companies is told


def test_a_passing_failure_is_no_answer(store, adapter):
    answer_shop(store)
    store.answers.append((503, {}))
    with pytest.raises(errors.RetryLater):
        adapter.check_connection()


def uninstalled(*refusals):
    return {"appUninstall": {"userErrors": list(refusals)}}


@pytest.mark.parametrize("refusals", [[], [{"code": "APP_NOT_INSTALLED", "message": "Gone"}]])
def test_access_is_given_back_by_uninstalling(store, adapter, refusals):
    store.answer(**uninstalled(*refusals))
    adapter.revoke_access()
    assert store.operations == ["AppUninstall"]


APP = {"client_id": "app", "client_secret": "app-secret"}
UNAUTHORIZED = (401, {"errors": "[API] Invalid API key or access token"})
NOT_INSTALLED = (400, {"error": "app_not_installed"})


@pytest.mark.parametrize(
    ("credentials", "answers"),
    [
        ({"access_token": "shpat_pasted"}, [UNAUTHORIZED]),
        ({"access": "client_credentials", **APP}, [UNAUTHORIZED, NOT_INSTALLED]),
        ({"access": "authorization", **APP}, [UNAUTHORIZED, (401, {"error": "invalid_grant"})]),
    ],
)
def test_access_that_has_ended_needs_no_giving_back(store, credentials, answers):
    store.token = Token(access_token="shpat_1", refresh_token="shprt_1")
    store.answers += answers
    store.adapter(**credentials).revoke_access()
    assert store.answers == []


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ((403, {"errors": "No"}), errors.AuthFailed, "forbidden"),
        ((500, {}), errors.AnswerLost, "server_error"),
        (
            {"data": uninstalled({"code": "APP_UNINSTALL_ERROR", "message": "Not now"})},
            errors.Rejected,
            "rejected",
        ),
    ],
)
def test_access_that_could_not_be_given_back_is_told(store, adapter, answer, kind, code):
    store.answers.append(answer)
    with pytest.raises(errors.StorefrontError) as caught:
        adapter.revoke_access()
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_an_app_that_is_refused_while_access_is_given_back_is_told(store):
    store.token = Token(access_token="shpat_1")
    store.answers += [UNAUTHORIZED, (400, {"error": "invalid_client"})]
    with pytest.raises(errors.AuthFailed) as caught:
        store.adapter(access="client_credentials", **APP).revoke_access()
    assert caught.value.params == {"reason": "invalid_client"}
