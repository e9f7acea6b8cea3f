# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the schema's fields are answered from the state: `table()` maps (type, field) to a function
`(source, context, arguments) -> value`; every other field is answered by `default.py`."""

from . import apps, definitions, inventory, metafields, orders, queries, subscriptions


def table():
    return {
        **queries.FIELDS,
        **apps.FIELDS,
        **orders.FIELDS,
        **inventory.FIELDS,
        **definitions.FIELDS,
        **metafields.FIELDS,
        **subscriptions.FIELDS,
    }
