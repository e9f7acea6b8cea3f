# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of taxes share: fiscal positions, taxes in them, addresses abroad."""

from decimal import Decimal

from odoo.fields import Command

from ..platforms.documents.customer import Address, Customer
from ..platforms.documents.order import TaxLine
from .common import StorefrontCase

PLACES = {
    "BE": ("Rue Haute 1", "Bruxelles", "1000", ""),
    "FR": ("Rue Basse 2", "Lille", "59000", ""),
    "DE": ("Hauptstr. 3", "Aachen", "52062", ""),
    "US": ("Sunset Blvd 4", "Los Angeles", "90028", "CA"),
}


class TaxCase(StorefrontCase):
    """A Belgian company that sells to all of the European Union and beyond."""

    @classmethod
    def _position(cls, name, country="", **vals):
        return cls.env["account.fiscal.position"].create(
            {
                "name": name,
                "auto_apply": True,
                "company_id": cls.company.id,
                "country_id": cls.env.ref(f"base.{country.lower()}").id if country else False,
                **vals,
            }
        )

    @classmethod
    def _tax_in(cls, position, name, percent, replaces=None, **vals):
        """A tax that a fiscal position gives, in place of another one."""
        tax = cls._tax(name, percent, vals.pop("included", False))
        tax.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(replaces.id)] if replaces else [],
                **vals,
            }
        )
        return tax

    @classmethod
    def _european_positions(cls):
        """The positions a Belgian chart of accounts has, and those of the One Stop Shop."""
        europe = cls.env.ref("base.europe")
        vat = {"country_group_id": europe.id, "vat_required": True}
        cls.vat = cls._tax("21%", 21.0)
        cls.national = cls._position("National", "BE", sequence=10)
        cls.intra = cls._position("Intra-Community", sequence=20, **vat)
        cls.oss_fr = cls._position("OSS FR", "FR", sequence=30)
        cls.oss_de = cls._position("OSS DE", "DE", sequence=31)
        cls.export = cls._position("Extra-Community", sequence=50)
        cls.vat.fiscal_position_ids = cls.national
        cls.zero_intra = cls._tax_in(cls.intra, "0% EU M", 0.0, cls.vat)
        cls.vat_fr = cls._tax_in(cls.oss_fr, "20% FR TVA", 20.0, cls.vat)
        cls.vat_de = cls._tax_in(cls.oss_de, "19% DE USt", 19.0, cls.vat)
        cls.zero_export = cls._tax_in(cls.export, "0% EX", 0.0, cls.vat)

    @classmethod
    def _load_chart(cls):
        """Give the company accounts, and none of the chart's taxes, positions and country."""
        cls.load_chart(cls)
        cls.company.account_fiscal_country_id = cls.company.country_id
        domain = [("company_id", "=", cls.company.id)]
        cls.env["account.fiscal.position"].search(domain).active = False

    def address(self, country, **values):
        street, city, postcode, state = PLACES[country]
        place = {"street": street, "city": city, "zip": postcode, "state_code": state}
        return Address(**{"name": "Ada Byron", "country_code": country, **place, **values})

    def sold(self, external_id, country, *taxes, price="100.00", **values):
        """An order to ``country``, of one cup unless ``lines`` say otherwise; each tax is (title,
        rate, amount, what else a tax line says)."""
        line = self.line("1", price, taxes=tuple(self.tax_line(*tax) for tax in taxes))
        addresses = {
            "billing_address": self.address(country),
            "shipping_address": self.address(country),
        }
        lines = values.pop("lines", (line,))
        return self.order(external_id, *lines, **{**addresses, **values})

    def business(self, vat="", **values):
        return Customer(
            **{
                "external_id": "900",
                "name": "Grace Hopper",
                "email": "grace@acme.example",
                "company_name": "Acme",
                "vat": vat,
                **values,
            }
        )

    def tax_line(self, title, rate, amount, values=None):
        return TaxLine(title=title, rate=Decimal(rate), amount=Decimal(amount), **(values or {}))

    def mappings(self, backend=None):
        return self.env["storefront.mapping.tax"].search(
            [("backend_id", "=", (backend or self.backend).id)], order="id"
        )

    def taxes_of(self, order):
        """Return the names of the taxes of an imported order, in their order."""
        document = self.receive(order)
        self.assertIn(order.external_id, document, self.issues().mapped("message"))
        return document[order.external_id].order_line.tax_ids.mapped("name")
