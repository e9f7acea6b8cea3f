# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Applies changed lines to a sale order, so that its total equals the storefront's again.

A quotation's lines are rewritten, a confirmed order's change in place and its deliveries follow.
What has left or is invoiced stays. Not here: what changed (``order_diff``).
"""

from odoo import SUPERUSER_ID, models

from .order_lines import DIFFERENCE

# What identifies a line, and doesn't change with it; what a new one is given once: what had left
# when it came in, and a distribution that people may have changed.
IDENTITY = frozenset(
    (
        "product_id",
        "sequence",
        "is_delivery",
        "storefront_external_id",
        "storefront_kind",
        "product_uom_id",
        "storefront_delivered_qty",
        "qty_delivered",
        "analytic_distribution",
    )
)


class StorefrontOrderUpdateLines(models.AbstractModel):
    _name = "storefront.order.update.lines"
    _description = "Storefront Order Lines Update"

    def _update_lines(self, update, vals):
        """Bring the lines in step with those that ``vals`` would create, but for what is refused.

        Returns whether all of them are."""
        diff, state = self.env["storefront.order.diff"], self.env["storefront.order.state"]
        order, vals_by_key = update.order, state._by_key(vals)
        changes = diff._find_changes(order, update.before, update.now, vals_by_key)
        if changes:
            self._drop_drafts(order)
        followed = [change for change in changes if self._can_follow(update, change)]
        if followed:
            with self.env["storefront.order.workflow"]._unlocked(order):
                self._apply(order, followed)
        self._remember(update, changes, followed)
        return len(followed) == len(changes)

    def _drop_drafts(self, order):
        """Delete draft invoices made here that no human has touched since: they are made anew.

        Odoo itself writes on them as superuser."""
        machines = (self.env.uid, SUPERUSER_ID)
        order.invoice_ids.filtered(
            lambda move: (
                move.state == "draft"
                and not move.posted_before
                and move.create_uid.id == self.env.uid
                and move.write_uid.id in machines
            )
        ).unlink()

    def _can_follow(self, update, change):
        """Whether a change can be applied; else it is noted as refused."""
        diff = self.env["storefront.order.diff"]
        if diff._is_agreed(change):
            return True
        told = change.after or diff._priced(change.vals)
        refusal = diff._refusal(update.order, change)
        if refusal or update.is_decided(change.key, told):
            item = {
                "name": diff._label(change),
                "changes": diff._describe(change, update.document.currency),
                "because": refusal,
            }
            update.refuse(change.key, told, item)
            return False
        return True

    def _apply(self, order, changes):
        """Write the lines: first what is added, so that a delivery that stays open is joined."""
        lines = order.order_line.with_context(
            storefront_quiet=True,
            sale_no_log_for_new_lines=True,
            **({"skip_procurement": True} if self._is_without_delivery(order) else {}),
        )
        lines.create(
            [
                {**change.vals, "order_id": order.id}
                for change in changes
                if change.vals and not change.line
            ]
        )
        there = [(change.line.with_env(lines.env), change.vals) for change in changes]
        for line, vals in there:
            if line and vals:
                # Amounts come with price and quantity, or core wouldn't read them.
                line.write({name: value for name, value in vals.items() if name not in IDENTITY})
        for line, vals in there:
            if line and not vals:
                self._remove(line)

    def _is_without_delivery(self, order):
        """Whether the order was confirmed without asking the warehouse for its goods."""
        goods = order.order_line.filtered(
            lambda line: (
                line.product_id.type == "consu" and line.product_uom_qty > line.qty_delivered
            )
        )
        return order.state == "sale" and bool(goods) and not order.order_line.move_ids

    def _remove(self, line):
        """Remove a line; core keeps those of a confirmed order, which then sell nothing."""
        if line.state in ("draft", "sent") or (line.is_delivery and not line.invoice_lines):
            line.unlink()
        elif line.product_uom_qty:
            # With its price, which would else become the list price where it is zero.
            line.write({"product_uom_qty": 0.0, "price_unit": line.price_unit})

    def _remember(self, update, changes, followed):
        """Keep the new state of what was applied, the old one of the rest."""
        state, kept, before = self.env["storefront.order.state"], update.kept, update.before
        refused = {change.key for change in changes} - {change.key for change in followed}
        names = {key.partition("#")[0] for key in refused}
        kept["lines"] = {key: line for key, line in update.now["lines"].items() if key not in names}
        kept["lines"].update((key, before["lines"][key]) for key in names & set(before["lines"]))
        for change in followed:
            kept["written"].pop(change.key, None)
            if change.vals:
                kept["written"][change.key] = state._written(change.vals)
        if not refused:
            kept.update(total=update.now["total"], tax=update.now["tax"])
        update.is_changed |= bool(followed)

    def _is_untouched(self, update):
        """Whether nobody but the import has given the order's lines their values."""
        state = self.env["storefront.order.state"]
        written, lines = update.kept["written"], state._lines_by_key(update.order)
        # What made up for a difference before is none of a person's.
        lines = {
            key: line
            for key, line in lines.items()
            if key in written or line.storefront_kind != DIFFERENCE
        }
        return set(written) <= set(lines) and all(
            key in written and state._is_same(state._found(line), written[key])
            for key, line in lines.items()
            if line.product_uom_qty or key in written
        )
