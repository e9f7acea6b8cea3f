# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes wrong between a client and a storefront, injected on purpose.

A rule names a kind, the operations it hits (a shell pattern over labels) and either how many
calls (`count`) or what share of them (`probability`). Kinds:

| kind | the client sees |
|---|---|
| http_429 | 429 with `Retry-After: retry_after` |
| throttled | the platform's own throttle answer |
| status | `status` (500, 502, 503, …) with a JSON body |
| html | `status` with an HTML body, as a proxy or a maintenance page gives |
| timeout | nothing for `seconds`, then a reset; the call is not executed |
| delay | the right answer, `seconds` late |
| reset_before | a reset; the call is not executed |
| reset_after | a reset **after** the call was executed: a lost answer |
| truncated | half of the body after the call was executed |
| noise | the right answer, with what PHP has to say (`text`) before it |
"""

import itertools
import random
import threading
import time
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase

from .wire import Response

KINDS = (
    "http_429",
    "throttled",
    "status",
    "html",
    "timeout",
    "delay",
    "reset_before",
    "reset_after",
    "truncated",
    "noise",
)
NOISE = (
    "\ufeff<br />\n<b>Warning</b>:  Undefined array key 1 in <b>/srv/shop/plugin.php</b> on line"
    " <b>7</b><br />\n"
)
HTML = b"<!DOCTYPE html><html><head><title>Unavailable</title></head><body>Try later</body></html>"


class CutConnection(Exception):
    """The connection must end without an answer."""


@dataclass
class Fault:
    id: int
    kind: str
    operation: str = "*"
    count: int | None = 1
    probability: float = 1.0
    seconds: float = 30.0
    retry_after: float = 2.0
    status: int = 503
    text: str = NOISE
    hits: int = 0

    def before(self, application, request):
        """The answer in place of the real one, or None to go on; raises CutConnection."""
        if self.kind in ("timeout", "delay"):
            time.sleep(self.seconds)
        if self.kind in ("timeout", "reset_before"):
            raise CutConnection
        if self.kind == "throttled":
            return application.throttled(request)
        return self._refusal()

    def _refusal(self):
        if self.kind == "http_429":
            return Response.json(
                {"errors": "Too Many Requests"}, 429, **{"Retry-After": str(self.retry_after)}
            )
        if self.kind == "status":
            return Response.json({"errors": "Internal Server Error"}, self.status)
        if self.kind == "html":
            return Response(self.status, HTML, {"Content-Type": "text/html"})
        return None

    def after(self, response):
        """What becomes of the answer; raises CutConnection for a lost one."""
        if self.kind == "reset_after":
            raise CutConnection
        if self.kind == "noise":
            return replace(response, body=self.text.encode() + response.body)
        return response


class Faults:
    """The rules in force. The first that fits a call is used."""

    def __init__(self, seed=0):
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._rules = []
        self._ids = itertools.count(1)

    def add(self, kind, **options):
        """Add a rule and return it; raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"Unknown fault {kind!r}; one of {', '.join(KINDS)}")
        if options.get("probability", 1.0) < 1.0:
            options.setdefault("count", None)
        with self._lock:
            rule = Fault(next(self._ids), kind, **options)
            self._rules.append(rule)
        return rule

    def draw(self, label):
        """The fault this call meets, or None."""
        if not self._rules:
            return None
        with self._lock:
            for rule in self._rules:
                if rule.count is not None and rule.hits >= rule.count:
                    continue
                if not fnmatchcase(label, rule.operation):
                    continue
                if rule.probability < 1.0 and self._random.random() >= rule.probability:
                    continue
                rule.hits += 1
                return rule
        return None

    def clear(self):
        with self._lock:
            self._rules.clear()

    def as_list(self):
        with self._lock:
            return [asdict(rule) for rule in self._rules]
