# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A variant whose stock is sent, what the storefront shows of it, and what was sent."""

from .common import StorefrontCase


class StockExportCase(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.binding = self.bind(self.product, "1")

    def sell(self, binding_external_id, shown):
        """The storefront shows ``shown`` of a variant."""
        self.shop.stock[self.stock_key(binding_external_id)] = shown

    def sent(self):
        """Return what was pushed: (quantity, expected) of each change, a list a batch."""
        return [
            [(int(change.quantity), change.expected) for change in changes]
            for _key, changes in self.shop.pushes
        ]

    def level(self, binding=None):
        return self.env["storefront.stock.level"].search(
            [("binding_id", "=", (binding or self.binding).id)]
        )

    def try_again(self):
        """Run the drain as when its delay is over."""
        self.env.cr.execute("UPDATE storefront_claim SET next_try = NULL")
        self.job("stock")

    def postponed(self):
        self.env.cr.execute(
            "SELECT error_code, tries FROM storefront_claim"
            " WHERE key = %s AND next_try IS NOT NULL",
            [f"stock:{self.backend.id}"],
        )
        return self.env.cr.fetchone()
