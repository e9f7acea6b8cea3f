# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many webhooks at once, signed as the store signs, sent again until they are acknowledged."""

import http.client
import itertools
import json
import threading
import time
from contextlib import closing

REPEAT_SECONDS = 0.5
RETRIED = frozenset({429, 500, 502, 503, 504})


class Storm:
    """Webhooks of a store's orders: the first one's body, with the id of each."""

    def __init__(self, port, path, store, senders):
        self._port, self._path, self._store, self._secret = port, path, store, store.secret
        self._body = json.dumps({**store.first_order(), "id": 0})
        self._senders, self._lock = senders, threading.Lock()
        self.repeated = 0

    def send(self, deliveries, at):
        """Send [(event number, order id)] by several senders.

        `at`: {share of the deliveries: what to call when so many were taken}. Raises the first
        error of a sender: an answer that no store repeats."""
        marks = {int(len(deliveries) * share): call for share, call in at.items()}
        queue = iter(enumerate(deliveries))
        errors = []
        threads = [
            threading.Thread(target=self._work, args=(queue, marks, errors))
            for _sender in range(self._senders)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def _work(self, queue, marks, errors):
        try:
            while not errors:
                with self._lock:
                    index, (number, order_id) = next(queue)
                if index in marks:
                    marks[index]()
                self._deliver(number, order_id)
        except StopIteration:
            pass
        except Exception as error:
            errors.append(error)

    def _deliver(self, number, order_id):
        body = self._body.replace('"id": 0', f'"id": {order_id}', 1).encode()
        headers = {
            "Content-Type": "application/json",
            **self._store.webhook_headers(number, body, self._secret),
        }
        for attempt in itertools.count():
            if attempt:
                time.sleep(REPEAT_SECONDS)
                with self._lock:
                    self.repeated += 1
            status = self._post(body, headers)
            if status == 200:
                return
            if status not in RETRIED:
                raise ValueError(f"A webhook was answered {status}")

    def _post(self, body, headers):
        """Return the status of the answer; 503 where a killed worker gave none."""
        try:
            with closing(
                http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
            ) as connection:
                connection.request("POST", self._path, body, headers)
                response = connection.getresponse()
                response.read()
                return response.status
        except (OSError, http.client.HTTPException):
            return 503
