# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the companies of the golden orders have: accounts, taxes, payment methods, rates."""

# Code, name, type, to be reconciled.
ACCOUNTS = (
    ("400000", "Customers", "asset_receivable", True),
    ("451000", "Sales tax owed", "liability_current", False),
    ("451200", "Sales tax owed abroad", "liability_current", False),
    ("451900", "Sales tax collected by marketplaces", "liability_current", False),
    ("488000", "Gift cards owed", "liability_current", False),
    ("489000", "Store credit owed", "liability_current", False),
    ("550000", "Bank", "asset_cash", False),
    ("570000", "Cash", "asset_cash", False),
    ("580000", "Card payments on their way", "asset_current", True),
    ("589000", "Transfers", "asset_current", True),
    ("650000", "Payment fees", "expense", False),
    ("654000", "Exchange losses", "expense", False),
    ("700000", "Sales", "income", False),
    ("704000", "Shipping charged", "income", False),
    ("743000", "Fees and tips", "income", False),
    ("754000", "Exchange gains", "income", False),
    ("758000", "Rounding", "income_other", False),
)
# The country of each home, its currency; the sales taxes of its own goods and books. The product
# for shipping has none, as it is installed; the company's default is 21 % at home in Belgium.
HOMES = {
    "BE": (
        "EUR",
        {**dict.fromkeys(("CUP", "PLATE", "JUG"), "21%"), "BOOK": "6%"},
    ),
    "US": ("USD", {}),
    "JP": ("JPY", {}),
    "KW": ("KWD", {}),
    "CH": ("CHF", {}),
    "GB": ("GBP", {}),
}
# Country, name, percent, included in prices.
TAXES = (
    ("BE", "21%", 21.0, False),
    ("BE", "21% incl", 21.0, True),
    ("BE", "6%", 6.0, False),
    ("BE", "6% incl", 6.0, True),
    ("US", "Michigan 6%", 6.0, False),
    ("US", "Texas 6.25%", 6.25, False),
    ("US", "Frisco 2%", 2.0, False),
    ("US", "California 7.25%", 7.25, False),
    ("US", "Colorado 2.9%", 2.9, False),
    ("JP", "10% incl", 10.0, True),
    ("JP", "8% incl", 8.0, True),
    ("CH", "8.1%", 8.1, False),
    ("GB", "20% incl", 20.0, True),
    ("GB", "20%", 20.0, False),
    ("GB", "0%", 0.0, False),
)
# Of a Belgian company: name, where it applies, the tax it gives for 21 % (name, percent, account).
POSITIONS = (
    ("Intra-Community", {"group": "base.europe", "vat_required": True}, ("0% EU", 0.0, "451000")),
    ("OSS France", {"country": "FR"}, ("20% FR", 20.0, "451200")),
    ("OSS Germany", {"country": "DE"}, ("19% DE", 19.0, "451200")),
    ("Extra-Community", {}, ("0% EX", 0.0, "451000")),
)
# The tax that a marketplace collects in the United States.
MARKETPLACE = "California State Tax"
# Payment methods: journal's type, account the money waits in, account of the fees.
METHODS = {
    "shopify_payments": ("bank", "580000", "650000"),
    "marketplace": ("bank", "580000", False),
    "gift_card": ("bank", "488000", False),
    "shopify_store_credit": ("bank", "489000", False),
    "manual": ("bank", "550000", False),
    "cash": ("cash", "570000", False),
}
# Units of a currency for one euro or franc, from a day on.
RATES = {
    "EUR": {"USD": (("2026-11-01", 1.08), ("2026-11-22", 1.25))},
    "CHF": {"EUR": (("2026-11-01", 1.08), ("2026-11-22", 1.25))},
}
PRODUCT_ACCOUNTS = {
    "STOREFRONT-SHIPPING": "704000",
    "STOREFRONT-FEE": "743000",
    "STOREFRONT-GIFT-CARD": "488000",
    "STOREFRONT-ROUNDING": "758000",
}
