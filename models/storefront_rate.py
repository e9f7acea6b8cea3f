# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
import ipaddress
import logging
from datetime import timedelta

from odoo import fields, models

from ..flows.flow import autonomous
from .storefront_throttle import make_unlogged

_logger = logging.getLogger(__name__)

# Requests a second that one source may send to one backend, and as many at once.
RATE = 100
MAX_RATE = 100_000
PARAMETER = "storefront_connector.webhook_rate"
# So many rows at most, whoever calls: a source has its place by a hash. Two sources that share one
# share the limit, which among these is rare, and nobody can aim at it without the key.
SLOTS = 65_536
CLOCK = "clock_timestamp() AT TIME ZONE 'UTC'"


class StorefrontRate(models.Model):
    """How far ahead of the limit each source of webhooks is, counted for all workers together.

    Each request admitted keeps its source busy for a while (with 100 a second, a hundredth of it);
    who is a second ahead is refused. https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
    Unlogged, for it is written at each request and worth nothing a second later.
    """

    _name = "storefront.rate"
    _description = "Storefront Webhook Rate"
    _log_access = False

    slot = fields.Integer(required=True)
    busy_until = fields.Datetime(required=True)

    _slot_uniq = models.UniqueIndex("(slot)")

    def init(self):
        """Override of `base` to make the table unlogged."""
        make_unlogged(self.env.cr, self._table)

    def _admit(self, source, backend):
        """Count a request of the address ``source``; return whether it is within the limit.

        All that name no ``backend`` count together: else each guess of a token would be a first
        request. On a cursor of its own: in the request's transaction, the row would be locked until
        its end, and a second worker would fail on it."""
        rate = self._requests_per_second()
        if not rate:
            return True
        with autonomous(self.env) as env:
            env.cr.execute(
                "INSERT INTO storefront_rate AS rate (slot, busy_until)"
                f" VALUES (%(slot)s, {CLOCK} + %(step)s)"
                " ON CONFLICT (slot) DO UPDATE"
                f" SET busy_until = greatest(rate.busy_until, {CLOCK}) + %(step)s"
                f" WHERE rate.busy_until <= {CLOCK} + interval '1 s' - %(step)s RETURNING id",
                {
                    "slot": self._slot_of(source, backend),
                    # Whole microseconds, rounded down: else a second would hold one less.
                    "step": timedelta(microseconds=1_000_000 // rate),
                },
            )
            return env.cr.fetchone() is not None

    def _requests_per_second(self):
        """Return the limit, 0 for none."""
        value = self.env["ir.config_parameter"].sudo().get_param(PARAMETER) or RATE
        try:
            return min(max(int(value), 0), MAX_RATE)
        except ValueError:
            _logger.info("%s is no number: %s is taken", PARAMETER, RATE)
            return RATE

    def _slot_of(self, source, backend):
        key = self.env["ir.config_parameter"].sudo().get_param("database.secret") or ""
        text = f"{network(source)} {backend.id or 0}"
        digest = hashlib.blake2b(text.encode(), key=key.encode()[:64], digest_size=8).digest()
        return int.from_bytes(digest, "big") % SLOTS


def network(source):
    """Return what counts as one source: of IPv6 a /64, which is what one subscriber is given."""
    try:
        address = ipaddress.ip_address(source or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
