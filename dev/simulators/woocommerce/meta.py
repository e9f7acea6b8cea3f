# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`meta_data` of products, orders and customers: rows with ids, merged by id or key."""


def merge(store, rows, given):
    """Write `given` into `rows`: null removes, a known id or key is replaced, else a row is new."""
    for one in given or ():
        found = next((row for row in rows if row["id"] == one.get("id")), None)
        if found is None and "id" not in one:
            found = next((row for row in rows if row["key"] == one.get("key")), None)
        if one.get("value") is None:
            if found is not None:
                rows.remove(found)
        elif found is not None:
            found.update(key=one.get("key", found["key"]), value=one["value"])
        else:
            key = str(one.get("key", ""))
            rows.append({"id": store.number("meta"), "key": key, "value": one["value"]})


def put(store, rows, key, value):
    """One row of the shop's own."""
    merge(store, rows, [{"key": key, "value": value}])


def value(rows, key, default=None):
    return next((row["value"] for row in rows if row["key"] == key), default)


def shown(rows):
    return [dict(row) for row in rows]


def displayed(rows, names=None):
    """Rows of an order's item: with what is shown for key and value."""
    return [
        {
            **row,
            "display_key": (names or {}).get(row["key"], (row["key"], None))[0],
            "display_value": (names or {}).get(row["key"], (None, row["value"]))[1],
        }
        for row in rows
    ]
