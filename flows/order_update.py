# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to a sale order when its order changes in the storefront.

Each change is applied where the state of the sale order allows it; what can't follow becomes an
issue that says what differs, and goes away once both sides agree. Not here: how lines
(``order_update_lines``), addresses (``order_update_header``) and cancellations
(``order_cancel``) are applied.
"""

import copy

from odoo import models

from ..platforms import errors
from .order_state import digest

# Begins the name of a part on which somebody decided.
PART = "order_changed/"


class Update:
    """One update on its way: what it is about, what is to be written, what was refused.

    ``kept`` becomes what the order remembers: for what was refused, its state before."""

    def __init__(self, backend, snapshot, order, document, before, now, issues):
        self.backend, self.snapshot = backend, snapshot
        self.order, self.document = order, document
        self.before, self.now = before, now
        self.kept = copy.deepcopy(before)
        self.decided = dict(order.storefront_decided or {})
        self.open_issues = issues
        self.vals, self.refused = {}, {}
        self.is_changed = self.differs = False

    @property
    def partners(self):
        """Return customer, invoice and delivery contact."""
        order = self.order
        return order.partner_id, order.partner_invoice_id, order.partner_shipping_id

    def put(self, name, value):
        """Have a field of the order written, if that changes it."""
        field, order = self.order._fields[name], self.order
        found = order[name].id if field.relational else order[name]
        is_same = found == value
        if field.type == "monetary":
            is_same = not order.currency_id.compare_amounts(found, value)
        if is_same:
            self.vals.pop(name, None)
        else:
            self.vals[name] = value

    def flush(self):
        """Write what is to be written by now."""
        if self.vals:
            self.order.write(self.vals)
            self.vals, self.is_changed = {}, True

    def refuse(self, key, state, item):
        """Note that a part can't follow; ``state`` is what it became in the storefront."""
        self.refused[key] = (digest(state), item)

    def is_decided(self, key, state):
        """Whether somebody has decided to leave a part as it is, whatever is possible by now."""
        return self.decided.get(f"{PART}{key}") == digest(state)

    def raise_issue(self, code, key, params):
        """Show what can't follow, unless somebody has decided on it."""
        cause = {"code": code, "key": key, "params": params}
        issues = self.open_issues._raise_for(
            self.backend, [cause], snapshot=self.snapshot, order=self.order
        )
        issues._set_params(params)
        self.is_changed |= not issues <= self.open_issues
        self.differs |= bool(issues)
        return issues

    def resolve(self, code, but=()):
        """Close the issues that are no question any more."""
        issues = self.open_issues.filtered(lambda one: one.code == code and one not in but)
        issues._resolve()
        self.is_changed |= bool(issues)


class StorefrontOrderUpdate(models.AbstractModel):
    _name = "storefront.order.update"
    _description = "Storefront Order Update"

    def _update_order(self, backend, snapshot, order, document):
        """Apply what changed since; return the operation's status."""
        state = self.env["storefront.order.state"]
        before, now = state._find_imported(order), state._read(document)
        issues = self._open_issues(order)
        update = Update(backend, snapshot, order, document, before, now, issues)
        self._update_figures(update)
        cancellation = self.env["storefront.order.cancel"]
        if document.cancelled_at:
            cancellation._cancel(update)
        else:
            cancellation._take_back(update)
            self.env["storefront.order.update.header"]._update_partners(update)
            self._update_content(update)
        self._tell(update)
        self._finish(update)
        workflow = self.env["storefront.order.workflow"]
        if document.cancelled_at:  # it goes no further, but shows its status
            update.is_changed |= bool(workflow._note(order, document))
        else:
            update.is_changed |= workflow._advance(backend, snapshot, order, document)
        return "success" if update.is_changed else "unchanged"

    def _update_figures(self, update):
        """Have the order show what the storefront says of it, whatever else can follow.

        A cancelled order may be told as it was placed: its amounts say nothing any more."""
        document = update.document
        update.put("storefront_payment_state", document.payment_state)
        update.put("storefront_note", document.note or False)
        update.put("storefront_tracking", ", ".join(document.tracking) or False)
        if not document.cancelled_at:
            update.put("storefront_total", float(document.total))
            update.put("storefront_total_tax", float(document.total_tax))

    def _update_content(self, update):
        """Follow changed lines, and what settings and mappings make of the order now."""
        before, now = update.before, update.now
        if not self.env["storefront.order.diff"]._has_changed(before, now):
            return
        resolved = self.env["storefront.order.resolve"]._resolve(update.backend, update.document)
        importer, order = self.env["storefront.order.import"], update.order
        vals = importer._prepare_vals(
            update.backend, update.document, resolved, update.partners, order.storefront_import_id
        )
        if vals["storefront_currency_id"] != order.currency_id.id:
            raise errors.Rejected(
                "currency_changed",
                odoo=order.currency_id.name,
                storefront=resolved["currency"].name,
            )
        # Ahead of the lines: Odoo computes them at the order's rate.
        self.env["storefront.order.update.header"]._follow(update, vals)
        update.flush()
        are_in_step = self.env["storefront.order.update.lines"]._update_lines(update, vals)
        if are_in_step:
            update.kept["tags"] = now["tags"]
        causes = self._prove(update, are_in_step)
        importer._after(update.backend, update.snapshot, order, update.document, causes)

    def _prove(self, update, are_in_step):
        """Return the causes of what nothing explains, and close the issues of what is explained.

        The total is proven where nobody but the import has made the order's lines."""
        order, flow = update.order, self.env["storefront.order.lines"]
        lines = self.env["storefront.order.update.lines"]
        if are_in_step and order.state != "cancel" and lines._is_untouched(update):
            causes = flow._prove_total(update.backend, order, update.document)
        else:
            causes = flow._find_unexplained(order, update.document)
        for code in {"unexplained_difference", "total_mismatch"} - {one["code"] for one in causes}:
            update.resolve(code)
        return causes

    # what can't follow

    def _tell(self, update):
        """Raise an issue for what can't follow, unless somebody has decided on just that."""
        marks = {f"{PART}{key}": mark for key, (mark, _item) in update.refused.items()}
        # A decision is on one state of a part: should it change, or follow, it is forgotten.
        for name in [name for name in update.decided if name.startswith(PART)]:
            if update.decided[name] != marks.get(name):
                del update.decided[name]
        asked = {name: mark for name, mark in marks.items() if name not in update.decided}
        issues = ()
        if asked:
            items = [update.refused[name.removeprefix(PART)][1] for name in asked]
            issues = update.raise_issue(
                "order_changed",
                update.document.external_id,
                {"changes": items, "marks": asked},
            )
        update.resolve("order_changed", but=issues)

    def _open_issues(self, order):
        domain = [("order_id", "=", order.id), ("state", "=", "open")]
        return self.env["storefront.issue"].search_fetch(domain, ["code"])

    def _finish(self, update):
        """Write what changed, at once, and nothing where nothing did."""
        order, vals = update.order, update.vals
        if update.kept != order.storefront_imported:
            vals["storefront_imported"] = update.kept
        if update.decided != (order.storefront_decided or {}):
            vals["storefront_decided"] = update.decided or False
        if update.differs != order.storefront_differs:
            vals["storefront_differs"] = update.differs
        update.flush()
