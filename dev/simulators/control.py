# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The hand on a simulator: what tests, demo and benches may do to it besides calling it.

Each command is `POST /_control/<command>` with a JSON object of its arguments; the answer is
JSON, or 400/404 with {"error": …}. `ControlClient` is the client's half, `ControlRoutes` the
server's; both have here what every platform shares.
"""

import http.client
import json
from urllib.parse import urlsplit

from .server import CONTROL
from .wire import Response


class ControlError(Exception):
    """The simulator refused a command, in its own words."""


class ControlClient:
    """`base_url` is the simulator's address. Not shared between threads."""

    def __init__(self, base_url, timeout=120.0):
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout

    def call(self, command, **arguments):
        """Run a command. Raises ControlError, or OSError when the simulator is not there."""
        parts = urlsplit(self.base_url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=self.timeout)
        try:
            body = json.dumps(arguments)
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"{CONTROL}/{command}", body, headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ControlError(answer["error"])
        return answer

    def stats(self):
        """{"calls", "seconds" (inside the simulator), "operations": {label: {calls, seconds}}}."""
        return self.call("stats")

    def reset_stats(self):
        return self.call("reset_stats")

    def calls(self, operation):
        """How often an operation was called since the last `reset_stats`."""
        return self.stats()["operations"].get(operation, {}).get("calls", 0)

    def add_fault(self, kind, **options):
        """Inject a fault: operation (a pattern), count or probability, and what its kind takes."""
        return self.call("add_fault", kind=kind, **options)

    def clear_faults(self):
        return self.call("clear_faults")

    def faults(self):
        return self.call("faults")

    def deliveries(self, topic=None, state=None, bodies=True):
        """Webhooks with headers, body (unless unwanted), state and attempts, oldest first."""
        return self.call("deliveries", topic=topic, state=state, bodies=bodies)

    def redeliver(self, ids=None, topic=None, times=1, order="shuffled"):
        """Send webhooks again as they were: these, those of a topic, or all. Returns how many."""
        return self.call("redeliver", ids=ids, topic=topic, times=times, order=order)

    def plan_webhooks(self, action, count=1, **options):
        """The next webhooks: drop, delay (seconds=) or duplicate (times=)."""
        return self.call("plan_webhooks", action=action, count=count, **options)

    def hold_webhooks(self):
        return self.call("hold_webhooks")

    def release_webhooks(self, order="fifo"):
        """Send what was held: fifo, reversed or shuffled. Returns how many."""
        return self.call("release_webhooks", order=order)

    def wait_webhooks(self, seconds=30.0):
        """Wait until nothing waits to be sent; whether that came true."""
        return self.call("wait_webhooks", seconds=seconds)


class ControlRoutes:
    """The server's half: a method `do_<command>` for each command.

    A platform's subclass has `self.application`, and its courier as `self.courier`.
    """

    def __init__(self, application):
        self.application = application

    @property
    def courier(self):
        raise NotImplementedError

    def answer(self, request):
        command = request.path.removeprefix(CONTROL).strip("/")
        method = getattr(self, f"do_{command}", None)
        if method is None:
            return Response.json({"error": f"Unknown command {command!r}"}, 404)
        try:
            return Response.json(method(**(request.json() or {})))
        except (ValueError, KeyError, TypeError) as error:
            return Response.json({"error": str(error.args[0] if error.args else error)}, 400)

    # settings of every store; a platform's `do_configure` looks for `_set_<setting>`

    def _set_latency(self, seconds):
        self.application.latency = float(seconds)

    def _set_webhook_lag(self, seconds):
        self.application.notifier.lag = float(seconds)

    def _set_webhook_timeout(self, seconds):
        self.courier.policy.timeout = float(seconds)

    # commands of every store

    def do_stats(self):
        return self.application.stats.as_dict()

    def do_reset_stats(self):
        self.application.stats.clear()
        return True

    def do_add_fault(self, kind, **options):
        return self.application.faults.add(kind, **options).id

    def do_clear_faults(self):
        self.application.faults.clear()
        return True

    def do_faults(self):
        return self.application.faults.as_list()

    def do_deliveries(self, topic=None, state=None, bodies=True):
        return [
            one.as_dict(bodies)
            for one in list(self.courier.journal)
            if (topic is None or one.topic == topic) and (state is None or one.state == state)
        ]

    def do_redeliver(self, ids=None, topic=None, times=1, order="shuffled"):
        chosen = [
            one
            for one in list(self.courier.journal)
            if (ids is None or one.id in ids) and (topic is None or one.topic == topic)
        ]
        return self.courier.redeliver(chosen, times, order)

    def do_plan_webhooks(self, action, count=1, **options):
        self.courier.plan(action, count, **options)
        return True

    def do_hold_webhooks(self):
        self.courier.hold()
        return True

    def do_release_webhooks(self, order="fifo"):
        return self.courier.release(order)

    def do_wait_webhooks(self, seconds=30.0):
        return self.courier.wait_idle(seconds)
