# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The base of the tests of fiscal positions: a Belgian company that sells abroad."""

from odoo.fields import Command

from .tax_case import TaxCase

FRENCH_VAT = "FR23334175221"


class FiscalCase(TaxCase):
    has_chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.has_chart:
            cls._load_chart()
            cls.product.invoice_policy = "order"
        cls._european_positions()
        cls.product.taxes_id = [Command.set(cls.vat.ids)]

    def french(self, external_id="1", **values):
        return self.sold(external_id, "FR", ("TVA", "0.2", "20.00"), **values)

    def untaxed(self, external_id="1", country="FR", **values):
        return self.sold(external_id, country, **values)

    def shown(self, order):
        """Return the totals of an order: untaxed, tax, total."""
        return order.amount_untaxed, order.amount_tax, order.amount_total
