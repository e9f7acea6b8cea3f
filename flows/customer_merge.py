# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Accounts that were merged in the storefront: whoever stood for one stands for the other.

Contacts aren't merged: invoices and ledgers hang on them, and only a human knows whether two are
one. An issue names them.
"""

from odoo import models


class StorefrontCustomerMerge(models.AbstractModel):
    _name = "storefront.customer.merge"
    _inherit = "storefront.flow"
    _description = "Storefront Customer Merge"

    def _merge_accounts(self, backend, gone, kept):
        """Have the account ``kept`` answer for ``gone``, which exists no more."""
        self._lock([f"customer:{backend.id}:{one}" for one in (gone, kept)])
        bindings = self.env["storefront.binding.partner"].search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", "customer"),
                ("external_id", "in", (gone, kept)),
            ]
        )
        others = bindings.filtered(lambda one: one.external_id == kept).grouped(
            "company_external_id"
        )
        for binding in bindings.filtered(lambda one: one.external_id == gone):
            other = others.get(binding.company_external_id)
            if not other:
                binding.copy({"external_id": kept, "synced": False, "merged_into": False})
            elif other.partner_id != binding.partner_id:
                self._ask(binding, other)
                binding.partner_id = other.partner_id
            binding.merged_into = kept

    def _ask(self, binding, other):
        cause = {
            "code": "customer_merged",
            "key": f"{binding.external_id}:{other.external_id}",
            "params": {"gone": binding.partner_id.name, "kept": other.partner_id.name},
        }
        issue = self.env["storefront.issue"]._raise_for(binding.backend_id, [cause])
        issue.binding_id = other
