# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

# Kinds that point at no record, and the drain that answers them also where orders stand still.
SIGNAL_DRAINS = {"access": "health", "privacy": "privacy"}
IS_SIGNAL = "kind IN ('access', 'privacy')"
IS_POKE = "kind NOT IN ('access', 'privacy')"


class StorefrontEvent(models.Model):
    _name = "storefront.event"
    _inherit = "storefront.history"
    _description = "Storefront Event"
    _order = "id desc"
    _rec_name = "delivery_id"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    topic = fields.Char(readonly=True)
    kind = fields.Char(readonly=True)
    external_id = fields.Char(string="External ID", readonly=True)
    merged_into = fields.Char(readonly=True, help="The record this one is said to be part of now.")
    delivery_id = fields.Char(string="Delivery ID", required=True, readonly=True)
    occurred_at = fields.Datetime(readonly=True, help="The storefront's time of the change (UTC).")
    payload = fields.Text(readonly=True, groups="storefront_connector.group_storefront_manager")
    payload_text = fields.Text(
        compute="_compute_payload_text", groups="storefront_connector.group_storefront_manager"
    )
    state = fields.Selection(
        [("pending", "Pending"), ("done", "Done"), ("ignored", "Ignored")],
        default="pending",
        required=True,
        readonly=True,
    )

    _delivery_uniq = models.UniqueIndex("(backend_id, delivery_id)")
    # For the last one received, and the foreign key.
    _backend_idx = models.Index("(backend_id, id)")
    _signal_idx = models.Index(f"(backend_id, kind) WHERE state = 'pending' AND {IS_SIGNAL}")
    _pending_idx = models.Index("(backend_id, id) WHERE state = 'pending'")
    _record_idx = models.Index("(backend_id, external_id)")
    # For storefront.retention. Pending events, as all are when they arrive, are in neither.
    _payload_idx = models.Index(
        "(create_date) WHERE payload IS NOT NULL AND state IN ('done', 'ignored')"
    )
    _done_idx = models.Index("(create_date) WHERE state IN ('done', 'ignored')")

    @api.depends("payload")
    def _compute_payload_text(self):
        for event in self:
            try:
                payload = json.loads(event.payload or "")
                event.payload_text = json.dumps(payload, indent=2, ensure_ascii=False)
            except ValueError:
                event.payload_text = event.payload

    def _receive(self, backend, event, body):
        """Store a verified webhook; return False when this delivery is known already.

        A plain INSERT in a savepoint: ON CONFLICT would raise 40001 when the other delivery
        committed after our snapshot, and a retry answers later than a duplicate must.
        """
        cr = self.env.cr
        try:
            with mute_logger("odoo.sql_db"), cr.savepoint(flush=False):
                cr.execute(
                    "INSERT INTO storefront_event (backend_id, topic, kind, external_id,"
                    " merged_into, delivery_id, occurred_at, payload, state, create_uid,"
                    " create_date, write_uid, write_date) VALUES (%(backend)s, %(topic)s, %(kind)s,"
                    " %(external_id)s, %(merged_into)s, %(delivery)s, %(occurred_at)s, %(payload)s,"
                    " %(state)s, %(uid)s, %(now)s, %(uid)s, %(now)s)",
                    {
                        "backend": backend.id,
                        "topic": event.topic,
                        "kind": event.kind or None,
                        "external_id": event.external_id,
                        "merged_into": event.merged_into or None,
                        "delivery": event.delivery_id,
                        "occurred_at": naive_utc(event.occurred_at),
                        "payload": body.decode("utf-8", "replace").replace("\0", ""),
                        "state": "pending" if event.kind else "ignored",
                        "uid": self.env.uid,
                        "now": cr.now(),
                    },
                )
        except UniqueViolation:
            return False
        return True


def now_utc():
    """Return now as Odoo stores it, to the microsecond: `fields.Datetime.now` cuts off these."""
    return naive_utc(datetime.now(timezone.utc))


def naive_utc(moment):
    """Return an aware datetime as Odoo stores it, None for None."""
    if moment is None:
        return None
    return (moment - moment.utcoffset()).replace(tzinfo=None)
