# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sentence for each error code, in the reader's language.

An error is stored as a code and parameters; it becomes words only when somebody reads it.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    # a passing failure
    "unavailable": _lt("The storefront did not answer. It is tried again by itself."),
    "timeout": _lt("The storefront took too long to answer. It is tried again by itself."),
    "answer_lost": _lt(
        "The connection broke before the storefront confirmed. What it holds is looked up first, "
        "then the rest is sent again."
    ),
    "rate_limited": _lt("The storefront asked to slow down. The work goes on by itself."),
    "html_instead_of_json": _lt(
        "A web page came instead of data: maintenance, a firewall or a proxy stands in between. "
        "It is tried again by itself."
    ),
    "server_error": _lt("The storefront failed on its side. It is tried again by itself."),
    "unexpected": _lt(
        "Something unexpected went wrong (%(error)s). It is tried again by itself; the server's "
        "log has the details."
    ),
    # the connection
    "auth_failed": _lt(
        "The storefront refuses the credentials. Check them on the backend, then connect again."
    ),
    "missing_scope": _lt(
        "The app may not do this: scope %(scope)s is missing. Grant it in the storefront's "
        "administration, then connect again."
    ),
    "not_configured": _lt("A setting this connection needs is missing: %(setting)s."),
    "neutralized": _lt(
        "This database is a neutralized copy: it never calls a live storefront."
    ),
    "other_database": _lt(
        "This database is not the one that was connected (a restored copy?). Connect again to "
        "make it the one that speaks to the storefront."
    ),
    "insecure_url": _lt("The address of the storefront must start with https://."),
    "unsupported": _lt("This storefront can't do that: %(capability)s."),
    # content
    "rejected": _lt("The storefront refused the values: %(fields)s"),
    "not_found": _lt("The record no longer exists in the storefront."),
    "bad_payload": _lt("What the storefront sent can't be read: %(path)s."),
    "odoo_refused": _lt("Odoo refused: %(message)s"),
    "product_missing": _lt(
        "No product for “%(name)s” (SKU %(sku)s). Link the storefront's variant to a product, or "
        "give a product this internal reference."
    ),
    "product_ambiguous": _lt(
        "Several products have the internal reference %(sku)s (“%(name)s”). Link the "
        "storefront's variant to the right one."
    ),
    "tax_missing": _lt(
        "The tax “%(title)s” (%(percent)s %%, on top of prices) has no counterpart. Choose the "
        "tax it stands for."
    ),
    "tax_missing_included": _lt(
        "The tax “%(title)s” (%(percent)s %%, included in prices) has no counterpart. Choose the "
        "tax it stands for."
    ),
    "currency_missing": _lt("The currency %(currency)s is not active. Activate it."),
    "user_missing": _lt("The backend has no integration users. Create them on the backend."),
    "total_mismatch": _lt(
        "The order would come to %(odoo)s instead of the %(storefront)s the customer was charged."
    ),
    "unexplained_difference": _lt(
        "The storefront charged %(amount)s that none of its lines explains. The order has a line "
        "for it; check it in the storefront."
    ),
    "order_changed": _lt("The order changed in the storefront after it was imported: %(changes)s"),
    "cancel_refused": _lt(
        "The order was cancelled in the storefront, but goods have left or an invoice is posted. "
        "Cancel or return it here."
    ),
    "order_deleted": _lt("The order was deleted in the storefront."),
    "stock_refused": _lt("The storefront refused the quantity of “%(name)s”: %(message)s"),
    # reasons to leave an order out
    "test_order": _lt("A test order: not imported."),
    "cancelled_before_import": _lt("Cancelled before it was imported."),
    "unhandled_kind": _lt("Nothing is imported for this kind of record."),
    "backend_paused": _lt("The backend is paused."),
}


def render(env, code, params=None):
    """Return the sentence for ``code`` in the language of ``env``; the code where it is unknown."""
    if not code:
        return ""
    message = MESSAGES.get(code)
    if message is None:
        return code
    try:
        return env._(message) % (params or {})
    except (KeyError, TypeError, ValueError):
        # A third party's parameters don't fit: words without values beat no words.
        return str(env._(message))
