# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Carries out what the law lets customers ask for: to be told what is kept, and to be forgotten.

From events to requests to what became of them; database only. What a request reaches is decided
in ``privacy_scope``. It reaches what no integration user may write, so it runs in superuser mode.
"""

import json
import logging
import time

from odoo import models
from psycopg2 import OperationalError

from ..platforms import errors
from .flow import Budget, place_of, retry_concurrency

_logger = logging.getLogger(__name__)


class StorefrontPrivacy(models.AbstractModel):
    _name = "storefront.privacy"
    _inherit = "storefront.flow"
    _description = "Storefront Privacy Requests"

    def _drain(self, backend):
        """Answer what waits, beside other workers: each request is locked while worked on."""
        return self.sudo()._answer_all(backend.sudo())

    def _answer_all(self, backend):
        budget = Budget()
        while not budget.is_spent and retry_concurrency(self.env, lambda: self._absorb(backend)):
            pass
        for request in self.env["storefront.privacy.request"]._find_due(backend):
            while not budget.is_spent and self._answer(backend, request):
                pass
        if budget.is_spent:
            self._wake_committed(backend, "privacy")

    def _absorb(self, backend):
        """Turn one event into a request, and forget its payload; False: there was none."""
        self.env.cr.execute(
            "SELECT id, topic, payload FROM storefront_event WHERE backend_id = %s"
            " AND state = 'pending' AND kind = 'privacy' ORDER BY id LIMIT 1 FOR UPDATE",
            [backend.id],
            log_exceptions=False,  # another worker was first: tried again, no error
        )
        row = self.env.cr.fetchone()
        if not row:
            return False
        event_id, topic, payload = row
        event = self.env["storefront.event"].browse(event_id)
        try:
            document = backend._adapter_class().read_privacy_request(topic, payload.encode())
        except errors.StorefrontError as error:
            failure = self._failure(error)
            cause = {"code": "privacy_unreadable", "key": str(event_id), "params": {"topic": topic}}
            self.env["storefront.issue"]._raise_for(backend, [cause], detail=failure["detail"])
            event.state = "ignored"
            return True
        self._receive(backend, document)
        event.write({"state": "done", "payload": False})
        return True

    def _receive(self, backend, document):
        request = self.env["storefront.privacy.request"]._receive(backend, document)
        if document.type == "shop_redact" and not backend._has_lost_access():
            request._ask_human(
                self.env._("The store asks to be forgotten, but is connected. Confirm or ignore.")
            )
            backend._wake("health")  # asks the store itself: it pauses where access has ended

    # carrying out

    def _answer(self, backend, request):
        """Do one piece of a request in its own transaction; return whether there is more."""
        started = time.monotonic()
        try:
            return retry_concurrency(self.env, lambda: self._answer_once(backend, request, started))
        except Exception as error:
            if isinstance(error, OperationalError):
                raise  # the database itself: nothing can be written about it
            _logger.error("privacy request %s failed: %s", request.id, place_of(error))
            failure = self._failure(error)
            retry_concurrency(self.env, lambda: self._fail(backend, request, failure, started))
            return False

    def _answer_once(self, backend, request, started):
        self._lock([f"privacy:{request.id}"])
        request.invalidate_recordset()
        if request.processed_at:
            return False
        if request.type == "shop_redact":
            result = self.env["storefront.privacy.erase"]._erase_shop(backend, request)
            if result is None:
                return True
        else:
            scope = self.env["storefront.privacy.scope"]._find(backend, request)
            request.order_external_ids = sorted(scope.order_ids)
            if request.type == "customer_data":
                self._tell(backend, request, scope)
                return False
            result = self.env["storefront.privacy.erase"]._erase_customer(backend, request, scope)
        request._finish(result)
        self._log(backend, request, "success", started)
        return False

    def _tell(self, backend, request, scope):
        """Put what is kept about a customer into a file, and that on somebody's desk."""
        data, counts = self.env["storefront.privacy.collect"]._collect(backend, request, scope)
        text = json.dumps(data, indent=2, ensure_ascii=False, default=str)
        request.attachment_id = self.env["ir.attachment"].create(
            {
                "name": f"customer-data-{request.id}.json",
                "raw": text.encode(),
                "mimetype": "application/json",
                "res_model": request._name,
                "res_id": request.id,
            }
        )
        request.write({"processed_at": self.env.cr.now(), "result": {"told": counts}})
        request._ask_human(self.env._("Hand the customer's data to the store's owner."))
        self._log(backend, request, "success", time.monotonic())

    def _fail(self, backend, request, failure, started):
        request._fail(failure)
        self._log(backend, request, "retry", started, failure)

    def _log(self, backend, request, status, started, failure=None):
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": "privacy",
                "source_ref": request.type,
                "target_ref": f"{request._name},{request.id}",
                "status": status,
                "duration_ms": round((time.monotonic() - started) * 1000),
                "error_code": failure and failure["code"],
                "item_count": 1,
            },
        )
