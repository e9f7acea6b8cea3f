# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists: the parameters all have, filters by date, order and pages. Unknown filters change nothing.

A date without a zone is the shop's local time unless `dates_are_gmt`; the comparison is strict.
"""

from .params import Arg, moment
from .rest import Result

IDS = Arg("array", items=Arg("integer"))
DATES = ("after", "before", "modified_after", "modified_before")
PAGING = {
    "page": Arg("integer", low=1, default=1),
    "per_page": Arg("integer", low=1, high=100, default=10),
    "offset": Arg("integer"),
    "search": Arg(),
    "include": IDS,
    "exclude": IDS,
    "order": Arg(enum=("asc", "desc"), default="desc"),
    "orderby": Arg(enum=("date", "id", "include", "title", "slug", "modified"), default="date"),
}
DATED = {**PAGING, **{name: Arg("date") for name in DATES}, "dates_are_gmt": Arg("boolean")}


def answer(call, rows, render, title="name"):
    """The page that is asked for of rows with id, created and modified."""
    params = call.params
    rows = _ordered(_dated(call, _chosen(rows, params)), params, title)
    size = params["per_page"]
    start = params["offset"] if params.get("offset") is not None else (params["page"] - 1) * size
    shown = [render(row) for row in rows[start : start + size]]
    return Result(shown, total=len(rows), per_page=size, page=params["page"])


def _chosen(rows, params):
    if params.get("include"):
        wanted = set(params["include"])
        rows = [row for row in rows if row["id"] in wanted]
    if params.get("exclude"):
        unwanted = set(params["exclude"])
        rows = [row for row in rows if row["id"] not in unwanted]
    return list(rows)


def _dated(call, rows):
    for name in DATES:
        text = call.params.get(name)
        if not text:
            continue
        zone = call.store.zone
        limit = moment(text, zone)
        is_gmt = call.params.get("dates_are_gmt")
        column = "modified" if name.startswith("modified") else "created"
        later = name.endswith("after")
        rows = [row for row in rows if _fits(row[column], None if is_gmt else zone, limit, later)]
    return rows


def _fits(value, zone, limit, later):
    if value is None:
        return False
    wall = (value.astimezone(zone) if zone else value).replace(tzinfo=None)
    return wall > limit if later else wall < limit


def _ordered(rows, params, title):
    orderby, descending = params.get("orderby"), params.get("order") == "desc"
    if orderby == "include" and params.get("include"):
        places = {one: place for place, one in enumerate(params["include"])}
        return sorted(rows, key=lambda row: places[row["id"]])
    keys = {
        "date": lambda row: (row["created"], row["id"]),
        "modified": lambda row: (row["modified"], row["id"]),
        "title": lambda row: (row[title].lower(), row["id"]),
        "slug": lambda row: (row.get("slug", ""), row["id"]),
        "price": lambda row: (float(row["regular_price"] or 0), row["id"]),
    }
    return sorted(rows, key=keys.get(orderby, lambda row: row["id"]), reverse=descending)
