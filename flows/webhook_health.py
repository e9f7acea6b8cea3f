# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keeps a storefront's webhooks as they must be, and learns what the connection may still do.

A storefront deletes the subscriptions that failed too often, and nobody is told. What was missed
in between is polled. The store itself is asked, whatever an event says: events can be forged.
"""

import time

from odoo import fields, models

from ..platforms import errors
from .flow import retry_concurrency, unit_of_work

# What the storefront says of credentials it no longer knows.
WITHDRAWN_CODES = ("auth_failed", "unauthorized", "grant_refused", "authorization_ended")
# One topic is refused; the others aren't.
TOPIC_REFUSALS = (errors.Rejected, errors.Unsupported, errors.BadPayload, errors.NotFound)


class Repair:
    """What was found and mended: topics, but ``found``, which is {topic: subscription id}."""

    def __init__(self):
        self.found, self.created, self.deleted, self.lost = {}, [], [], []
        self.enabled = []
        self.refused, self.failure = [], None

    def as_items(self):
        """Return what changed, as an operation keeps it."""
        names = ("created", "deleted", "enabled", "lost", "refused")
        changes = {name: getattr(self, name) for name in names}
        return {name: sorted(topics) for name, topics in changes.items() if topics}


class StorefrontWebhookHealth(models.AbstractModel):
    _name = "storefront.webhook.health"
    _inherit = "storefront.flow"
    _description = "Storefront Webhook Health"

    def _drain(self, backend):
        return self._drain_alone(backend, "health", lambda adapter: self._check(backend, adapter))

    def _check(self, backend, adapter):
        """Check scopes and subscriptions once; False: there is nothing more to do."""
        started = time.monotonic()
        with unit_of_work(self.env):  # ends before the calls: no transaction waits for HTTP
            events = self._waiting_events(backend)
            address = backend._webhook_address()
        try:
            report = adapter.check_connection()
            repair = self._repair(adapter, address, report.missing_optional_scopes)
        except errors.AuthFailed as error:
            retry_concurrency(self.env, lambda: self._settle(events))
            if events and error.code in WITHDRAWN_CODES:
                raise errors.AuthFailed("access_withdrawn", detail=error.code) from None
            raise
        retry_concurrency(
            self.env, lambda: self._record(backend, report, repair, events, address, started)
        )
        return False

    def _waiting_events(self, backend):
        """Return the events that say the connection may do more or less than before."""
        return self.env["storefront.event"].search(
            [
                ("backend_id", "=", backend.id),
                ("state", "=", "pending"),
                ("kind", "=", "access"),
            ]
        )

    def _settle(self, events):
        events.sudo().write({"state": "done"})

    # the storefront's side

    def _repair(self, adapter, address, missing_scopes):
        """Make the storefront's subscriptions equal to what the adapter needs.

        Nothing is deleted before what replaces it is there; topics that need a scope that isn't
        granted aren't asked for."""
        repair = Repair()
        topics = adapter.topics_within(missing_scopes)
        ours = [one for one in adapter.fetch_webhooks() if address.is_ours(one)]
        for subscription in ours:
            if subscription.url == address.url and subscription.topic in topics:
                repair.found.setdefault(subscription.topic, subscription.external_id)
        present = {one.external_id for one in ours}
        repair.lost = [
            topic
            for topic, external_id in address.known.items()
            if topic in topics and external_id not in present
        ]
        self._enable_silent(adapter, ours, repair)
        self._create_missing(adapter, address, topics, repair)
        self._delete_needless(adapter, ours, repair)
        return repair

    def _enable_silent(self, adapter, ours, repair):
        """Have what the storefront has switched off sent again."""
        for subscription in ours:
            is_used = subscription.external_id == repair.found.get(subscription.topic)
            if is_used and not subscription.is_active:
                adapter.enable_webhook(subscription.external_id)
                repair.enabled.append(subscription.topic)

    def _create_missing(self, adapter, address, topics, repair):
        for topic in topics:
            if topic in repair.found:
                continue
            try:
                repair.found[topic] = adapter.create_webhook(topic, address.url).external_id
                repair.created.append(topic)
            except TOPIC_REFUSALS as error:
                repair.refused.append(topic)
                repair.failure = self._failure(error)

    def _delete_needless(self, adapter, ours, repair):
        """Delete what is ours and neither in use nor all there is of a topic."""
        for subscription in ours:
            is_used = subscription.external_id == repair.found.get(subscription.topic)
            if not is_used and subscription.topic not in repair.refused:
                adapter.delete_webhook(subscription.external_id)
                repair.deleted.append(subscription.topic)

    def _remove(self, adapter, address):
        """Delete every subscription that is ours; return how many there were."""
        ours = [one for one in adapter.fetch_webhooks() if address.is_ours(one)]
        for subscription in ours:
            adapter.delete_webhook(subscription.external_id)
        return len(ours)

    # our side

    def _record(self, backend, report, repair, events, address, started):
        vals = self._prepare_repair_vals(repair)
        vals.update(backend._prepare_scope_vals(report))
        backend.sudo().write(vals)
        self._settle(events)
        self._log(backend, repair, started)
        if repair.lost or repair.enabled or (repair.created and address.known):
            backend._wake("poll")

    def _prepare_repair_vals(self, repair):
        """Return what the backend keeps of a repair, and says."""
        failure = repair.failure or {}
        vals = {
            "webhook_ids": repair.found,
            "webhook_checked_at": fields.Datetime.now(),
            "webhook_state": "incomplete" if repair.refused else "complete",
            "webhook_refused": ", ".join(repair.refused) or False,
            "webhook_error_code": failure.get("code", False),
            "webhook_error_params": failure.get("params", False),
        }
        if repair.created or repair.deleted or repair.enabled:
            vals["webhook_repaired_at"] = vals["webhook_checked_at"]
            vals["webhook_repairs"] = repair.as_items()
        return vals

    def _log(self, backend, repair, started):
        failure = repair.failure or {}
        is_mended = repair.created or repair.deleted or repair.enabled
        status = "success" if is_mended else "unchanged"
        self.env["storefront.operation"]._log(
            backend,
            {
                "type": "webhook_check",
                "status": "requires_attention" if repair.refused else status,
                "duration_ms": round((time.monotonic() - started) * 1000),
                "error_code": failure.get("code"),
                "error_params": failure.get("params"),
                "item_count": len(repair.found),
                "items": repair.as_items(),
            },
        )
