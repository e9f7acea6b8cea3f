# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The store as an HTTP application: which path is what."""

import re
import uuid

from ..faults import HTML as UNAVAILABLE
from ..faults import CutConnection
from ..server import CONTROL, Application, Call
from ..wire import Response
from .authorize import PATH as AUTHORIZE
from .authorize import Consent
from .context import App, Settings
from .control_api import ControlApi
from .grants import Grants
from .installation import Installation
from .notifier import Notifier
from .oauth import UNAUTHORIZED, Tokens
from .page import Page
from .schema import API_VERSION, load_schema
from .service import THROTTLED, Service
from .store import Store

GRAPHQL = re.compile(r"/admin/api/([^/]+)/graphql\.json")
TOKEN = "/admin/oauth/access_token"


class ShopifyStore(Application):
    """One store with one installed app."""

    def __init__(self, seed=0, plan="plus", token="shpat_simulated", workers=4):
        super().__init__(seed)
        self.seed = seed
        self.app, self.settings = App(), Settings()
        self.store = Store(seed)
        self.tokens = Tokens(self.store, self.app, token, plan)
        self.grants = Grants(self.store, self.app, self.tokens)
        self.consent = Consent(self.store, self.app, self.tokens, self.grants)
        self.notifier = Notifier(self.store, self.app, workers, seed)
        access = (self.tokens, self.grants, self.consent)
        self.installation = Installation(self.store, self.app, access, self.notifier)
        self.service = Service(
            load_schema(), self.store, self.app, self.settings, self.installation
        )
        self.control = ControlApi(self)
        self.page = Page(self)

    def accept(self, request):
        if request.path.startswith(CONTROL):
            return Call("control", lambda: self.control.answer(request))
        if self._is_down():
            return Call("down", self._unreachable)
        if GRAPHQL.fullmatch(request.path):
            return self._graphql(request)
        if request.path == TOKEN and request.method == "POST":
            return Call("access_token", lambda: self._token(request))
        if request.path == AUTHORIZE and request.method in ("GET", "POST"):
            return Call("authorize", lambda: self.consent.answer(request))
        if request.path == "/" or request.path.startswith("/page/"):
            return Call("page", lambda: self.page.answer(request))
        return Call(request.path, lambda: Response.json({"errors": "Not Found"}, 404))

    def _is_down(self):
        until = self.settings.down
        return until if isinstance(until, bool) else self.store.now() < until

    def _unreachable(self):
        if self.settings.down_as == "reset":
            raise CutConnection
        return Response(503, UNAVAILABLE, {"Content-Type": "text/html"})

    def throttled(self, request):
        cost = {
            "requestedQueryCost": 10,
            "actualQueryCost": None,
            "throttleStatus": {**self.tokens.bucket.status(), "currentlyAvailable": 0},
        }
        return self._json({"errors": [THROTTLED], "extensions": {"cost": cost}})

    def _graphql(self, request):
        """A GraphQL call: authentication first, as the real gateway does."""
        version = GRAPHQL.fullmatch(request.path).group(1)
        if request.method != "POST" or version != API_VERSION:
            return Call(request.path, lambda: self._json({"errors": "Not Found"}, 404))
        token = self.tokens.find(request.headers.get("X-Shopify-Access-Token"))
        try:
            body = request.json()
            text = body["query"]
            label = self.service.label(text)
        except (ValueError, KeyError, TypeError):
            problem = {"errors": {"query": "Required parameter missing or invalid"}}
            return Call("invalid", lambda: self._json(problem, 400))
        if token is None:
            return Call(label, lambda: self._json(UNAUTHORIZED, 401))
        if self.tokens.refusal:
            return Call(label, lambda: self.tokens.refusal)
        return Call(label, lambda: self._json(self._execute(token, body)))

    def _execute(self, token, body):
        return self.service.execute(
            token, body["query"], body.get("variables"), body.get("operationName")
        )

    def _token(self, request):
        with self.store.lock:
            return self.grants.answer(request)

    def _json(self, payload, status=200):
        headers = {"X-Shopify-API-Version": API_VERSION, "X-Request-Id": str(uuid.uuid4())}
        return Response.json(payload, status, **headers)
