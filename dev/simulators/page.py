# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A store's page for people at `/`: stock, orders, and a form to place one. Plain HTML, no script.

Whatever is shown is escaped; a form is answered with a redirect, so that reloading sends nothing.
"""

from html import escape
from urllib.parse import urlencode

from .samples import CITIES, REDUCED, STANDARD
from .style import STYLE
from .wire import Response

SHOWN = 50  # rows a table
RATES = {"standard": [STANDARD], "reduced": [REDUCED], "none": []}
ORDER_HEADINGS = ("Order", "Customer", "Units", "Total", "Payment", "Delivery", "Actions")
NUMBERS = frozenset(("Units", "Total", "Price", "Available", "Committed", "On hand"))
NUMBER = ' class="number"'
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


class StorePage:
    """What every store's page has; a platform says what its records are called.

    `actions`: {name: (label, function(store, order))}. A store has `lock`, `order(reference)`."""

    actions = {}
    product_headings = ("Product", "SKU", "Price", "Available")

    def __init__(self, application):
        self.application = application

    @property
    def store(self):
        return self.application.store

    def title(self):
        """(name of the shop, what it is)."""
        raise NotImplementedError

    def place(self, spec):
        raise NotImplementedError

    def variants(self):
        """(SKU, title, price as text, units available) of what can be ordered."""
        raise NotImplementedError

    def known(self):
        """(e-mail, name) of the customers."""
        raise NotImplementedError

    def latest(self):
        """The latest orders, newest first."""
        raise NotImplementedError

    def described(self, order):
        """(reference, name, buyer, units, total, payment, delivery, possible actions)."""
        raise NotImplementedError

    def product_rows(self):
        """Values under `product_headings`, of the first products."""
        return list(self.variants())[:SHOWN]

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
                order = self.place(order_spec(fields))
                _reference, name, _buyer, _units, total, *_rest = self.described(order)
                message = f"Order {name} placed: {total}."
            else:
                label, function = self.actions[action]
                order = function(self.store, self.store.order(fields.get("order", "")))
                message = f"{label}: done for order {self.described(order)[1]}."
        except (KeyError, ValueError, ArithmeticError) as error:
            message = f"That didn't work: {error.args[0] if error.args else error}"
        return Response(303, b"", {"Location": f"/?{urlencode({'message': message})}"})

    def _render(self, message):
        name, description = self.title()
        notice = f'<p class="notice" role="status">{escape(message)}</p>' if message else ""
        return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(name)}</title><style>{STYLE}</style></head>
<body><header><h1>{escape(name)}</h1>
<p>{escape(description)}. Orders placed here reach the apps
that subscribed to its webhooks.</p></header>
<main>{notice}
<section aria-labelledby="new"><h2 id="new">Place an order</h2>{self._form()}</section>
<section aria-labelledby="orders"><h2 id="orders">Orders</h2>{self._orders()}</section>
<section aria-labelledby="stock"><h2 id="stock">Products and stock</h2>{self._products()}</section>
</main></body></html>"""

    def _form(self):
        variants = "".join(
            f'<option value="{escape(sku)}">{escape(title)} · {price} · {units} available</option>'
            for sku, title, price, units in list(self.variants())[:500]
        )
        customers = "".join(
            f'<option value="{escape(email)}">{escape(name)} ({escape(email)})</option>'
            for email, name in sorted(self.known())
        )
        return FORM.format(variants=variants, customers=customers)

    def _orders(self):
        rows = "".join(self._order(*self.described(order)) for order in self.latest())
        return table("Latest orders", ORDER_HEADINGS, rows, "No order yet.")

    def _order(self, reference, name, buyer, units, total, payment, delivery, possible):
        buttons = "".join(
            f'<button formaction="/page/{action}">{escape(self.actions[action][0])}'
            f'<span class="hidden"> order {escape(name)}</span></button>'
            for action in possible
        )
        return f"""<tr><th scope="row">{escape(name)}</th><td>{escape(buyer)}</td>
<td class="number">{units}</td>
<td class="number">{escape(total)}</td><td>{escape(payment)}</td><td>{escape(delivery)}</td>
<td><form method="post"><input type="hidden" name="order" value="{reference}">{buttons}</form>
</td></tr>"""

    def _products(self):
        rows = "".join(
            f'<tr><th scope="row">{escape(title)}</th><td>{escape(sku)}</td>'
            + "".join(f'<td class="number">{value}</td>' for value in values)
            + "</tr>"
            for sku, title, *values in self.product_rows()
        )
        return table("Products", self.product_headings, rows, "No product yet.")


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


def words(status):
    return status.replace("_", " ").replace("-", " ").capitalize()


def table(caption, headings, rows, empty):
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
