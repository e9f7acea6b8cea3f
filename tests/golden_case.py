# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shops of the golden orders: a company with a small chart of accounts, at home in one country
or another, and what is compared of an order, its customer and its journal entries."""

from odoo.fields import Command

from ..platforms.shopify.adapter import ShopifyAdapter
from ..platforms.shopify.parse_order import fetched_order
from .common import StorefrontCase
from .golden import golden_orders
from .golden.shops import (
    ACCOUNTS,
    HOMES,
    MARKETPLACE,
    METHODS,
    POSITIONS,
    PRODUCT_ACCOUNTS,
    RATES,
    TAXES,
)


class GoldenAdapter(ShopifyAdapter):
    """The real one, but for its answers: they are in ``payloads``, by id."""

    payloads = {}

    def fetch_records(self, kind, external_ids):
        return tuple(fetched_order(one, self.payloads[one]) for one in external_ids)


class GoldenCase(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.product | cls.other_product).is_storable = False
        for name in ("Jug", "Book"):
            cls._product(name, name.upper(), is_storable=False)
        codes = [*PRODUCT_ACCOUNTS, "STOREFRONT-CUSTOM", "CUP", "PLATE", "JUG", "BOOK"]
        found = cls.env["product.product"].search([("default_code", "in", codes)])
        cls.products = {product.default_code: product for product in found}
        cls._make_accounts()
        cls._make_taxes()
        cls._make_methods()
        for currency in {currency for currency, _taxes in HOMES.values()}:
            cls._currency(currency)
        cls.backend.write(
            {
                "url": "https://golden.myshopify.com",
                "timezone": "Europe/Brussels",
                "paid_step": "pay",
                "invoice_date_is": "ordered",
            }
        )

    @classmethod
    def _make_accounts(cls):
        cls.accounts = {
            code: cls.env["account.account"].create(
                {
                    "code": code,
                    "name": name,
                    "account_type": kind,
                    "reconcile": reconcile,
                    "company_ids": [Command.set(cls.company.ids)],
                }
            )
            for code, name, kind, reconcile in ACCOUNTS
        }
        for code, product in cls.products.items():
            account = cls.accounts[PRODUCT_ACCOUNTS.get(code, "700000")]
            product.with_company(cls.company).property_account_income_id = account
        cls.env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            cls.accounts["400000"].id,
            company_id=cls.company.id,
        )
        cls._journal("Invoices", "INV", "sale", "700000")
        cls.company.write(
            {
                "transfer_account_id": cls.accounts["589000"].id,
                "currency_exchange_journal_id": cls._journal("Exchange", "EXCH", "general").id,
                "income_currency_exchange_account_id": cls.accounts["754000"].id,
                "expense_currency_exchange_account_id": cls.accounts["654000"].id,
            }
        )

    @classmethod
    def _journal(cls, name, code, kind, account=None):
        return cls.env["account.journal"].create(
            {
                "name": name,
                "code": code,
                "type": kind,
                "company_id": cls.company.id,
                "default_account_id": cls.accounts[account].id if account else False,
            }
        )

    @classmethod
    def _make_taxes(cls):
        cls.taxes = {
            (country, name): cls._tax_of(country, name, percent, included)
            for country, name, percent, included in TAXES
        }
        national = cls._position("National", {"country": "BE"}, 10)
        cls.positions = national
        for (country, _name), tax in cls.taxes.items():
            if country == "BE":
                tax.fiscal_position_ids = national
        own = cls.taxes["BE", "21%"]
        for number, (name, where, (tax_name, percent, account)) in enumerate(POSITIONS, start=2):
            position = cls._position(name, where, number * 10)
            tax = cls._tax_of("BE", tax_name, percent, False, account)
            tax.write(
                {
                    "fiscal_position_ids": [Command.set(position.ids)],
                    "original_tax_ids": [Command.set(own.ids)],
                }
            )
            cls.positions |= position
        cls.exempt = cls._position("Tax Exempt", {"auto_apply": False}, 90)
        cls.marketplace = cls._tax_of("US", "Marketplace 7.25%", 7.25, False, "451900")

    @classmethod
    def _tax_of(cls, country, name, percent, included, account="451000"):
        place = cls.env.ref(f"base.{'uk' if country == 'GB' else country.lower()}")
        groups = cls.env["account.tax.group"]
        vals = {"company_id": cls.company.id, "country_id": place.id}
        domain = [(field, "=", value) for field, value in vals.items()]
        group = groups.search(domain, limit=1) or groups.create({"name": country, **vals})
        parts = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": cls.accounts[account].id}),
        ]
        return cls.env["account.tax"].create(
            {
                **vals,
                "name": name,
                "amount": percent,
                "price_include_override": "tax_included" if included else "tax_excluded",
                "type_tax_use": "sale",
                "tax_group_id": group.id,
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )

    @classmethod
    def _position(cls, name, where, sequence):
        country, group = (where.get(key) for key in ("country", "group"))
        return cls.env["account.fiscal.position"].create(
            {
                "name": name,
                "sequence": sequence,
                "company_id": cls.company.id,
                "auto_apply": where.get("auto_apply", True),
                "vat_required": where.get("vat_required", False),
                "country_id": cls.env.ref(f"base.{country.lower()}").id if country else False,
                "country_group_id": cls.env.ref(group).id if group else False,
            }
        )

    @classmethod
    def _make_methods(cls):
        for number, (name, (kind, account, fees)) in enumerate(METHODS.items()):
            cls.env["storefront.mapping.payment"].create(
                {
                    "backend_id": cls.backend.id,
                    "name": name,
                    "is_gift_card": name == "gift_card",
                    "journal_id": cls._journal(name, f"PAY{number}", kind, "550000").id,
                    "clearing_account_id": cls.accounts[account].id,
                    "fee_account_id": cls.accounts[fees].id if fees else False,
                }
            )

    # one order

    def receive_golden(self, golden, rounding):
        """Have a golden order arrive in its shop; return its sale order, empty without one."""
        self._settle_in(golden.get("home", "BE"), rounding)
        self._prepare(golden.get("given", {}))
        payload = golden_orders.payload(golden)
        external_id = payload["id"].rpartition("/")[2]
        payloads = {external_id: payload}
        self.adapter_class = type("Golden", (GoldenAdapter,), {"payloads": payloads})
        self.poke(external_id)
        self.job("fetch")
        self.job("import")
        return self.sale_orders().get(external_id, self.env["sale.order"])

    def _settle_in(self, home, rounding):
        """Move the company to a country."""
        code, product_taxes = HOMES[home]
        currency = self._currency(code)
        country = self.env.ref(f"base.{'uk' if home == 'GB' else home.lower()}")
        self.company.write({"currency_id": currency.id, "country_id": country.id})
        self.company.account_fiscal_country_id = country
        self.company.tax_calculation_rounding_method = rounding
        self.company.account_sale_tax_id = self.taxes.get((home, "21%"))
        if home != "BE":
            self.positions.active = False
        if home == "US":
            mappings, collected = self.env["storefront.mapping.tax"], {"is_collected": True}
            mappings._map(self.backend, MARKETPLACE, 7.25, False, self.marketplace, **collected)
        for code, product in self.products.items():
            tax = self.taxes.get((home, product_taxes.get(code)))
            product.taxes_id = tax or [Command.clear()]
        for other, rates in RATES.get(currency.name, {}).items():
            for day, rate in rates:
                self.env["res.currency.rate"].create(
                    {
                        "currency_id": self._currency(other).id,
                        "company_id": self.company.id,
                        "name": day,
                        "rate": rate,
                    }
                )

    def _prepare(self, given):
        """Have settings and records there before the order."""
        self.backend.write(given.get("settings", {}))
        if given.get("exempt_position"):
            self.backend.tax_exempt_position_id = self.exempt
        for vals in given.get("partners", ()):
            country = self.env.ref(f"base.{vals['country'].lower()}")
            kept = {name: value for name, value in vals.items() if name != "country"}
            self.env["res.partner"].create({**kept, "country_id": country.id})

    # what came out, as the files write it

    def said_of_lines(self, order):
        digits = order.currency_id.decimal_places
        return [
            {
                "product": line.product_id.default_code,
                "name": line.name,
                "quantity": golden_orders.number(line.product_uom_qty),
                "price": golden_orders.number(line.price_unit),
                "discount": golden_orders.number(line.discount),
                "taxes": line.tax_ids.mapped("name"),
                "untaxed": golden_orders.money(line.price_subtotal, digits),
                "tax": golden_orders.money(line.price_tax, digits),
            }
            for line in order.order_line
        ]

    def said_of_totals(self, order):
        amounts = (order.amount_untaxed, order.amount_tax, order.amount_total)
        return [golden_orders.money(amount, order.currency_id.decimal_places) for amount in amounts]

    def said_of_partner(self, partner):
        """Return what is filled in of a partner."""
        said = {
            "name": partner.name,
            "company": partner.is_company,
            "parent": partner.parent_id.name,
            "email": partner.email,
            "phone": partner.phone,
            "vat": partner.vat,
            "street": partner.street,
            "street2": partner.street2,
            "city": partner.city,
            "zip": partner.zip,
            "state": partner.state_id.code,
            "country": partner.country_id.code,
        }
        return {name: value for name, value in said.items() if value}

    def said_of_entry(self, moves):
        """Return [account, debit, credit, tax, amount in the order's currency] of each item; the
        last two only where there are any."""
        return sorted(map(self._said_of_item, moves.line_ids))

    def _said_of_item(self, line):
        home, other = line.company_currency_id, line.currency_id
        sides = [
            golden_orders.money(side, home.decimal_places) if side else ""
            for side in (line.debit, line.credit)
        ]
        row = [line.account_id.code, *sides]
        if other != home:
            foreign = golden_orders.money(line.amount_currency, other.decimal_places)
            return [*row, line.tax_line_id.name or "", foreign]
        self.assertEqual(home.compare_amounts(line.amount_currency, line.balance), 0)
        return [*row, line.tax_line_id.name] if line.tax_line_id else row
