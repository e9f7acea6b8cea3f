# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page for people at `/`: stock, orders, and a form to place one. Plain HTML, no script.

Whatever is shown is escaped; a form is answered with a redirect, so that reloading sends nothing.
"""

from html import escape
from urllib.parse import urlencode

from ..wire import Response
from . import lifecycle
from .payloads import amount
from .samples import CITIES, REDUCED, STANDARD
from .style import STYLE

SHOWN = 50  # rows a table
RATES = {"standard": [STANDARD], "reduced": [REDUCED], "none": []}
ACTIONS = {
    "pay": ("Mark as paid", lifecycle.pay),
    "fulfil": ("Fulfil", lifecycle.fulfil),
    "cancel": ("Cancel", lifecycle.cancel),
}


class Page:
    def __init__(self, application):
        self.application = application

    @property
    def store(self):
        return self.application.store

    def answer(self, request):
        with self.store.lock:
            if request.method == "POST":
                return self._act(request)
            if request.path != "/":
                return Response.html("Not found", 404)
            message = (request.query.get("message") or [""])[0]
            return Response.html(self._render(message))

    def _act(self, request):
        """Do what a form asks for, then show the page again with what came of it."""
        action, fields = request.path.removeprefix("/page/"), request.form()
        try:
            if action == "order":
                order = lifecycle.place(self.store, order_spec(fields))
                message = f"Order {order.name} placed: {_total(order)}."
            else:
                label, function = ACTIONS[action]
                order = function(self.store, self.store.order(fields.get("order", "")))
                message = f"{label}: done for order {order.name}."
        except (KeyError, ValueError, ArithmeticError) as error:
            message = f"That didn't work: {error.args[0] if error.args else error}"
        return Response(303, b"", {"Location": f"/?{urlencode({'message': message})}"})

    def _render(self, message):
        shop = self.store.shop
        notice = f'<p class="notice" role="status">{escape(message)}</p>' if message else ""
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(shop.name)}</title><style>{STYLE}</style></head>
<body><header><h1>{escape(shop.name)}</h1>
<p>A simulated Shopify store, {escape(shop.myshopify_domain)}. Orders placed here reach the apps
that subscribed to its webhooks.</p></header>
<main>{notice}
<section aria-labelledby="new"><h2 id="new">Place an order</h2>{self._form()}</section>
<section aria-labelledby="orders"><h2 id="orders">Orders</h2>{self._orders()}</section>
<section aria-labelledby="stock"><h2 id="stock">Products and stock</h2>{self._products()}</section>
</main></body></html>"""

    def _form(self):
        variants = "".join(
            f'<option value="{escape(one.sku)}">{escape(one.product.title)} · {one.price:.2f}'
            f" · {one.inventory_quantity} available</option>"
            for one in self.store.variants[:500]
            if one.sku
        )
        known = sorted(
            {one.email: one.display_name for one in self.store.customers if one.email}.items()
        )
        customers = "".join(
            f'<option value="{escape(email)}">{escape(name)} ({escape(email)})</option>'
            for email, name in known
        )
        return FORM.format(variants=variants, customers=customers)

    def _orders(self):
        rows = "".join(self._order(order) for order in reversed(self.store.orders[-SHOWN:]))
        return _table("Latest orders", ORDER_HEADINGS, rows, "No order yet.")

    @staticmethod
    def _order(order):
        who = order.customer.display_name if order.customer else f"{order.email or ''} (guest)"
        status = "Cancelled" if order.cancelled_at else _words(order.display_financial_status)
        shipped = "" if order.cancelled_at else _words(order.display_fulfillment_status)
        buttons = "".join(
            f'<button formaction="/page/{action}">{escape(ACTIONS[action][0])}'
            f'<span class="hidden"> order {escape(order.name)}</span></button>'
            for action in possible(order)
        )
        return f"""<tr><th scope="row">{escape(order.name)}</th><td>{escape(who)}</td>
<td class="number">{sum(line.current_quantity for line in order.line_items)}</td>
<td class="number">{escape(_total(order))}</td><td>{escape(status)}</td><td>{escape(shipped)}</td>
<td><form method="post"><input type="hidden" name="order" value="{order.number}">{buttons}</form>
</td></tr>"""

    def _products(self):
        rows = "".join(
            f"""<tr><th scope="row">{escape(one.product.title)}</th><td>{escape(one.sku or "")}</td>
<td class="number">{one.price:.2f}</td><td class="number">{one.inventory_quantity}</td>
<td class="number">{_stock(one, "committed")}</td><td class="number">{_stock(one, "on_hand")}</td>
</tr>"""
            for one in self.store.variants[:SHOWN]
        )
        return _table("Products", PRODUCT_HEADINGS, rows, "No product yet.")


def order_spec(fields):
    """The specification of the form's order. Raises ValueError, KeyError, ArithmeticError."""
    email = fields.get("guest", "").strip()
    zip_code, city, country = CITIES[0]
    address = {"first_name": "Demo", "last_name": "Shopper", "address1": "Market street 1",
               "zip": zip_code, "city": city, "country_code": country}  # fmt: skip
    spec = {
        "lines": [{"sku": fields.get("sku", ""), "quantity": int(fields.get("quantity") or 1)}],
        "taxes": RATES[fields.get("tax", "standard")],
        "taxes_included": fields.get("included") == "yes",
        "shipping": {"title": "Standard", "price": "4.95"},
        "paid": fields.get("paid") == "yes",
    }
    if fields.get("discount"):
        discount = {"code": "PAGE", "type": "percentage", "value": fields["discount"]}
        spec["discounts"] = [discount]
    if fields.get("customer"):
        return {**spec, "customer": fields["customer"]}
    if not email:
        raise ValueError("choose a customer or give a guest's e-mail address")
    return {**spec, "email": email, "billing_address": address}


def possible(order):
    """The actions an order's state allows."""
    if order.cancelled_at:
        return []
    waiting = any(line.unfulfilled_quantity for line in order.line_items)
    begun = any(line.fulfilled_quantity for line in order.line_items)
    allowed = {"pay": not order.fully_paid, "fulfil": waiting, "cancel": not begun}
    return [action for action, is_allowed in allowed.items() if is_allowed]


def _total(order):
    money = order.current_total_price_set.presentment_money
    return f"{amount(money)} {money.currency_code}"


def _words(status):
    return status.replace("_", " ").capitalize()


def _stock(variant, name):
    return sum(level.quantity(name) for level in variant.inventory_item.levels.values())


def _table(caption, headings, rows, empty):
    if not rows:
        return f"<p>{escape(empty)}</p>"
    heads = "".join(
        f'<th scope="col"{NUMBER if heading in NUMBERS else ""}>{escape(heading)}</th>'
        for heading in headings
    )
    return (
        f'<div class="scroll"><table><caption class="hidden">{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


ORDER_HEADINGS = ("Order", "Customer", "Units", "Total", "Payment", "Delivery", "Actions")
NUMBERS = frozenset(("Units", "Total", "Price", "Available", "Committed", "On hand"))
NUMBER = ' class="number"'
PRODUCT_HEADINGS = ("Product", "SKU", "Price", "Available", "Committed", "On hand")
FORM = """<form method="post" action="/page/order" class="grid">
<label class="wide">Product<select name="sku" required>{variants}</select></label>
<label>Quantity<input name="quantity" type="number" min="1" max="1000" value="1" required></label>
<label>Customer<select name="customer"><option value="">Guest</option>{customers}</select></label>
<label>Guest's e-mail<input name="guest" type="email" placeholder="guest@example.com"></label>
<label>Discount, percent<input name="discount" type="number" min="0" max="100" step="0.1"></label>
<label>Tax<select name="tax"><option value="standard">VAT 21%</option>
<option value="reduced">VAT 6%</option><option value="none">None</option></select></label>
<label class="check"><input name="included" type="checkbox" value="yes"> Prices include tax</label>
<label class="check"><input name="paid" type="checkbox" value="yes" checked> Paid</label>
<button class="main">Place order</button></form>"""
