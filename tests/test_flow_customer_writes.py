# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Proof that no flow writes on a partner that is here what isn't a storefront's to write."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from ..flows.customer_update import WRITABLE_BY_PLATFORM
from ..models.res_partner import ResPartner
from .customer_case import HOME, OFFICE, CustomerCase

FLOWS = Path(__file__).resolve().parents[1] / "flows"
# What flows call the partners they hold, and the fields of other models that hold them.
PARTNERS = re.compile(
    r"contacts?|family|(\w+_)?partners?(_\w+)?_ids?|partners?|child_ids|parent_id"
)
# These are something else in other flows.
CUSTOMER_PARTNERS = {
    "company", "location", "delivery", "invoice", "person", "employer", "found", "bound", "place",
}  # fmt: skip
# Where a flow writes on partners: what may be written is checked there, or the law demands it.
ALLOWED = {("customer_update.py", "_write_partner"), ("privacy_partner.py", "_anonymise")}
WRITES = {"write", "update", "_write"}


def written_partners():
    """Yield (file, function) of everything in flows that writes on something called a partner."""
    for file in sorted(FLOWS.glob("*.py")):
        for function in ast.walk(ast.parse(file.read_text())):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if any(is_partner(file.name, target) for target in _targets(node)):
                        yield file.name, function.name


def is_partner(file_name, node):
    name = _name(node)
    is_customers = file_name.startswith("customer_") and name in CUSTOMER_PARTNERS
    return bool(PARTNERS.fullmatch(name)) or is_customers


def _targets(node):
    """The records that a node writes on: ``x.write(…)``, ``x.field = …``, ``x.field |= …``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return [node.func.value] if node.func.attr in WRITES else []
    if isinstance(node, ast.Assign):
        return [one.value for one in node.targets if isinstance(one, ast.Attribute)]
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
        return [node.target.value]
    return []


def _name(node):
    """The last name of ``order.partner_id``, ``partner.with_context(…)``, ``partner``."""
    while isinstance(node, ast.Call):
        node = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@tagged("post_install", "-at_install")
class TestCustomerWrites(CustomerCase):
    def test_flows_write_on_partners_in_two_places(self):
        self.assertEqual(set(written_partners()), ALLOWED)

    def test_the_check_sees_what_it_looks_for(self):
        sources = {
            "partner.write({})": True,
            "order.partner_id.vat = '1'": True,
            "partner.with_context(a=1).write({})": True,
            "partner.child_ids |= other": True,
            "order.partner_shipping_id.write({})": True,
            "company.vat = '1'": True,
            "order.note = partner.name": False,
            "order.partner_id = partner": False,
            "partner.read()": False,
        }
        for source, is_found in sources.items():
            with self.subTest(source=source):
                targets = [one for node in ast.walk(ast.parse(source)) for one in _targets(node)]
                found = any(is_partner("customer_x.py", one) for one in targets)
                self.assertEqual(found, is_found)

    def test_whatever_changes_only_the_writable_is_written(self):
        """Every flow runs, with all that a document has changed; what reaches existing partners is
        recorded where it arrives."""
        firm = {"company_name": "Firm", "company_external_id": "7", "vat": "BE0477472701"}
        located = {**firm, "company_location_external_id": "9", "external_id": "502"}
        self.buy("1")
        self.buy("2", customer=self.account(**located))
        self.deliver("1")
        self.deliver("2")
        known, written = self.env["res.partner"].search([]), set()
        write = ResPartner.write

        def noting(records, vals):
            if records & known and records.env.user == self.backend.inbound_user_id:
                written.update(vals)
            return write(records, vals)

        changed = {
            "name": "Other",
            "email": "other@example.com",
            "phone": "+3225550199",
            "language": "fr",
            "tax_exempt": True,
            "addresses": (replace(OFFICE, state_code="QC", country_code="CA", street2="x"),),
        }
        with patch.object(ResPartner, "write", noting):
            moved = {"billing_address": OFFICE, "shipping_address": replace(HOME, zip="1020")}
            self.buy("3", customer=self.account(**changed), **moved)
            self.buy("4", customer=self.account(**{**changed, **located, "vat": "FR1"}), **moved)
            self.change(60, **changed)
            self.change(60, **{**changed, "external_id": "502"})
            self.announce("502", merged_into="501")
            self.job("fetch")
            self.job("import")
        self.assertEqual(written, {*WRITABLE_BY_PLATFORM, "storefront_changes"})
