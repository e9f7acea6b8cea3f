# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which orders come in, and what each of them gets from the settings and mappings.

Not here: how far an order goes (``order_workflow``).
"""

from odoo import fields, models

from ..models.storefront_event import naive_utc


class StorefrontOrderRules(models.AbstractModel):
    _name = "storefront.order.rules"
    _inherit = "storefront.flow"
    _description = "Storefront Order Rules"

    # which come in

    def _skip_reason(self, backend, document):
        """Return the code of the reason to leave an order out, empty to import it."""
        if document.is_test and not backend.import_test_orders:
            return "test_order"
        if document.cancelled_at and not backend.import_cancelled:
            return "cancelled_before_import"
        if backend.import_since and self._day(document) < backend.import_since:
            return "placed_too_early"
        if self._skipped_tags(backend, document):
            return "tag_skipped"
        return self._skipped_by_mapping(backend, document)

    def _skip_params(self, backend, document):
        """Return what the sentence of a reason names."""
        return {
            "date": fields.Date.to_string(self._day(document)),
            "status": document.status,
            "channel": document.channel,
            "tags": ", ".join(self._skipped_tags(backend, document)),
        }

    def _day(self, document):
        """Return the day of an order in the store's time zone, which is the flow's own."""
        return fields.Datetime.context_timestamp(self, naive_utc(document.created_at)).date()

    def _skipped_tags(self, backend, document):
        named = {tag.strip().casefold() for tag in (backend.skip_tags or "").split(",")}
        return [tag for tag in document.tags if tag.strip().casefold() in named]

    def _skipped_by_mapping(self, backend, document):
        statuses = self.env["storefront.mapping.status"]
        if statuses._find_or_note(backend, [document.status]).step == "skip":
            return "status_skipped"
        if self._find_channel(backend, document).is_skipped:
            return "channel_skipped"
        return ""

    def _find_channel(self, backend, document):
        channels = self.env["storefront.mapping.channel"]
        return channels._find_or_note(backend, [document.channel])

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

    def _prepare_order_vals(self, backend, document, resolved, lines):
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
        self.env["storefront.order.delivery"]._complete_lines(backend, document, lines)
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
