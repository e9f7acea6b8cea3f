# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Erases what is personal, of one customer or of a whole store, and says what was kept and why.

Rows stay, so that ids, amounts and times still add up; what tells who it was goes. A whole store
is erased in pieces, each committed by the caller: ``progress`` on the request says how far.
"""

from collections import Counter

from odoo import models
from odoo.tools import email_normalize

from ..models.storefront_issue import FIXES

BATCH = 50
ROWS = 5000
# table: (what is set, which rows have something to lose). What an issue of FIXES names is a
# product or a tax, and its Fix needs it.
ERASURES = {
    "events": ("storefront_event", "payload = NULL", "payload IS NOT NULL"),
    "snapshots": (
        "storefront_snapshot",
        "payload = NULL, payload_hash = NULL, applied_hash = NULL, error_params = NULL,"
        " error_detail = NULL, claimed_until = NULL, redacted_at = now() AT TIME ZONE 'UTC',"
        " poke_count = poke_count + 1, state = {state}, error_code = {code}",
        "(payload IS NOT NULL OR redacted_at IS NULL)",
    ),
    "operations": (
        "storefront_operation",
        "items = NULL, error_params = NULL",
        "(items IS NOT NULL OR error_params IS NOT NULL)",
    ),
    "issues": (
        "storefront_issue",
        "params = NULL, detail = NULL, reason = NULL",
        "(params IS NOT NULL OR detail IS NOT NULL OR reason IS NOT NULL)"
        f" AND code NOT IN {tuple(FIXES)}",
    ),
}
# An order that isn't imported yet is fetched again, now without its customer.
REFETCHED = "CASE WHEN state IN ('to_import', 'requires_attention') THEN 'to_fetch' ELSE state END"
# Of a store that is gone nothing is fetched any more.
DROPPED = "CASE WHEN state = 'done' THEN state ELSE 'skipped' END"
PHASES = ("orders", "accounts", *ERASURES)


class StorefrontPrivacyErase(models.AbstractModel):
    _name = "storefront.privacy.erase"
    _inherit = "storefront.flow"
    _description = "Storefront Privacy Erasure"

    # one customer

    def _erase_customer(self, backend, request, scope):
        """Erase one customer; return the result for the report."""
        external_id = request.customer_external_id or ""
        self._lock(
            [f"order:{backend.id}:{order_id}" for order_id in scope.order_ids]
            + [f"customer:{backend.id}:{one}" for one in scope.account_ids]
            + [f"email:{backend.company_id.id}:{email_normalize(request.email or '')}"]
        )
        erased, kept = Counter(), Counter()
        for partner, family in scope.families:
            self._erase_family(backend, partner, family, scope.orders, external_id, erased, kept)
        self._erase_orders(scope.orders, erased)
        order_ids, account_ids = sorted(scope.order_ids), sorted(scope.account_ids)
        self._mark(backend, "order", order_ids)
        self._mark(backend, "customer", account_ids)
        where = {
            "events": "(kind = 'order' AND external_id = ANY(%(orders)s)"
            " OR kind = 'customer' AND external_id = ANY(%(accounts)s))",
            "snapshots": "id = ANY(%(snapshots)s)",
            "operations": "source_ref = ANY(CASE WHEN starts_with(type, 'customer_')"
            " THEN %(accounts)s::varchar[] ELSE %(orders)s::varchar[] END)",
            "issues": "(order_id = ANY(%(sale_orders)s)"
            " OR split_part(key, ':', 2) = ANY(%(orders)s)"
            # A merge names two accounts.
            " OR starts_with(code, 'customer_') AND %(accounts)s::text[]"
            " && ARRAY[split_part(key, ':', 2), split_part(key, ':', 3)])",
        }
        params = {
            "backend": backend.id,
            "orders": order_ids,
            "accounts": account_ids,
            "snapshots": scope.snapshots.ids,
            "sale_orders": scope.orders.ids,
        }
        for name, condition in where.items():
            erased[name] = self._erase_rows(name, condition, params)
        erased["files"] += self._erase_files(backend, request)
        self.env.invalidate_all()
        if scope.snapshots:
            backend._wake("fetch")
        return self._result(erased, kept)

    def _mark(self, backend, kind, external_ids):
        """Note records never fetched: should an order change, it is fetched without its customer,
        and a customer not at all."""
        self.env.cr.execute(
            "INSERT INTO storefront_snapshot (backend_id, kind, external_id, state, error_code,"
            " redacted_at, poke_count, tries, create_uid, create_date, write_uid, write_date)"
            " SELECT %(backend)s, %(kind)s, external_id, 'skipped', 'redacted', %(now)s, 0, 0,"
            " %(uid)s, %(now)s, %(uid)s, %(now)s FROM unnest(%(ids)s::varchar[]) AS external_id"
            " ON CONFLICT (backend_id, kind, external_id) DO NOTHING",
            {
                "backend": backend.id,
                "kind": kind,
                "ids": external_ids,
                "uid": self.env.uid,
                "now": self.env.cr.now(),
            },
        )

    def _erase_files(self, backend, request):
        """Delete what was collected for the customer before."""
        told = self.env["storefront.privacy.request"].search(
            [
                ("backend_id", "=", backend.id),
                ("attachment_id", "!=", False),
                ("customer_external_id", "=", request.customer_external_id),
            ]
        )
        count = len(told.attachment_id)
        told.attachment_id.unlink()
        return count

    # a whole store

    def _erase_shop(self, backend, request):
        """Erase the next piece; return the result for the report, None while there is more."""
        progress = request.progress or {"phase": PHASES[0], "after": 0, "erased": {}, "kept": {}}
        erased, kept = Counter(progress["erased"]), Counter(progress["kept"])
        phase = progress["phase"]
        if phase in ERASURES:
            after = self._erase_shop_rows(backend, phase, progress["after"], erased)
        else:
            after = getattr(self, f"_erase_shop_{phase}")(backend, progress["after"], erased, kept)
        if after is None:
            following = PHASES[PHASES.index(phase) + 1 :]
            if not following:
                erased["files"] += self._erase_shop_files(backend)
                return self._result(erased, kept)
            phase, after = following[0], 0
        request.progress = {"phase": phase, "after": after, "erased": erased, "kept": kept}
        return None

    def _erase_shop_orders(self, backend, after, erased, kept):
        """Erase the customers of the next orders; return the last one's id, None for no more."""
        orders = self.env["sale.order"].search(
            [("storefront_backend_id", "=", backend.id), ("id", ">", after)],
            order="id",
            limit=BATCH,
        )
        scope = self.env["storefront.privacy.scope"]
        for partner in orders.partner_id:
            family = scope._family(partner)
            if not self._was_handled(backend, family, after):
                self._erase_family(backend, partner, family, None, None, erased, kept)
        self._erase_orders(orders, erased)
        return orders[-1:].id or None

    def _was_handled(self, backend, family, after):
        """Whether an order of an earlier piece was of the same customer."""
        domain = [
            ("storefront_backend_id", "=", backend.id),
            ("partner_id", "in", family.ids),
            ("id", "<=", after),
        ]
        return bool(self.env["sale.order"].search_count(domain, limit=1))

    def _erase_shop_accounts(self, backend, after, erased, kept):
        """Erase customers without orders."""
        bindings = self.env["storefront.binding.partner"].search(
            [("backend_id", "=", backend.id), ("id", ">", after)], order="id", limit=BATCH
        )
        last_id = bindings[-1:].id or None
        scope = self.env["storefront.privacy.scope"]
        for partner in bindings.partner_id:
            family = scope._family(partner)
            self._erase_family(backend, partner, family, None, None, erased, kept)
        return last_id

    def _erase_shop_rows(self, backend, name, after, erased):
        table, _values, _condition = ERASURES[name]
        self.env.cr.execute(
            f"SELECT max(id) FROM (SELECT id FROM {table} WHERE backend_id = %s AND id > %s"
            " ORDER BY id LIMIT %s) AS piece",
            [backend.id, after, ROWS],
        )
        last_id = self.env.cr.fetchone()[0]
        if last_id is None:
            return None
        params = {"backend": backend.id, "after": after, "last": last_id}
        condition = "id > %(after)s AND id <= %(last)s"
        erased[name] += self._erase_rows(name, condition, params, is_gone=True)
        self.env.invalidate_all()
        return last_id

    def _erase_shop_files(self, backend):
        told = self.env["storefront.privacy.request"].search(
            [("backend_id", "=", backend.id), ("attachment_id", "!=", False)]
        )
        count = len(told.attachment_id)
        told.attachment_id.unlink()
        return count

    # shared

    def _erase_rows(self, name, condition, params, is_gone=False):
        """Erase rows of one of our tables; return how many had something to lose."""
        table, values, has_something = ERASURES[name]
        values = values.format(
            state=DROPPED if is_gone else REFETCHED,
            code="'redacted'" if is_gone else "error_code",
        )
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {table} SET {values} WHERE backend_id = %(backend)s AND {condition}"
            f" AND {has_something}",
            params,
            log_exceptions=False,  # an import was first: tried again, no error
        )
        return self.env.cr.rowcount

    def _erase_orders(self, orders, erased):
        orders._forget_customer()
        noted = orders.filtered(lambda order: order.storefront_note or order.storefront_tracking)
        noted.write({"storefront_note": False, "storefront_tracking": False})
        erased["orders"] += len(noted)

    def _erase_family(self, backend, partner, family, orders, external_id, erased, kept):
        """Anonymise a contact with its addresses, unless there is a reason to keep it."""
        scope = self.env["storefront.privacy.scope"]
        reasons = scope._keep_reasons(backend, family, orders, external_id)
        bindings = self.env["storefront.binding.partner"].search(
            [("backend_id", "=", backend.id), ("partner_id", "in", family.ids)]
        )
        if external_id is not None:
            bindings = bindings.filtered(
                lambda one: external_id in (one.external_id, one.merged_into)
            )
        bindings.unlink()
        if partner.storefront_redacted_at:
            return
        for reason in reasons:
            kept[reason] += 1
        if not reasons:
            removed = self.env["storefront.privacy.partner"]._anonymise(backend, family)
            erased.update({"partners": 1, **removed})

    def _result(self, erased, kept):
        names = ("partners", "orders", *ERASURES, "messages", "files")
        return {"erased": {name: erased[name] for name in names}, "kept": dict(kept)}
