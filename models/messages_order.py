# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sentences about orders: what one lacks, what can't follow, why one is left out."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

ORDER_MESSAGES = {
    # what it is made of
    "product_missing": _lt(
        "No product for “%(name)s” (SKU %(sku)s). Link the storefront's variant to a product, or "
        "give a product this internal reference."
    ),
    "product_ambiguous": _lt(
        "Several products have the internal reference %(sku)s (“%(name)s”). Link the "
        "storefront's variant to the right one."
    ),
    "tax_missing": _lt(
        "The tax “%(title)s” (%(percent)s %%, on top of prices, country: %(country)s) has no "
        "counterpart. Choose the tax it stands for, or create it."
    ),
    "tax_missing_included": _lt(
        "The tax “%(title)s” (%(percent)s %%, included in prices, country: %(country)s) has no "
        "counterpart. Choose the tax it stands for, or create it."
    ),
    "tax_missing_platform": _lt(
        "The tax “%(title)s” (%(percent)s %%, country: %(country)s) is collected and paid by the "
        "marketplace. Choose the tax that books it to a clearing account, or create it."
    ),
    "fiscal_position_differs": _lt(
        "With the fiscal position “%(position)s” Odoo would charge %(odoo)s on an order to "
        "%(country)s; the storefront charged %(storefront)s. The order has the storefront's taxes."
    ),
    "fiscal_position_none": _lt(
        "No fiscal position fits an order to %(country)s, so Odoo would charge %(odoo)s; the "
        "storefront charged %(storefront)s. The order has the storefront's taxes."
    ),
    # how far it goes
    "payment_method_missing": _lt(
        "No journal is chosen for payments by “%(method)s”, so they are not registered. Choose it: "
        "the orders are here already."
    ),
    "carrier_missing": _lt(
        "The way of shipping “%(title)s” has no delivery method. Choose the one it stands for."
    ),
    "accounting_refused": _lt(
        "The order is here, but not invoiced or paid as it should be: %(message)s Mend the cause, "
        "then press Fix."
    ),
    "fraud_hold": _lt(
        "The storefront warns of fraud. The order stays a quotation, with nothing reserved, until "
        "somebody releases or cancels it."
    ),
    "fraud_late": _lt(
        "The storefront warns of fraud, but the order was confirmed already. Stop its delivery if "
        "you agree."
    ),
    # whether it is the same
    "currency_missing": _lt("The currency %(currency)s is not active. Activate it."),
    "total_mismatch": _lt(
        "Odoo came to %(odoo)s where the customer was charged %(storefront)s. The order has a line "
        "that makes up for it; Totals on the order shows where the two differ."
    ),
    "unexplained_difference": _lt(
        "The storefront charged %(amount)s that none of its lines explains. The order has a line "
        "for it; check it in the storefront."
    ),
    # changes
    "order_changed": _lt(
        "The order changed in the storefront, and this can't follow here by itself: %(changes)s. "
        "Bring both in line by hand (a return, a credit note, a change of the order) and retry, or "
        "mark it as done to leave it as it is."
    ),
    "currency_changed": _lt(
        "The order was imported in %(odoo)s and now comes in %(storefront)s. Have the storefront's "
        "setting say the first again, or change the order by hand and ignore this."
    ),
    "cancel_refused": _lt(
        "The order was cancelled in the storefront. Here it can't be, for goods have left or an "
        "invoice is posted: %(changes)s. What had not left was stopped. Once all is returned and "
        "credited it is cancelled by itself. Cancel it by hand if nothing comes back, or mark this "
        "as done if the customer keeps it."
    ),
    "order_deleted": _lt(
        "The order was deleted in the storefront, or is no longer shown to this app. Fix cancels "
        "it here; mark it as done to keep it."
    ),
    # reasons to leave an order out
    "test_order": _lt("A test order: not imported."),
    "cancelled_before_import": _lt("Cancelled before it was imported."),
    "placed_too_early": _lt("Placed on %(date)s, before the day orders are imported from."),
    "status_skipped": _lt("Orders with the status “%(status)s” are not imported."),
    "channel_skipped": _lt("Orders of the channel “%(channel)s” are not imported."),
    "tag_skipped": _lt("Orders tagged “%(tags)s” are not imported."),
    "order_here": _lt("Here already, and unchanged in the storefront since."),
    "order_coming": _lt("On its way already: the storefront announced it."),
    "order_waiting": _lt("It waits for a decision already: see the issues."),
    "order_excluded": _lt("Left out by hand."),
    "number_unknown": _lt("The storefront has no order with the number %(number)s."),
}
