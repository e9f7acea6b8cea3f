# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the order in a document is made of in Odoo: its currency, products and taxes.

Not here: the customer (``customer_import``) and the amounts (``order_amounts``).
"""

from odoo import models

from .flow import MappingMissing

# The field of the backend that names the product of lines that are no product.
LINE_PRODUCTS = {
    "shipping": "shipping_product_id",
    "rounding": "rounding_product_id",
    "fee": "fee_product_id",
    "tip": "fee_product_id",
    "gift_wrap": "fee_product_id",
    "duty": "fee_product_id",
}


class StorefrontOrderResolve(models.AbstractModel):
    _name = "storefront.order.resolve"
    _description = "Storefront Order Resolution"

    def _resolve(self, backend, document):
        """Return the currency, carrier, each line's product, and what ``_find_taxes`` says of the
        taxes. The ``document`` returned is the one to go on with.

        Raises MappingMissing with all that is missing."""
        causes = []
        currency = self._find_currency(backend, document)
        if not currency:
            params = {"currency": document.currency}
            causes.append({"code": "currency_missing", "key": document.currency, "params": params})
        products, packs = self._find_products(backend, document, causes)
        taxes = self.env["storefront.order.taxes"]._find_taxes(backend, document, causes)
        carrier = self.env["storefront.order.rules"]._find_carrier(backend, document, causes)
        if causes:
            raise MappingMissing(causes)
        found = {"currency": currency, "products": products, "packs": packs, "carrier": carrier}
        return {**found, **taxes}

    def _find_currency(self, backend, document):
        currency = backend.company_id.currency_id
        if currency.name == document.currency:
            return currency
        return self.env["res.currency"].search([("name", "=", document.currency)])

    def _find_products(self, backend, document, causes):
        """Return the product of each line, by binding, then by internal reference, and the unit it
        is sold in, empty for the product's own.

        Lines are told apart by their place: ids of a shipping line and an item may be equal."""
        lines = [line for line in document.lines if line.kind == "product"]
        bound = self._bindings(backend, lines)
        unbound = [line.sku for line in lines if line.variant_external_id not in bound]
        by_sku = self._products_by_sku(backend, [sku for sku in unbound if sku])
        products, packs = [], []
        for line in document.lines:
            product = self._find_product(backend, line, bound, by_sku)
            products.append(product)
            packs.append(self._find_pack(line, product, bound))
            if len(product) != 1:
                causes.append(self._product_cause(line, ambiguous=len(product) > 1))
        return products, packs

    def _find_pack(self, line, product, bound):
        binding = bound.get(line.variant_external_id)
        is_bound = binding and binding.product_id == product
        return binding.uom_id if is_bound else self.env["uom.uom"]

    def _find_product(self, backend, line, bound, by_sku):
        if line.kind != "product":
            return backend[LINE_PRODUCTS[line.kind]]
        if not line.quantity:
            return backend.fee_product_id  # what is left of a line whose goods aren't on the order
        if line.variant_external_id in bound:
            return bound[line.variant_external_id].product_id
        if line.sku in by_sku:
            return by_sku[line.sku]
        if line.is_gift_card:
            return backend.gift_card_product_id
        if not line.variant_external_id and not line.sku:
            return backend.custom_product_id
        return self.env["product.product"]

    def _bindings(self, backend, lines):
        bindings = self.env["storefront.binding.variant"].search_fetch(
            [
                ("backend_id", "=", backend.id),
                ("external_id", "in", [line.variant_external_id for line in lines]),
            ],
            ["external_id", "product_id", "uom_id"],
            order="id",  # the model's own order would join and read the backend
        )
        return {binding.external_id: binding for binding in bindings}

    def _products_by_sku(self, backend, skus):
        if not skus:
            return {}
        found = self.env["product.product"].search(
            [
                ("default_code", "in", skus),
                ("company_id", "in", (False, backend.company_id.id)),
            ]
        )
        return found.grouped("default_code")

    def _product_cause(self, line, ambiguous):
        return {
            "code": "product_ambiguous" if ambiguous else "product_missing",
            "key": line.variant_external_id or line.sku,
            "params": {
                "name": line.name,
                "sku": line.sku or "-",
                "variant_external_id": line.variant_external_id,
                "product_external_id": line.product_external_id,
            },
        }
