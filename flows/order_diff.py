# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What changed in the lines of an order since it was imported, and what forbids to follow.

Three states are compared: as imported before, in the storefront now, in Odoo now. Not here: how a
change is applied (``order_update_lines``), nor its words (``models/messages_changes``).
"""

from collections import namedtuple
from decimal import Decimal

from odoo import models

from .order_lines import DIFFERENCE
from .order_state import number

# ``before`` and ``after``: the line in the storefront, as imported and now; None where it isn't.
# ``written``: what the import gave Odoo's line, ``vals`` what it would get now; None for no line.
# ``line``: Odoo's line, empty for none.
LineChange = namedtuple("LineChange", "key before after written vals line")
PARTS = ("quantity", "price", "discount", "taxes", "name")


def differing(before, after):
    """Return which parts of a line differ. A name counts where both have one of their own."""
    return [
        part
        for part in PARTS
        if before.get(part) != after.get(part)
        and not (part == "name" and ("name" not in before or "name" not in after))
    ]


def charged(line):
    """Return what a line costs, in the tax basis of its order."""
    return Decimal(line["quantity"]) * Decimal(line["price"]) - Decimal(line.get("discount", 0))


def rates(line):
    """Return titles and rates of a line's taxes."""
    return [tax[:2] for tax in line["taxes"]]


class StorefrontOrderDiff(models.AbstractModel):
    _name = "storefront.order.diff"
    _description = "Storefront Order Differences"

    def _has_changed(self, before, now):
        """Whether lines, total or tags changed in the storefront."""
        if any(before.get(name, now[name]) != now[name] for name in ("total", "tags")):
            return True
        return bool(self._changed_keys(before, now))

    def _changed_keys(self, before, now):
        old, new = before["lines"], now["lines"]
        return {
            key
            for key in {*old, *new}
            if key not in old or key not in new or differing(old[key], new[key])
        }

    def _find_changes(self, order, before, now, vals_by_key):
        """Return the ``LineChange``s that lead to an order of ``vals_by_key``."""
        state = self.env["storefront.order.state"]
        written, changed = before["written"], self._changed_keys(before, now)
        lines, none = state._lines_by_key(order), order.order_line.browse()
        changes = []
        for key in dict.fromkeys([*vals_by_key, *written]):
            vals, name = vals_by_key.get(key), key.partition("#")[0]
            if name in before["lines"] or name in now["lines"]:
                is_changed = name in changed
            else:  # no line of the storefront's: only its values can tell
                is_changed = not vals or written.get(key) != state._written(vals)
            if is_changed:
                sides = before["lines"].get(key), now["lines"].get(key)
                line = lines.get(key, none)
                changes.append(LineChange(key, *sides, written.get(key), vals, line))
        return changes

    def _is_agreed(self, change):
        """Whether Odoo's line is already what the storefront's became: somebody did it by hand."""
        if not change.vals:
            return not change.line or not change.line.product_uom_qty
        state = self.env["storefront.order.state"]
        wanted = state._written(change.vals)
        return bool(change.line) and state._is_same(state._found(change.line), wanted)

    # what forbids to follow

    def _refusal(self, order, change):
        """Return why a change can't be applied, as a part of a text; None where it can."""
        if order.state == "cancel":
            return {"kind": "cancelled_here"}
        if not change.line:
            return {"kind": "removed_here"} if change.written else None
        edits = self._edits(change)
        if edits:
            return {"kind": "edited_here", "changes": edits}
        quantity = change.vals["product_uom_qty"] if change.vals else 0.0
        return self._stock_refusal(change.line, quantity) or self._invoice_refusal(change, quantity)

    def _stock_refusal(self, line, quantity):
        left, unit = line.qty_delivered, line.product_uom_id
        if unit.compare(left, quantity) > 0:
            return {"kind": "delivered", "count": left}
        packed = sum(
            move.product_uom._compute_quantity(move.quantity, unit)
            for move in line.move_ids
            if move.picked and move.state not in ("done", "cancel")
        )
        if packed and unit.compare(left + packed, quantity) > 0:
            return {"kind": "packed", "count": left + packed}
        return None

    def _invoice_refusal(self, change, quantity):
        """A line on an invoice can only grow: the next invoice has the rest."""
        line, before, after = change.line, change.before, change.after
        if not line.qty_invoiced:
            return None
        if before and after:
            has_rest = line.product_uom_id.compare(quantity, line.qty_invoiced) > 0
            grows = charged(after) >= charged(before) and rates(before) == rates(after)
            if (has_rest and grows) or differing(before, after) == ["name"]:
                return None
        return {"kind": "invoiced", "count": line.qty_invoiced}

    def _edits(self, change):
        """Return how somebody changed Odoo's line since it was imported, as parts of a text."""
        state = self.env["storefront.order.state"]
        found = state._found(change.line)
        if not change.written or state._is_same(change.written, found):
            return []
        names = ("quantity", "price", "percent", "taxes")
        pairs = zip(names, change.written, found, strict=True)
        return [self._edit(change.line, *one) for one in pairs if one[1] != one[2]]

    def _find_edits(self, order):
        """Return what somebody changed of an order since its import, as items of a text."""
        state, imported = self.env["storefront.order.state"], order.storefront_imported
        lines, none = state._lines_by_key(order), order.order_line.browse()
        items = []
        for key, written in imported["written"].items():
            side, line = imported["lines"].get(key), lines.pop(key, none)
            change = LineChange(key, side, side, written, None, line)
            edits = self._edits(change) if line else [{"kind": "removed_here"}]
            if edits:
                items.append({"name": side["label"] if side else line.name, "changes": edits})
        items += [
            {"name": line.name, "changes": [self._addition(line)]}
            for line in lines.values()
            if line.product_uom_qty and line.storefront_kind != DIFFERENCE
        ]
        return items

    def _addition(self, line):
        amount = [str(line.price_unit), line.currency_id.name]
        return {"kind": "added", "count": line.product_uom_qty, "amount": amount}

    def _edit(self, line, name, *values):
        if name == "price":
            values = [[str(value), line.currency_id.name] for value in values]
        elif name == "taxes":
            values = [", ".join(line.tax_ids.browse(ids).mapped("name")) for ids in values]
        return {"kind": name, "old": values[0], "new": values[1]}

    # what is said of it

    def _label(self, change):
        """Return what people call the line."""
        line = change.after or change.before
        return line["label"] if line else (change.vals or change.line)["name"]

    def _priced(self, vals):
        """Return what tells two states of a line apart that is none of the storefront's."""
        return vals and self.env["storefront.order.state"]._written(vals)

    def _describe(self, change, currency):
        """Return the parts of a text that say how a line changed in the storefront."""
        before, after = change.before, change.after
        if not (before or after):  # what was charged beyond the lines
            prices = (change.written or (0, 0))[1], change.vals["price_unit"] if change.vals else 0
            old, new = ([str(price), currency] for price in prices)
            return [{"kind": "price", "old": old, "new": new}]
        if not (before and after):
            line = after or before
            amount = [line["price"], currency]
            kind = "added" if after else "removed"
            return [{"kind": kind, "count": float(line["quantity"]), "amount": amount}]
        return [
            {
                "kind": part,
                "old": self._shown(part, before[part], currency),
                "new": self._shown(part, after[part], currency),
            }
            for part in differing(before, after)
            if part in before and not (part == "taxes" and self._follows(before, after))
        ]

    def _follows(self, before, after):
        """Whether other taxes come of other prices only, so nobody needs to be told."""
        return rates(before) == rates(after) and charged(before) != charged(after)

    def _shown(self, part, value, currency):
        if part == "quantity":
            return float(value)
        if part in ("price", "discount"):
            return [value, currency]
        if part == "taxes":
            return ", ".join(
                f"{title} {number(Decimal(rate) * 100)} % {amount}" for title, rate, amount in value
            )
        return value
