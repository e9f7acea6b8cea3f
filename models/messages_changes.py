# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The words for what changed in an order, and for what stands in the way, in the reader's language.

A text is kept as items, ``{"name": …, "changes": [part, …], "because": part}``, each part a kind
and its values: text, a quantity (a number) or an amount of money (``[number as text, currency]``).
"""

from decimal import Decimal

from odoo.tools import get_lang
from odoo.tools.translate import LazyTranslate

from ..platforms.documents.money import currency_decimals

_lt = LazyTranslate(__name__)

PARTS = {
    # a line
    "added": _lt("added, %(count)s × %(amount)s"),
    "removed": _lt("removed, %(count)s × %(amount)s"),
    "quantity": _lt("quantity %(old)s → %(new)s"),
    "price": _lt("price %(old)s → %(new)s"),
    "discount": _lt("discount %(old)s → %(new)s"),
    "percent": _lt("discount %(old)s %% → %(new)s %%"),
    "taxes": _lt("taxes %(old)s → %(new)s"),
    "name": _lt("name %(old)s → %(new)s"),
    # the order
    "shipping": _lt("delivery address %(old)s → %(new)s"),
    "email": _lt("e-mail %(old)s → %(new)s"),
    "billing": _lt("invoice address %(old)s → %(new)s"),
    # what stands in the way
    "delivered": _lt("left already: %(count)s"),
    "packed": _lt("left or packed: %(count)s"),
    "invoiced": _lt("on an invoice: %(count)s"),
    "posted": _lt("posted, %(amount)s (credit it)"),
    "left": _lt("%(count)s left the warehouse (return them)"),
    "handed_over": _lt("%(count)s handed over by the store, without a transfer here"),
    "shipped": _lt("everything has left"),
    "invoice_posted": _lt("an invoice is posted"),
    "edited_here": _lt("changed here: %(changes)s"),
    "removed_here": _lt("removed here"),
    "shared_here": _lt("the contact %(name)s has other orders or was changed here"),
    "cancelled_here": _lt("the order is cancelled here"),
}


def is_items(value):
    """Whether a parameter of a sentence is a text kept as items."""
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def render_items(env, items):
    """Return the text of ``items`` in the language of ``env``."""
    return "; ".join(_render_item(env, item) for item in items)


def _render_item(env, item):
    text = ", ".join(_render_part(env, part) for part in item["changes"])
    if item.get("name"):
        text = f"{item['name']}: {text}"
    if item.get("because"):
        text = f"{text} ({_render_part(env, item['because'])})"
    return text


def _render_part(env, part):
    values = {name: _word(env, value) for name, value in part.items() if name != "kind"}
    return str(env._(PARTS[part["kind"]])) % values


def _word(env, value):
    if isinstance(value, (int, float)):
        text = format(Decimal(str(value)).normalize(), "f")
        return _localized(env, value, len(text.partition(".")[2]))
    if is_items(value):
        return ", ".join(_render_part(env, part) for part in value)
    if isinstance(value, list):
        text, currency = value
        decimals = max(currency_decimals(currency), len(text.partition(".")[2]))
        return f"{_localized(env, float(text), decimals)} {currency}"
    return value


def _localized(env, value, decimals):
    """Return a number as the reader writes it."""
    lang = env["res.lang"].browse(get_lang(env).id)
    return lang.format(f"%.{decimals}f", value, grouping=True)
