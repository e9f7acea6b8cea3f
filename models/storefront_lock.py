# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StorefrontLock(models.Model):
    """Rows that imports bump so that one working on stale data fails before it writes.

    An advisory lock would not help: under REPEATABLE READ the one that waited still sees the
    state from before it waited.
    """

    _name = "storefront.lock"
    _description = "Storefront Import Lock"
    _log_access = False

    key = fields.Char(required=True)
    bumps = fields.Integer(default=0)
    used_at = fields.Datetime()

    _key_uniq = models.UniqueIndex("(key)")
