# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an account and its partner can't both be right about: decided by a rule, or by a human."""

from odoo import fields, models

from ..models.messages import MESSAGES
from ..models.storefront_event import naive_utc

CONFLICT = "customer_conflict_"


class StorefrontCustomerConflict(models.AbstractModel):
    _name = "storefront.customer.conflict"
    _description = "Storefront Customer Conflict"

    def _decide(self, backend, snapshot, sides, group, names, customer):
        """Settle what both sides changed by the backend's rule, or ask."""
        rule = backend._customer_rule(group)
        if rule == "ask":
            sides.settle(names, "asked")
            self._ask(backend, snapshot, sides, group, names)
        elif rule == "last" and self._is_theirs_later(sides.partner, names, customer):
            sides.settle(names, "theirs")
        else:
            sides.settle(names, "kept")

    def _is_theirs_later(self, partner, names, customer):
        """Whether the storefront changed an account after somebody here changed these fields."""
        changes = partner.sudo().storefront_changes or {}  # of managers, like all bookkeeping
        times = [fields.Datetime.to_datetime(changes[name]) for name in names if name in changes]
        theirs = naive_utc(customer.updated_at)
        return theirs is None or theirs >= max(times, default=partner.write_date)

    # asking

    def _ask(self, backend, snapshot, sides, group, names):
        """Show both values; the newest ones, where nobody has decided on earlier ones yet."""
        code = f"{CONFLICT}{group}"
        theirs, ours = (self._text(names, values) for values in sides.values(names))
        params = {
            "name": sides.partner.name or "",
            "odoo": ours,
            "storefront": theirs,
            "values": sides.values(names)[0],
        }
        if code not in MESSAGES:  # a field of another addon
            code = f"{CONFLICT}field"
            params["field"] = sides.partner._fields[names[0]]._description_string(self.env)
        issue = self._raise_on(sides.binding, code, params, f":{group}", snapshot)
        if issue.params != params:
            issue.params = params

    def _raise_on(self, binding, code, params, suffix="", snapshot=None):
        """Return the open issue on an account, which is closed with it."""
        cause = {
            "code": code,
            "key": f"{binding.external_id}:b{binding.id}{suffix}",
            "params": params,
        }
        issue = self.env["storefront.issue"]._raise_for(
            binding.backend_id, [cause], snapshot=snapshot
        )
        if not issue.binding_id:
            issue.binding_id = binding
        return issue

    def _text(self, names, values):
        """Return values as people read them."""
        texts = []
        for name in names:
            value, field = values[name], self.env["res.partner"]._fields[name]
            if value and field.type == "many2one":
                value = self.env[field.comodel_name].browse(value).display_name
            texts.append(str(value) if value else "")
        return ", ".join(filter(None, texts)) or "–"

    def _close_settled(self, sides):
        """Close what was asked and isn't any more: the sides agree, or the rule is another."""
        asked = sides.asked()
        issues = self._open_issues(sides.binding).filtered(
            lambda one: one.code.startswith(CONFLICT)
        )
        issues.filtered(lambda one: one._conflict_fields()[0] not in asked)._resolve()

    def _open_issues(self, binding):
        return self.env["storefront.issue"].search(
            [("binding_id", "=", binding.id), ("state", "=", "open")]
        )

    # tax exemption

    def _ask_exemption(self, binding, exempt, partner):
        """Ask about an exemption that changed in the storefront: nothing is applied by itself."""
        if binding.tax_exempt == exempt:
            return
        binding.tax_exempt = exempt
        backend = binding.backend_id
        codes = ("customer_exempt", "customer_not_exempt")
        self._open_issues(binding).filtered(lambda one: one.code in codes)._resolve()
        wanted, position = backend.tax_exempt_position_id, partner.property_account_position_id
        is_exempt_here = bool(position) and position in (wanted or position)
        if exempt == is_exempt_here and (wanted or not exempt):
            return
        code = codes[0] if exempt else codes[1]
        params = {"name": partner.name or "", "odoo": position.name or "–"}
        if exempt:
            params["storefront"] = wanted.name or "–"
        self._raise_on(binding, code, params)
