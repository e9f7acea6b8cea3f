# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which orders come in, and what each of them gets from the settings and mappings.

Not here: how far an order goes (``order_workflow``).
"""

from odoo import fields, models

from ..models.storefront_event import naive_utc

# What of an order is mapped, and may keep it from coming in.
WORDS = ("status", "channel")


class StorefrontOrderRules(models.AbstractModel):
    _name = "storefront.order.rules"
    _inherit = "storefront.flow"
    _description = "Storefront Order Rules"

    # which come in

    def _skip_reason(self, backend, document):
        """Return the code of the reason to leave an order out, empty to import it."""
        return self._decide(
            backend,
            document,
            lambda name, word: self._words(name)._find_or_note(backend, [word])._leaves_out(),
        )

    def _foresee_skips(self, backend, summaries):
        """Return {external id: reason}, as above, for orders of a list. Notes no new word."""
        left_out = {
            name: self._words(name)._words_left_out(
                backend, {getattr(summary, name) for summary in summaries}
            )
            for name in WORDS
        }
        return {
            one.external_id: self._decide(backend, one, lambda name, word: word in left_out[name])
            for one in summaries
        }

    def _decide(self, backend, order, is_left_out):
        """``order``: itself, or as a list shows it. ``is_left_out(name, word)`` tells whether the
        word it has for a name of WORDS keeps it out."""
        if order.is_test and not backend.import_test_orders:
            return "test_order"
        if order.cancelled_at and not backend.import_cancelled:
            return "cancelled_before_import"
        if backend.import_since and self._day(order) < backend.import_since:
            return "placed_too_early"
        if self._skipped_tags(backend, order):
            return "tag_skipped"
        reasons = (f"{name}_skipped" for name in WORDS if is_left_out(name, getattr(order, name)))
        return next(reasons, "")

    def _skip_params(self, backend, order):
        """Return what the sentence of a reason names."""
        return {
            "date": fields.Date.to_string(self._day(order)),
            "status": order.status,
            "channel": order.channel,
            "tags": ", ".join(self._skipped_tags(backend, order)),
        }

    def _words(self, name):
        return self.env[f"storefront.mapping.{name}"]

    def _day(self, document):
        """Return the day of an order in the store's time zone, which is the flow's own."""
        return fields.Datetime.context_timestamp(self, naive_utc(document.created_at)).date()

    def _skipped_tags(self, backend, document):
        named = {tag.strip().casefold() for tag in (backend.skip_tags or "").split(",")}
        return [tag for tag in document.tags if tag.strip().casefold() in named]

    def _find_channel(self, backend, document):
        return self._words("channel")._find_or_note(backend, [document.channel])

    # what an order gets

    def _find_carrier(self, backend, document, causes):
        """Return the delivery method the order is shipped by, empty for none.

        Adds a cause where the backend asks for one that isn't chosen."""
        line = next((line for line in document.lines if line.kind == "shipping"), None)
        if not line:
            return self.env["delivery.carrier"]
        name = line.code or line.name
        carriers = self.env["storefront.mapping.carrier"]
        carrier = carriers._find_or_note(backend, [name], title=line.name).carrier_id
        if not carrier and name and backend.ask_carrier:
            params = {"name": name, "title": line.name}
            causes.append({"code": "carrier_missing", "key": name, "params": params})
        return carrier

    def _prepare_order_vals(self, backend, document, resolved, lines, run):
        """Return the values of a new sale order that settings and mappings decide.

        ``lines``: the commands that create its lines, which are completed."""
        channel = self._find_channel(backend, document)
        methods = self.env["storefront.order.workflow"]._find_methods(backend, document)
        warehouse = self._find_warehouse(backend, document)
        pricelist = backend.pricelist_id
        vals = {
            "user_id": (channel.salesperson_id or backend.salesperson_id).id,
            "team_id": (channel.team_id or backend.team_id).id,
            "pricelist_id": pricelist.currency_id == resolved["currency"] and pricelist.id,
            "carrier_id": resolved["carrier"].id,
            "journal_id": backend.invoice_journal_id.id,
            "warehouse_id": warehouse.id,
            "payment_term_id": (methods.payment_term_id[:1] or backend.payment_term_id).id,
            "tag_ids": [fields.Command.set(self._find_tags(backend, document).ids)],
        }
        for name in ("warehouse_id", "payment_term_id"):
            if not vals[name]:
                del vals[name]  # then Odoo's own default
        self._analyse(channel.analytic_distribution or backend.analytic_distribution, lines)
        self.env["storefront.order.delivery"]._complete_lines(backend, document, lines, run)
        return {**vals, "order_line": lines}

    def _find_warehouse(self, backend, document):
        """Return the warehouse an order is delivered from, empty for Odoo's own default."""
        shop = self.env["storefront.order.delivery"]._find_shop(backend, document)
        channel = self._find_channel(backend, document)
        return shop.warehouse_id or channel.warehouse_id or backend.warehouse_id

    def _analyse(self, distribution, lines):
        if distribution:
            for vals in (command[2] for command in lines):
                vals["analytic_distribution"] = distribution

    def _find_tags(self, backend, document):
        """Return the tags of Odoo with the names of the order's, made where the backend says."""
        tags = self.env["crm.tag"]
        names = list(dict.fromkeys(filter(None, (tag.strip() for tag in document.tags))))
        if backend.order_tags == "none" or not names:
            return tags
        found = tags.search([("name", "in", names)])
        missing = [name for name in names if name not in set(found.mapped("name"))]
        if missing and backend.order_tags == "all":
            # Tags belong to no backend: two stores may bring the same one at once.
            self._lock([f"tag:{name}" for name in missing])
            found |= tags.create([{"name": name} for name in missing])
        return found
