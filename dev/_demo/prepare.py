# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a company has before it connects a storefront: currency, taxes, products and stock."""

CURRENCY, COUNTRY = "EUR", "BE"
# The demo's own orders use the first two, those of the store's page the others.
TAX_PERCENTS = (20, 5.5, 21, 6)
STOCK = 60


def company(odoo):
    """Give the company its country, currency, accounts and sales taxes; return its id.

    Each rate exists twice, included in prices and not, in a tax group of its own: the group is
    what an order's totals are compared by."""
    company_id = odoo.search("res.company", [], limit=1)[0]
    currency_id = odoo.search(
        "res.currency", [("name", "=", CURRENCY), ("active", "in", [True, False])]
    )[0]
    country_id = odoo.search("res.country", [("code", "=", COUNTRY)])[0]
    odoo.call("res.currency", "write", [currency_id], {"active": True})
    odoo.call("res.company", "write", [company_id], {"country_id": country_id})
    odoo.call("account.chart.template", "try_loading", [], "generic_coa", company_id)
    # The chart of accounts brings a country of its own.
    vals = {"currency_id": currency_id, "account_fiscal_country_id": country_id}
    odoo.call("res.company", "write", [company_id], vals)
    for percent in TAX_PERCENTS:
        _taxes(odoo, company_id, percent)
    return company_id


def tax_title(percent):
    """What the storefront calls a tax; the name of its group here."""
    return f"VAT {percent:g}%"


def _taxes(odoo, company_id, percent):
    group_id = odoo.create(
        "account.tax.group", {"name": tax_title(percent), "company_id": company_id}
    )
    tax = {"amount": percent, "type_tax_use": "sale", "tax_group_id": group_id}
    title = tax_title(percent)
    odoo.create(
        "account.tax",
        [
            {**tax, "name": title, "price_include_override": "tax_excluded"},
            {**tax, "name": f"{title} included", "price_include_override": "tax_included"},
        ],
    )


def products(odoo, specs):
    """Create storable products with these SKUs, and their stock; return {SKU: product id}."""
    ids = odoo.create(
        "product.product",
        [
            {
                "name": spec["name"],
                "default_code": spec["sku"],
                "list_price": spec["price"],
                "type": "consu",
                "is_storable": True,
            }
            for spec in specs
        ],
    )
    location_id = warehouse(odoo)["lot_stock_id"][0]
    quants = odoo.call(
        "stock.quant",
        "create",
        [
            {"product_id": product_id, "location_id": location_id, "inventory_quantity": STOCK}
            for product_id in ids
        ],
        context={"inventory_mode": True},
    )
    odoo.call("stock.quant", "action_apply_inventory", quants)
    return dict(zip([spec["sku"] for spec in specs], ids, strict=True))


def warehouse(odoo):
    """The company's only warehouse, as a dict of what the demo needs of it."""
    ids = odoo.search("stock.warehouse", [])
    return odoo.read("stock.warehouse", ids, ["lot_stock_id", "in_type_id", "out_type_id"])[0]


def backend(odoo, company_id, storefront):
    """Create the backend of a storefront with its integration users; return its id."""
    backend_id = odoo.create(
        "storefront.backend",
        {
            "name": f"{storefront.name} demo",
            "company_id": company_id,
            "webhook_base_url": odoo.url,
            **storefront.backend_vals(),
        },
    )
    odoo.call("storefront.backend", "action_create_users", [backend_id])
    return backend_id
