# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def _modify_default_reverse_values(self, origin_move):
        """Override of `account` to make the new invoice at the rate of the one it replaces."""
        values = super()._modify_default_reverse_values(origin_move)
        return {**values, **origin_move._storefront_rate_vals()}
