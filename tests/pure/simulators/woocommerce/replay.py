# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sends what was recorded at a real shop to the simulator, in the order and at the time of then,
and tells what is answered differently.

Each recording has the request, how it proved who it is, and the answer: status, the headers that
matter, body. Of a long list, or of a batch of many rows, `ids` has all rows and `answer` the first
one.
"""

import base64
import http.client
import json
from datetime import datetime, timedelta, timezone
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlencode

from dev.simulators.woocommerce.auth import Key, signature

FOLDER = Path(__file__).parent / "captures"
# The order they were recorded in is that of their numbers, over all files.
GROUPS = ("access", "products", "changes", "orders", "settings", "bulk", "odds")
SECOND = timedelta(seconds=1)
READ, WRITE = (Key(f"ck_{sign * 40}", f"cs_{sign * 40}", permissions)
               for sign, permissions in (("a", "read"), ("b", "write")))  # fmt: skip
HEADERS = ("X-WP-Total", "X-WP-TotalPages", "Retry-After", "Allow")


def recordings():
    rows = [row for name in GROUPS for row in json.loads((FOLDER / f"{name}.json").read_text())]
    return sorted(rows, key=lambda row: row["name"])


class Replay:
    """`shop`: a WooStore behind a server at `address`. `prepare`: {number: function(shop)} of what
    happened before a recording without being one."""

    def __init__(self, shop, address, prepare):
        self.shop, self.store, self.prepare = shop, shop.store, prepare
        self.host, self.port = address
        self.home = f"http://{self.host}:{self.port}"
        for key in (READ, WRITE):
            shop.keys.add(key)

    def run(self, row):
        """Every difference in the answer to one recording, as (place, recorded, simulated)."""
        row = json.loads(json.dumps(row).replace("{home}", self._home(row)))
        self.store.frozen = _moment(row)
        for number in sorted(self.prepare):
            if number <= row["name"]:
                self.prepare.pop(number)(self.shop)
        self._align_ids(row)
        status, headers, body = self._send(row)
        found = list(compare("status", row["status"], status))
        for name in HEADERS:
            found += compare(name, row["headers"].get(name), headers.get(name))
        kind = row["headers"]["Content-Type"].lower()
        found += compare("Content-Type", kind, (headers["Content-Type"] or "").lower())
        found += compare("Link", row.get("links", []), _relations(headers["Link"] or ""))
        return found + self._compare_body(row, body)

    @staticmethod
    def _compare_body(row, body):
        answer = json.loads(body) if body else None
        recorded = row["answer"]
        if "ids" not in row:
            return list(compare("", recorded, answer))
        found = list(compare("ids", row["ids"], [one.get("id") for one in _rows(answer)]))
        del _rows(answer)[len(_rows(recorded)) :]
        return found + list(compare("", recorded, answer))

    def _home(self, row):
        return self.home.replace("http", "https") if row["https"] else self.home

    def _align_ids(self, row):
        """Give the ids of then: what else had used some up is not part of the recordings."""
        answer = row["answer"]
        resource = row["path"].rsplit("v3/", 1)[-1].partition("/")[0]
        if row["method"] == "POST" and resource in ("products", "orders"):
            made = answer.get("create", [] if "update" in answer else [answer]) if answer else []
            posts = [one["id"] for one in made if one.get("id", 0) > self.store.numbers["post"]]
            if posts:
                self.store.numbers["post"] = min(posts) - 1
        rows = answer.get("meta_data", []) if isinstance(answer, dict) else []
        new_rows = [one["id"] for one in rows if one["id"] > self.store.numbers["meta"]]
        if new_rows and resource == "products":
            self.store.numbers["meta"] = min(new_rows) - 1
        items = [one["id"] for name in ITEMS for one in _lists(answer, name)]
        new_items = [one for one in items if one > self.store.numbers["item"]]
        if new_items:
            self.store.numbers["item"] = min(new_items) - 1

    def _send(self, row):
        body = row.get("body")
        if isinstance(body, dict) and "rows" in row:
            body = {"update": body["update"] * row["rows"]}
        raw = body if isinstance(body, str) else json.dumps(body) if body is not None else None
        query, headers = dict(row.get("query", {})), {}
        if raw is not None:
            headers["Content-Type"] = "application/json"
        if row["https"]:
            headers["X-Forwarded-Proto"] = "https"
        self._authenticate(row, query, headers)
        target = f"{row['path']}?{urlencode(query)}" if query else row["path"]
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(row["method"], target, raw, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def _authenticate(self, row, query, headers):
        way, _space, fault = row["auth"].partition(" ")
        key = {"read": READ, "write": WRITE}.get(fault, self.shop.keys.first)
        name, secret = key.consumer_key, key.consumer_secret
        if fault == "wrong secret":
            secret = "cs_wrong"
        if fault == "wrong key":
            name = "ck_wrong"
        if way == "basic":
            text = base64.b64encode(f"{name}:{secret}".encode()).decode()
            headers["Authorization"] = f"Basic {text}"
        elif way == "query":
            query.update(consumer_key=name, consumer_secret=secret)
        elif way == "oauth":
            sign(Key(name, secret), row["method"], f"{self.home}{row['path']}", query,
                 self.store.now())  # fmt: skip


ITEMS = ("line_items", "tax_lines", "shipping_lines", "fee_lines", "coupon_lines")
NONCES = iter(range(1, 10**9))


def sign(key, method, url, query, now):
    """Add to a query what proves, over http, who asks."""
    query.update(
        oauth_consumer_key=key.consumer_key,
        oauth_timestamp=str(int(now.timestamp())),
        oauth_nonce=f"nonce{next(NONCES)}",
        oauth_signature_method="HMAC-SHA256",
    )
    query["oauth_signature"] = signature(key, method, url, query)


def _moment(row):
    """When the shop wrote what it answers: the latest date in it, or when it answered."""
    answered = datetime.fromisoformat(row["at"]).replace(tzinfo=timezone.utc)
    creates = row["method"] == "POST" and "update" not in (row["answer"] or {})
    name = "date_created_gmt" if creates else "date_modified_gmt"
    dates = [datetime.fromisoformat(one).replace(tzinfo=timezone.utc)
             for one in _values(row["answer"], (name,))]  # fmt: skip
    recent = [one for one in dates if answered - 3 * SECOND <= one <= answered]
    if row["method"] == "GET" or not recent:
        return answered
    return min(recent) if creates else max(recent)


def _values(value, names):
    """The values of these names anywhere in an answer's records, but not in their items."""
    if isinstance(value, list):
        return [found for one in value for found in _values(one, names)]
    if not isinstance(value, dict):
        return []
    own = [value[name] for name in names if value.get(name)]
    inner = [value.get(name) for name in ("create", "update")]
    return own + [found for one in inner if one for found in _values(one, names)]


def _rows(answer):
    """The rows of a list, or of a batch of one kind."""
    return answer if isinstance(answer, list) else next(iter(answer.values()))


def _lists(value, name):
    if isinstance(value, list):
        return [found for one in value for found in _lists(one, name)]
    if not isinstance(value, dict):
        return []
    inner = [value.get(one) for one in ("create", "update") if value.get(one)]
    return value.get(name, []) + [found for one in inner for found in _lists(one, name)]


def _relations(link):
    return [one for one in ("prev", "next") if f'rel="{one}"' in link]


def compare(place, recorded, simulated):
    """Yield what differs, deepest places first named: (place, recorded, simulated)."""
    if isinstance(recorded, dict) and isinstance(simulated, dict):
        for name in {**recorded, **simulated}:
            deeper = f"{place}.{name}" if place else name
            missing = "(missing)"
            yield from compare(deeper, recorded.get(name, missing), simulated.get(name, missing))
    elif isinstance(recorded, list) and isinstance(simulated, list):
        if len(recorded) != len(simulated):
            yield (f"{place}[]", recorded, simulated)
            return
        for one, other in zip_longest(recorded, simulated):
            yield from compare(f"{place}[]", one, other)
    elif not _is_same(place, recorded, simulated):
        yield place, recorded, simulated


def _is_same(place, recorded, simulated):
    if recorded == simulated and isinstance(recorded, bool) == isinstance(simulated, bool):
        return True
    return ".date_" in f".{place}" and _is_close(recorded, simulated)


def _is_close(recorded, simulated):
    """The recorded shop's clock went on while it answered."""
    try:
        gap = datetime.fromisoformat(recorded) - datetime.fromisoformat(simulated)
    except (TypeError, ValueError):
        return False
    return abs(gap) <= SECOND
