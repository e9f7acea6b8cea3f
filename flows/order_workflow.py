# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far an order goes in Odoo once it is there: quotation, confirmed, invoiced, posted, paid.

Not here: what it is made of, and how it is delivered, invoiced and paid (``order_delivery``,
``order_invoice``, ``order_payment``).
"""

from contextlib import contextmanager

from odoo import models
from odoo.exceptions import RedirectWarning, UserError

from ..models.storefront_backend_workflow import STEPS

RANKS = {"skip": 0, **{step: rank for rank, (step, _label) in enumerate(STEPS)}}
PAID_STATES = ("paid", "partially_refunded", "refunded")
# The risks at which an order is held, for each setting.
HELD_RISKS = {"none": (), "high": ("high",), "medium": ("medium", "high")}


class StorefrontOrderWorkflow(models.AbstractModel):
    _name = "storefront.order.workflow"
    _inherit = "storefront.flow"
    _description = "Storefront Order Workflow"

    def _advance(self, backend, snapshot, order, document):
        """Take the order as far as its storefront's state and the settings say; once it is there,
        again does nothing. Return whether anything changed."""
        news = self._note(order, document)
        if order.state in ("draft", "sent") and document.cancelled_at:
            order.action_cancel()
            return True
        if order.state == "cancel":
            return bool(news)
        if order.state == "sale" and "storefront_fraud_risk" in news:
            self._warn(backend, snapshot, order, document)
        step = self._find_step(backend, order, document)
        advanced = self._confirm(backend, snapshot, order, document, step)
        if order.state == "sale" and RANKS[step] >= RANKS["invoice"]:
            advanced |= self._account(backend, snapshot, order, document, step)
        if advanced and order.state == "sale" and backend.lock_orders and not order.locked:
            order.action_lock()
        return bool(news) or advanced

    def _note(self, order, document):
        """Keep what the storefront says of the order; return what of it is news."""
        said = self._prepare_note_vals(document)
        news = {name: value for name, value in said.items() if order[name] != value}
        if news:
            order.write(news)
        return news

    def _prepare_note_vals(self, document):
        return {
            "storefront_status": document.status or False,
            "storefront_channel": document.channel or False,
            "storefront_fraud_risk": document.fraud_risk or False,
        }

    # how far

    def _find_step(self, backend, order, document):
        """Return how far an order goes.

        A status and payment methods may each say so: it goes as far as all of them allow. Where
        none does, the backend's settings for paid and unpaid orders apply."""
        by_payment = "paid_step" if document.payment_state in PAID_STATES else "unpaid_step"
        status = self.env["storefront.mapping.status"]._find_or_note(backend, [document.status])
        methods = self._find_methods(backend, document)
        said = [step for step in (status.step, *methods.mapped(by_payment)) if step in RANKS]
        return min(said, key=RANKS.get) if said else backend[by_payment]

    def _find_methods(self, backend, document):
        """Return the mappings of the methods the order is paid by, or shall be."""
        cards = {payment.method for payment in document.payments if payment.is_gift_card}
        others = {payment.method for payment in document.payments} - cards
        others |= set(document.payment_methods) - cards
        mappings = self.env["storefront.mapping.payment"]
        found = mappings._find_or_note(backend, sorted(cards), is_gift_card=True)
        return found | mappings._find_or_note(backend, sorted(others))

    # confirming

    def _confirm(self, backend, snapshot, order, document, step):
        """Confirm the quotation unless it is to stay one; return whether anything was done."""
        if order.state not in ("draft", "sent") or RANKS[step] < RANKS["confirm"]:
            return False
        if order.storefront_is_held:
            return False
        if self._is_to_hold(backend, order, document):
            self._hold(backend, snapshot, order)
            return True
        self.env["storefront.order.delivery"]._hand_over(backend, order, document)
        order.action_confirm()
        return True

    def _is_to_hold(self, backend, order, document):
        is_risky = document.fraud_risk in HELD_RISKS[backend.fraud_hold]
        return is_risky and not order.storefront_released_by

    def _hold(self, backend, snapshot, order):
        order.storefront_is_held = True
        self._raise_issue(backend, snapshot, order, "fraud_hold", {})

    def _warn(self, backend, snapshot, order, document):
        """Tell of a risk that came out when the order was confirmed already."""
        if self._is_to_hold(backend, order, document):
            self._raise_issue(backend, snapshot, order, "fraud_late", {})

    # accounting

    def _account(self, backend, snapshot, order, document, step):
        """Invoice and pay; return whether anything was done.

        What Odoo's accounting refuses (a locked period, an account that is missing) becomes an
        issue: the order is here, and confirmed, all the same."""
        try:
            with self.env.cr.savepoint():
                changed = self.env["storefront.order.invoice"]._invoice(order, step)
                if step == "pay":
                    payments = self.env["storefront.order.payment"]
                    changed |= payments._register_payments(backend, snapshot, order, document)
        except (UserError, RedirectWarning) as error:
            params = {"message": str(error.args[0])}
            self._raise_issue(backend, snapshot, order, "accounting_refused", params)
            return False
        self._find_issues(order, "accounting_refused")._resolve()
        return changed

    # issues of an order that is here

    def _raise_issue(self, backend, snapshot, order, code, params):
        """Show a human what an order waits for that is here. Asked again as long as it does."""
        cause = {"code": code, "key": order.storefront_external_id, "params": params}
        issue = self.env["storefront.issue"]._raise_for(backend, [cause], snapshot=snapshot)
        if issue.order_id != order or issue.params != params:
            issue.write({"order_id": order.id, "params": params})

    def _find_issues(self, order, code):
        return order.storefront_issue_ids.filtered(
            lambda issue: issue.code == code and issue.state == "open"
        )

    # locks

    @contextmanager
    def _unlocked(self, order):
        """Let the block change an order that is locked: what the store did has happened.

        The lock is put back unless the order is cancelled then."""
        was_locked = order.locked
        if was_locked:
            order.action_unlock()
        yield
        if was_locked and order.state != "cancel":
            order.action_lock()
