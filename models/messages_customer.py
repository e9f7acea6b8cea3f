# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sentences about customers."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

CUSTOMER_MESSAGES = {
    # changed on both sides
    "customer_conflict_address": _lt(
        "The address of “%(name)s” was changed on both sides. Here: %(odoo)s. In the storefront: "
        "%(storefront)s."
    ),
    "customer_conflict_phone": _lt(
        "The phone number of “%(name)s” was changed on both sides. Here: %(odoo)s. In the "
        "storefront: %(storefront)s."
    ),
    "customer_conflict_email": _lt(
        "The e-mail address of “%(name)s” was changed on both sides. Here: %(odoo)s. In the "
        "storefront: %(storefront)s."
    ),
    "customer_conflict_field": _lt(
        "%(field)s of “%(name)s” was changed on both sides. Here: %(odoo)s. In the storefront: "
        "%(storefront)s."
    ),
    # what a human must know
    "customer_exempt": _lt(
        "“%(name)s” is tax-exempt in the storefront now. The fiscal position here: %(odoo)s. The "
        "one for exempt customers: %(storefront)s."
    ),
    "customer_not_exempt": _lt(
        "“%(name)s” is no longer tax-exempt in the storefront. The fiscal position here: %(odoo)s."
    ),
    "customer_merged": _lt(
        "The storefront merged two customers: “%(gone)s” is “%(kept)s” now, who gets the orders to "
        "come. If both are one here too, merge the contacts."
    ),
    # why nothing was written
    "customer_unknown": _lt("Nobody here: customers come in with their first order."),
    "address_waits": _lt(
        "Goods are on their way to the old address. The new one is written once they have left."
    ),
}
