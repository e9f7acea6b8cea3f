# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo as its own web client uses it: a session of a user, and calls of public methods over HTTP.

Whatever the demo does in Odoo goes through here, with the rights of the user it logs in.
"""

import requests

LOGIN = PASSWORD = "admin"
CALL_SECONDS = 120


class OdooError(Exception):
    """Odoo refused a call, in its own words."""


class Client:
    """Not shared between threads. `context` is passed with every call."""

    def __init__(self, url, database):
        self.url = url
        self.context = {}
        self._session = requests.Session()
        credentials = {"db": database, "login": LOGIN, "password": PASSWORD}
        self.uid = self._post("/web/session/authenticate", credentials)["uid"]

    def call(self, model, method, *args, context=None, **kwargs):
        """Call a public method; records are ids. Raises OdooError."""
        kwargs["context"] = {**self.context, **(context or {})}
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def create(self, model, vals):
        """Create one record from a dict (returns its id) or many from a list (their ids)."""
        ids = self.call(model, "create", vals if isinstance(vals, list) else [vals])
        return ids if isinstance(vals, list) else ids[0]

    def search(self, model, domain, **kwargs):
        return self.call(model, "search", domain, **kwargs)

    def read(self, model, ids, fields, **kwargs):
        return self.call(model, "read", ids, fields, **kwargs)

    def open(self, url, follow=True):
        """Open an address as the browser of the user who is logged in; return the answer.

        With `follow`, the one of the page it is sent on to."""
        return self._session.get(url, timeout=CALL_SECONDS, allow_redirects=follow)

    def _post(self, path, params):
        answer = self._session.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=CALL_SECONDS,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            data = body["error"].get("data") or {}
            raise OdooError(data.get("message") or body["error"].get("message"))
        return body.get("result")
