# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company with accounts and journals, and orders that are paid in several ways."""

from contextlib import contextmanager
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command
from odoo.sql_db import Cursor

from ..platforms.documents.order import Payment
from .common import StorefrontCase
from .fake_shop import MOMENT


class WorkflowCase(StorefrontCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.company.currency_id = cls.euro
        cls.env["account.tax"].search([("company_id", "=", cls.company.id)]).active = False
        cls.accounts = {
            name: cls._account(name, code, kind, reconcile)
            for name, code, kind, reconcile in (
                ("sales", "700001", "income", False),
                ("vat", "451001", "liability_current", False),
                ("clearing", "580001", "asset_current", True),
                ("cards", "460001", "liability_current", False),
                ("fees", "650001", "expense", False),
                ("receivable", "400001", "asset_receivable", True),
            )
        }
        cls.vat = cls._tax("VAT 20 %", 20.0)
        shares = cls.vat.invoice_repartition_line_ids | cls.vat.refund_repartition_line_ids
        shares.filtered(lambda share: share.repartition_type == "tax").write(
            {"account_id": cls.accounts["vat"].id}
        )
        products = cls.product | cls.other_product | cls.backend.shipping_product_id
        products.with_company(cls.company).property_account_income_id = cls.accounts["sales"]
        cls.env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            cls.accounts["receivable"].id,
            company_id=cls.company.id,
        )
        cls.journal = cls._journal("Card", "CARD")
        cls.backend.timezone = "Europe/Brussels"

    @classmethod
    def _account(cls, name, code, kind, reconcile):
        return cls.env["account.account"].create(
            {
                "name": name.title(),
                "code": code,
                "account_type": kind,
                "reconcile": reconcile,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )

    @classmethod
    def _journal(cls, name, code, kind="bank"):
        return cls.env["account.journal"].create(
            {"name": name, "code": code, "type": kind, "company_id": cls.company.id}
        )

    def map_payment(self, method="card", **vals):
        """Choose where the money of a method goes: by default into the clearing account."""
        return self.env["storefront.mapping.payment"].create(
            {
                "backend_id": self.backend.id,
                "name": method,
                "journal_id": self.journal.id,
                "clearing_account_id": self.accounts["clearing"].id,
                **vals,
            }
        )

    def payment(self, external_id="t1", amount="12.00", method="card", **values):
        amounts = {"fee": Decimal(values.pop("fee", "0"))}
        return Payment(
            **{
                "external_id": external_id,
                "kind": "payment",
                "method": method,
                "amount": Decimal(amount),
                "processed_at": MOMENT,
                "reference": f"ref-{external_id}",
                **amounts,
                **values,
            }
        )

    def paid(self, external_id="1001", *payments, **values):
        """An order of 10.00 and 2.00 VAT."""
        line = self.line("1", "10.00", ("VAT", "0.2", "2.00"))
        return self.order(external_id, line, payments=payments, **values)

    def entry(self, move):
        """Return the journal items of an entry: {account's name: debit less credit}."""
        items = {}
        for line in move.line_ids:
            name = line.account_id.name
            items[name] = round(items.get(name, 0.0) + line.balance, 2)
        return items

    def payments(self):
        return self.env["account.payment"].search(
            [("storefront_backend_id", "=", self.backend.id)], order="id"
        )

    @contextmanager
    def no_writes(self, *but):
        """Fail where the block writes to a table, ``but`` to these."""
        self.env.flush_all()
        written = []
        real = Cursor.execute

        def execute(cursor, query, params=None, log_exceptions=True):
            text = query.code if hasattr(query, "code") else str(query)
            words = text.split()
            if words[0].upper() in ("INSERT", "UPDATE", "DELETE"):
                table = words[1 if words[0].upper() == "UPDATE" else 2].strip('"')
                if table not in but:
                    written.append(text)
            return real(cursor, query, params, log_exceptions)

        with patch.object(Cursor, "execute", execute):
            yield
            self.env.flush_all()
        self.assertEqual(written, [])
