# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was imported of an order, kept on it: what its next change is measured against.

Payloads go after a month, this stays. Of the customer it holds digests only: they tell that
something changed, not who it is. Not here: what becomes of a change (``order_update``).
"""

import dataclasses
import hashlib
import json
from collections import Counter
from decimal import Decimal

from odoo import fields, models
from odoo.tools import email_normalize, float_compare

# Prices are stored as they were given, discounts as their precision says.
PRICE_DIGITS = 6


def digest(value):
    """Return a short text that two values share exactly when they say the same."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def number(value):
    """Return the one spelling of a decimal number, ``10`` for ``10.00``."""
    return format(Decimal(value).normalize(), "f")


def line_key(external_id, kind):
    """Return the name of a line: ids of lines of two kinds may be equal."""
    return external_id if kind == "product" else f"{kind}:{external_id}"


def numbered(keys):
    """Yield each key, those that come again with their number."""
    seen = Counter()
    for key in keys:
        seen[key] += 1
        yield key if seen[key] == 1 else f"{key}#{seen[key]}"


class StorefrontOrderState(models.AbstractModel):
    _name = "storefront.order.state"
    _description = "Storefront Order State"

    def _remember(self, document, vals):
        """Return what to keep of a document that becomes a sale order with ``vals``."""
        return {
            **self._read(document),
            "written": {
                key: self._written(line_vals) for key, line_vals in self._by_key(vals).items()
            },
            "partners": {
                "shipping": vals["partner_shipping_id"],
                "billing": vals["partner_invoice_id"],
            },
            "chosen": self._chosen(vals),
            **({"cancelled": True} if document.cancelled_at else {}),
        }

    def _chosen(self, vals):
        """Return what settings and mappings chose for an order, and people may choose again."""
        chosen = {}
        if "carrier_id" in vals:
            chosen["carrier_id"] = vals["carrier_id"]
        for code, _id, ids in vals.get("tag_ids", ()):
            if code == fields.Command.SET:
                chosen["tag_ids"] = sorted(ids)
        return chosen

    def _read(self, document):
        """Return what a document says, in short."""
        email = email_normalize(document.customer.email)
        return {
            "lines": self._read_lines(document),
            "total": number(document.total),
            "tax": number(document.total_tax),
            "tags": sorted(document.tags),
            "email": digest(email) if email else "",
            "shipping": self._address_digest(document.shipping_address),
            "billing": self._address_digest(document.billing_address),
        }

    def _read_lines(self, document):
        lines = [line for line in document.lines if line.quantity]
        keys = numbered(line_key(line.external_id, line.kind) for line in lines)
        return {key: self._read_line(line) for key, line in zip(keys, lines, strict=True)}

    def _read_line(self, line):
        state = {
            "label": line.name,
            "quantity": number(line.quantity),
            "price": number(line.unit_price),
            "discount": number(line.discount_total),
            "taxes": [[tax.title, number(tax.rate), number(tax.amount)] for tax in line.taxes],
        }
        if line.kind != "product" or not line.variant_external_id:
            state["name"] = line.name
        return state

    def _address_digest(self, address):
        """Return the digest of an address, empty for none: what isn't known hasn't changed."""
        return digest(dataclasses.astuple(address)) if address else ""

    # the lines of the sale order

    def _by_key(self, order_vals):
        """Return {key: values} of the lines that an order of ``order_vals`` gets."""
        lines = [vals for _create, _zero, vals in order_vals["order_line"]]
        backend = self.env["storefront.backend"].browse(order_vals["storefront_backend_id"])
        keys = numbered(
            self._key(
                backend,
                vals.get("storefront_external_id"),
                vals["storefront_kind"],
                vals["product_id"],
            )
            for vals in lines
        )
        return dict(zip(keys, lines, strict=True))

    def _lines_by_key(self, order):
        """Return {key: line} of the lines that an import made, or may have made."""
        backend = order.storefront_backend_id
        lines = order.order_line.filtered(lambda line: not line.display_type)
        lines = lines.sorted(lambda line: (line.sequence, line.id))
        keys = numbered(
            self._key(backend, line.storefront_external_id, self._kind(line), line.product_id.id)
            for line in lines
        )
        return dict(zip(keys, lines, strict=True))

    def _kind(self, line):
        """Return the kind of a sale order's line, also of one from before kinds were kept."""
        return line.storefront_kind or ("shipping" if line.is_delivery else "product")

    def _key(self, backend, external_id, kind, product_id):
        """Return the name of a sale order's line; what is no line of the storefront's, as what
        was charged beyond them, is known by its product.

        What is left to pay of a line without its goods is another line than the goods were."""
        if not external_id:
            return f"+{product_id}"
        is_rest = kind == "product" and product_id == backend.fee_product_id.id
        return line_key(external_id, "rest" if is_rest else kind)

    def _written(self, vals):
        """Return quantity, price, discount and taxes that ``vals`` give a line."""
        sets = [ids for code, _id, ids in vals["tax_ids"] if code == fields.Command.SET]
        return [
            vals["product_uom_qty"],
            vals["price_unit"],
            vals.get("discount", 0.0),
            sorted(sets[-1]) if sets else [],
        ]

    def _found(self, line):
        """Return what ``_written`` does, of a line as it is."""
        return [line.product_uom_qty, line.price_unit, line.discount, sorted(line.tax_ids.ids)]

    def _is_same(self, one, other):
        """Whether two of ``_written`` and ``_found`` are equal as far as Odoo keeps them."""
        precisions = self.env["decimal.precision"]
        digits = (
            precisions.precision_get("Product Unit"),
            PRICE_DIGITS,
            precisions.precision_get("Discount"),
        )
        return one[3] == other[3] and not any(
            float_compare(*pair, precision_digits=count)
            for *pair, count in zip(one[:3], other[:3], digits, strict=True)
        )

    def _find_imported(self, order):
        """Return what was kept of an order; of one from before anything was, what it has."""
        if order.storefront_imported:
            return order.storefront_imported
        lines = self._lines_by_key(order)
        return {
            "lines": {
                key: {
                    "label": line.name,
                    "quantity": number(str(line.product_uom_qty)),
                    "price": number(str(line.price_unit)),
                }
                for key, line in lines.items()
                if line.storefront_external_id
            },
            "total": number(str(order.storefront_total)),
            "written": {key: self._found(line) for key, line in lines.items()},
            "partners": {
                "shipping": order.partner_shipping_id.id,
                "billing": order.partner_invoice_id.id,
            },
        }
