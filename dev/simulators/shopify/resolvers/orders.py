# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fields of orders and customers that take arguments or differ from the state."""


def _first(rows, arguments):
    limit = arguments.get("first")
    return rows if limit is None else rows[:limit]


def _shipping_lines(order, _context, arguments):
    """Removed lines only when asked for."""
    if arguments.get("includeRemovals"):
        return order.shipping_lines
    return [line for line in order.shipping_lines if not line.is_removed]


def _application(allocation, _context, _arguments):
    return allocation.discount_application


def _number(order, _context, _arguments):
    return order.order_number


FIELDS = {
    ("Order", "number"): _number,
    ("Order", "shippingLines"): _shipping_lines,
    ("Order", "transactions"): lambda order, _context, args: _first(order.transactions, args),
    ("Order", "fulfillments"): lambda order, _context, args: _first(order.fulfillments, args),
    ("Order", "refunds"): lambda order, _context, args: _first(order.refunds, args),
    ("LineItem", "taxLines"): lambda line, _context, args: _first(line.tax_lines, args),
    ("LineItem", "discountedTotalSet"): lambda line, _context, args: line.discounted_total(
        args["withCodeDiscounts"]
    ),
    ("Customer", "addresses"): lambda customer, _context, args: _first(customer.addresses, args),
    ("DiscountAllocation", "discountApplication"): _application,
    ("Fulfillment", "trackingInfo"): lambda one, _context, args: _first(one.tracking_info, args),
}
