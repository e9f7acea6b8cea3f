# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
import json

from odoo import api, fields, models

from . import messages
from .storefront_claim import THIS_SESSION, is_dead

CLAIM_SECONDS = 120


class StorefrontSnapshot(models.Model):
    """The last state fetched of one storefront record, and how far its import has come."""

    _name = "storefront.snapshot"
    _inherit = "storefront.history"
    _description = "Storefront Snapshot"
    _order = "id desc"
    _rec_name = "external_id"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    kind = fields.Char(required=True, readonly=True)
    external_id = fields.Char(string="External ID", required=True, readonly=True)
    number = fields.Char(readonly=True, help="What the storefront calls it, such as #1001.")
    storefront_url = fields.Char(
        string="In the Storefront", compute="_compute_storefront_url", compute_sudo=True
    )
    payload = fields.Json(readonly=True, groups="storefront_connector.group_storefront_manager")
    payload_text = fields.Text(
        compute="_compute_payload_text", groups="storefront_connector.group_storefront_manager"
    )
    payload_hash = fields.Char(readonly=True)
    applied_hash = fields.Char(readonly=True, help="Hash of the payload applied last.")
    source_updated_at = fields.Datetime(string="Changed in the Storefront", readonly=True)
    listed_at = fields.Datetime(
        readonly=True, help="The storefront's time of the last change that polling found."
    )
    fetched_at = fields.Datetime(readonly=True)
    redacted_at = fields.Datetime(
        string="Erased", readonly=True, help="Since then it is fetched without its customer."
    )
    merged_into = fields.Char(readonly=True, help="The record this one is said to be part of now.")
    event_at = fields.Datetime(
        readonly=True, help="The storefront's time of the first change not yet applied."
    )
    poke_count = fields.Integer(readonly=True, help="How often a fetch was asked for.")
    state = fields.Selection(
        [
            ("to_fetch", "To fetch"),
            ("to_import", "To import"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("requires_attention", "Requires attention"),
            ("dead", "Dead letter"),
        ],
        default="to_fetch",
        required=True,
        readonly=True,
    )
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    claimed_until = fields.Datetime(readonly=True)
    claimed_by = fields.Char(readonly=True, help="The database session of the claim's worker.")
    error_code = fields.Selection("_selection_code", string="Cause", readonly=True, validate=False)
    error_params = fields.Json(readonly=True)
    error_detail = fields.Char(readonly=True)
    error_message = fields.Char(compute="_compute_error_message")
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    issue_ids = fields.Many2many("storefront.issue", readonly=True)
    import_id = fields.Many2one(
        "storefront.import",
        string="Import by Hand",
        readonly=True,
        index="btree_not_null",
        help="The run that asked for it last. Its queue is behind that of what comes in by itself.",
    )

    _record_uniq = models.UniqueIndex("(backend_id, kind, external_id)")
    _fetch_idx = models.Index("(backend_id, (import_id IS NOT NULL), id) WHERE state = 'to_fetch'")
    _import_idx = models.Index(
        "(backend_id, (import_id IS NOT NULL), id) WHERE state = 'to_import'"
    )
    # Few rows of many: what is counted on every backend, and grouped by cause for a human.
    _unfinished_idx = models.Index(
        "(backend_id, state, error_code)"
        " WHERE state IN ('to_fetch', 'to_import', 'requires_attention', 'dead')"
    )
    _address_idx = models.Index("(next_try) WHERE error_code = 'address_waits'")
    _worked_idx = models.Index("(backend_id, write_date)")
    _number_idx = models.Index("(number) WHERE number IS NOT NULL")
    _external_idx = models.Index("(external_id)")
    # For storefront.retention.
    _payload_idx = models.Index(
        "(fetched_at) WHERE payload IS NOT NULL AND state IN ('done', 'skipped')"
    )

    @api.model
    def _selection_code(self):
        return messages.selection(self.env)

    @api.depends("error_code", "error_params", "state")
    @api.depends_context("lang")
    def _compute_error_message(self):
        for snapshot in self:
            snapshot.error_message = messages.render(
                self.env, snapshot.error_code, snapshot.error_params, snapshot.state == "dead"
            )

    @api.depends("backend_id.url", "external_id", "kind")
    def _compute_storefront_url(self):
        for snapshot in self:
            backend = snapshot.backend_id
            is_order = snapshot.kind == "order"
            find_url = backend._order_url if is_order else backend._customer_url
            snapshot.storefront_url = find_url(snapshot.external_id)

    @api.depends("payload")
    def _compute_payload_text(self):
        for snapshot in self:
            payload = snapshot.payload
            snapshot.payload_text = payload and json.dumps(payload, indent=2, ensure_ascii=False)

    def _claim_for_import(self, backend, limit):
        """Claim up to ``limit`` snapshots whose time has come and return them, oldest first; what
        was asked for by hand comes after all that came in by itself.

        A claim that its worker never ended is free again when the worker's database session has
        ended, or when it expires."""
        self.env.cr.execute(
            "UPDATE storefront_snapshot"
            f" SET claimed_by = {THIS_SESSION},"
            " claimed_until = now() AT TIME ZONE 'UTC' + %(claim)s"
            # ARRAY runs once. A plan may run a plain IN (…) again and again, and claim more.
            " WHERE id = ANY(ARRAY(SELECT id FROM storefront_snapshot"
            " WHERE backend_id = %(backend)s AND state = 'to_import'"
            " AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'UTC')"
            " AND (claimed_until IS NULL OR claimed_until < now() AT TIME ZONE 'UTC'"
            f" OR {is_dead('claimed_by')})"
            " ORDER BY import_id IS NOT NULL, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED))"
            " RETURNING import_id IS NOT NULL, id",
            {"claim": f"{CLAIM_SECONDS} seconds", "backend": backend.id, "limit": limit},
            log_exceptions=False,  # another worker was first: tried again, no error
        )
        return self.browse(row[1] for row in sorted(self.env.cr.fetchall()))

    def _release_claims(self):
        if self:
            self.env.cr.execute(
                "UPDATE storefront_snapshot SET claimed_until = NULL WHERE id = ANY(%s)", [self.ids]
            )

    def action_retry(self):
        """Fetch again and import: the way out after something was mended."""
        self.check_access("write")
        self.sudo()._poke()

    def action_replay(self):
        """Say how many of the selected records would be replayed, and ask."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replay"),
            "res_model": "storefront.replay.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_record_ids": self.ids},
        }

    def _poke(self):
        """Ask for a fresh fetch, whatever state the snapshot is in."""
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE storefront_snapshot SET state = 'to_fetch', poke_count = poke_count + 1,"
            " tries = 0, next_try = NULL, claimed_until = NULL, applied_hash = NULL"
            " WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset()
        for backend in self.backend_id:
            backend._wake("fetch")

    # decisions on what waits

    def _without_open_issue(self):
        """Return the records that no open issue holds back."""
        return self.filtered(
            lambda snapshot: not snapshot.issue_ids.filtered(lambda issue: issue.state == "open")
        )

    def _leave_out(self):
        """Skip what waits for a decision; it comes back when it changes in the storefront."""
        for snapshot in self.filtered(lambda one: one.state == "requires_attention"):
            snapshot.write(
                {
                    "state": "skipped",
                    "error_code": "ignored",
                    "error_params": False,
                    "applied_hash": snapshot.payload_hash,
                }
            )
            snapshot._forget_sold()

    def _take_back(self, issue):
        """Have what ``issue`` left out wait for it again."""
        left_out = self.filtered(lambda one: one.state == "skipped" and one.error_code == "ignored")
        left_out.write(
            {
                "state": "requires_attention",
                "error_code": issue.code,
                "error_params": issue.params,
            }
        )
        left_out._note_sold()

    def _action_open(self):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Storefront Records"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.ids)],
        }
        if len(self) == 1:
            action.update(view_mode="form", res_id=self.id)
        return action

    def action_open_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "view_mode": "form",
            "res_id": self.order_id.id,
        }


def hash_payload(payload):
    """Return a hash that two payloads share exactly when they say the same."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
