# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`/wc-auth/v1/authorize`: the page where the owner hands a key over to an application.

The key goes to `callback_url` by POST, which must be https; then the browser goes to `return_url`.
"""

import http.client
import json
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..style import STYLE
from ..webhooks import post
from ..wire import Response
from .auth import READ, WRITE

PATH = "/wc-auth/v1/"
SCOPES = {"read": "View", "write": "Create and change", "read_write": "View and manage"}
NAMES = ("app_name", "scope", "user_id", "return_url", "callback_url")
SECONDS = 10.0


class Consent:
    def __init__(self, store, keys):
        self.store, self.keys = store, keys
        self.allow_http_callback = False  # for a receiver on this machine

    def answer(self, request):
        """The page, or what its buttons do."""
        params = dict(parse_qsl(request.raw_query))
        problem = self.problem(params)
        if problem:
            return _page("Error", f"<p>Error: {escape(problem)}.</p>", 401)
        if request.path.endswith("/authorize") and request.method == "GET":
            return _page("Application authentication request", self._form(params))
        if request.form().get("choice") != "approve":
            return _back(params, "0")
        return self.approve(params)

    def approve(self, params):
        """Make a key, send it, and lead back; without an answer of 200 the key goes again."""
        with self.store.lock:
            key = self.keys.create(params["scope"], params["app_name"])
            number = len(self.keys.rows)
        body = {
            "key_id": number,
            "user_id": params["user_id"],
            "consumer_key": key.consumer_key,
            "consumer_secret": key.consumer_secret,
            "key_permissions": key.permissions,
        }
        if not _send(params["callback_url"], body):
            with self.store.lock:
                del self.keys.rows[key.consumer_key]
            text = "<p>Error: An error occurred in the request and at the time were unable to send"
            return _page("Error", f"{text} the consumer data.</p>", 401)
        return _back(params, "1")

    def problem(self, params):
        """What is wrong with a request, if anything."""
        for name in NAMES:
            if not params.get(name):
                return f"Missing parameter {name}"
        if params["scope"] not in {*READ, *WRITE}:
            return f"Invalid scope {params['scope']}"
        for name in ("return_url", "callback_url"):
            if urlsplit(params[name]).scheme not in ("http", "https"):
                return f"The {name} is not a valid URL"
        secure = params["callback_url"].startswith("https://")
        if not secure and not self.allow_http_callback:
            return "The callback_url needs to be over SSL"
        return None

    def _form(self, params):
        wants = escape(SCOPES[params["scope"]])
        return f"""<p><strong>{escape(params["app_name"])}</strong> would like to connect to your
store: {wants} coupons, customers, orders and sales reports, products, webhooks.</p>
<form method="post" action="?{escape(urlencode(params))}" class="choice">
<button class="main" name="choice" value="approve">Approve</button>
<button name="choice" value="deny">Deny</button></form>"""


def _send(url, payload):
    try:
        body = json.dumps(payload).encode()
        return post(url, {"Content-Type": "application/json;charset=UTF-8"}, body, SECONDS) == 200
    except (OSError, http.client.HTTPException):
        return False


def _back(params, success):
    joint = "&" if "?" in params["return_url"] else "?"
    query = urlencode({"success": success, "user_id": params["user_id"]})
    return Response(302, b"", {"Location": f"{params['return_url']}{joint}{query}"})


def _page(title, content, status=200):
    text = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{STYLE}</style></head>
<body><header><h1>{escape(title)}</h1></header><main>{content}</main></body></html>"""
    return Response.html(text, status)
