# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shop behind its HTTP server: REST, the page that hands over keys, the page for people."""

from ..server import CONTROL, Application, Call
from ..wire import Response
from . import authorize, catalogue, customers, options, orders, php, refunds, rest, webhook
from .auth import Keys, is_secure
from .control_api import ControlApi
from .errors import RestError, no_route
from .listing import PAGING
from .notifier import Notifier
from .page import Page
from .store import Store

INDEX, API = "/wp-json/", "/wp-json/wc/v3/"
MAINTENANCE = {
    "code": "wp_die",
    "message": "Briefly unavailable for scheduled maintenance. Check back in a minute.",
    "data": {"status": 503},
    "additional_errors": [],
}
NOT_FOUND = "<!DOCTYPE html><html><head><title>Page not found</title></head><body>404</body></html>"


class WooStore(Application):
    """One shop. `home` is its address, without a slash; by default what it was last called by."""

    def __init__(self, seed=0, workers=4, home=None):
        super().__init__(seed)
        self.seed, self.fixed_home = seed, home
        self._home = home or "http://127.0.0.1"
        self.store = Store(seed)
        self.keys = Keys(self.store)
        self.notifier = Notifier(self.store, self.home, workers, seed)
        self.restore()
        self.control = ControlApi(self)
        self.consent = authorize.Consent(self.store, self.keys)
        self.page = Page(self)

    def home(self):
        return self._home

    def restore(self):
        """As just started, apart from what the store holds."""
        self.maintenance = False
        self.permalinks = True  # without them, only /?rest_route= leads to the API
        self.missing_routes = ()  # those an older version doesn't have
        self.build_routes()

    def build_routes(self):
        """Again once the shop has other statuses."""
        paging = {**PAGING, "class": PAGING["search"]}
        rows = [
            *catalogue.routes(),
            *orders.routes(self.store),
            *refunds.routes(),
            *customers.routes(),
            *webhook.routes(),
            *options.routes(paging),
        ]
        self.router = rest.Router([one for one in rows if one.pattern not in self.missing_routes])

    def accept(self, request):
        if not self.fixed_home and request.headers.get("Host"):
            self._home = f"http://{request.headers['Host']}"
        if request.path.startswith(CONTROL):
            return Call("control", lambda: self.control.answer(request))
        params = php.query(request.raw_query)
        path = "/" + request.path.lstrip("/")
        if path == INDEX.rstrip("/") or path.startswith(INDEX):
            return self._rest(request, params, path)
        if "rest_route" in params:
            return self._rest(request, params, f"/wp-json{params['rest_route']}", signs=False)
        if path.startswith(authorize.PATH):
            return Call("authorize", lambda: self.consent.answer(request))
        if path == "/" or path.startswith("/page/"):
            return Call("page", lambda: self.page.answer(request))
        return Call(path, lambda: Response.html(NOT_FOUND, 404))

    def _rest(self, request, params, path, signs=True):
        """`signs`: WooCommerce knows by the address that the call is for it; by nothing else."""
        if self.maintenance:
            return Call("maintenance", self._unavailable)
        if signs and not self.permalinks:
            return Call("no permalinks", lambda: Response.html(NOT_FOUND, 404))
        method = self._method(request, params)
        if method == "OPTIONS":
            return Call("OPTIONS", lambda: self._options(path))
        try:
            route, ids = self._route(method, path)
        except RestError as error:
            label = f"{method} {path}"
            return Call(label, lambda error=error: self._lost(request, params, error))
        return Call(route.label, lambda: self._answer(request, params, path, route, ids, signs))

    @staticmethod
    def _method(request, params):
        if request.method == "POST" and "_method" in params:
            return params["_method"].upper()
        return "GET" if request.method == "HEAD" else request.method

    def _route(self, method, path):
        if path.rstrip("/") == INDEX.rstrip("/") and method == "GET":
            return rest.Route("", "get", options.index), {}
        if not path.startswith(API):
            raise no_route()
        return self.router.find(method, path.removeprefix(API).rstrip("/"))

    def _lost(self, request, params, error):
        """No route; but who is unwelcome is told that first."""
        try:
            with self.store.lock:
                self.keys.identify(request, params, self._home)
        except RestError as refusal:
            error = refusal
        return rest.refuse(error)

    def _answer(self, request, params, path, route, ids, signs):
        is_index = path.rstrip("/") == INDEX.rstrip("/")
        allow = self.router.allowed(path.removeprefix(API).rstrip("/")) if not is_index else ["GET"]
        home = self._home.replace("http://", "https://", 1) if is_secure(request) else self._home
        try:
            with self.store.lock:
                key = self.keys.identify(request, params, self._home) if signs else None
                if is_index:
                    key = self.keys.first  # open to everybody
                body = rest.parse_body(request)
                call = rest.Call(self.store, ids, {**params, **body}, body, home, key)
                response = rest.respond(rest.execute(route, call), call, path, params, allow)
        except RestError as error:
            return rest.refuse(error, allow if error.status != 401 else ())
        self.notifier.send_pings()
        return response

    def _options(self, path):
        allow = self.router.allowed(path.removeprefix(API).rstrip("/"))
        body = {"namespace": "wc/v3", "methods": allow}
        return Response(200, php.json_bytes(body), {"Allow": ", ".join(allow)})

    def _unavailable(self):
        return Response(
            503,
            php.json_bytes(MAINTENANCE),
            {"Content-Type": "application/json; charset=utf-8", "Retry-After": "600"},
        )

    def throttled(self, request):
        """A shop has no limit of its own: a firewall before it does."""
        return Response.html("<html><body><h1>429 Too Many Requests</h1></body></html>", 429)
