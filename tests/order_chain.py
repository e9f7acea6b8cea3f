# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An imported order's way through Odoo: delivered and invoiced whole or in parts, posted and paid.

Used by the tests and by the bench; both compare what came out with what the storefront charged.
"""

from odoo import fields

from ..platforms.documents.money import ZERO
from . import order_space

QUIET = {"skip_backorder": True, "skip_sms": True, "tracking_disable": True}


def import_order(backend, document):
    """Import a document as a job would; return the sale order."""
    user = backend.inbound_user_id
    flow = backend.env["storefront.order.import"]._flow_env(backend, user)
    backend = backend.with_env(flow.env)
    snapshot = flow.env["storefront.snapshot"].create(
        {"backend_id": backend.id, "kind": "order", "external_id": document.external_id}
    )
    flow._import_document(backend, snapshot, document)
    return snapshot.order_id


# ways to invoice an order


def invoice_whole(order):
    deliver(order, 1)
    return invoice(order)


def invoice_deliveries(order):
    """Invoice what was delivered, twice."""
    moves = order.env["account.move"]
    for share in (0.4, 1):
        deliver(order, share)
        if "to invoice" in order.order_line.mapped("invoice_status"):
            moves |= invoice(order)
    return moves


def invoice_by_hand(order):
    """Lower the quantities on a draft as an accountant would, and invoice the rest."""
    deliver(order, 1)
    first = invoice(order)
    for line in first.invoice_line_ids:
        line.quantity = round(line.quantity * 0.4, 2)
    return first | invoice(order)


def invoice_again(order):
    """Credit an invoice and make another one."""
    moves = invoice_whole(order)
    post(moves)
    wizard = (
        order.env["account.move.reversal"]
        .with_context(active_model="account.move", active_ids=moves.ids)
        .create({"journal_id": moves.journal_id.id, "date": moves.invoice_date})
    )
    wizard.refund_moves()
    post(wizard.new_move_ids)
    return moves | wizard.new_move_ids | invoice(order)


WAYS = (invoice_whole, invoice_deliveries, invoice_by_hand, invoice_again)


def deliver(order, share):
    """Deliver a share of what is open."""
    open_states = ("assigned", "confirmed", "waiting")
    pickings = order.picking_ids.filtered(lambda picking: picking.state in open_states)
    for move in pickings.move_ids:
        move.write({"quantity": round(move.product_uom_qty * share, 2), "picked": True})
    for picking in pickings:
        picking.with_context(**QUIET).button_validate()


def invoice(order):
    """Invoice what is to be invoiced; what is negative in all becomes a credit note."""
    order.invalidate_recordset()
    return order._create_invoices(final=True)


def post(moves):
    moves.filtered(lambda move: move.state == "draft").action_post()


def pay(moves):
    """Register the payment of each invoice and credit note that is open; return those that are.

    Odoo can't pay what is less than a cent in the company's currency, today or as it was booked."""
    for move in moves.filtered(_is_payable):
        wizard = move.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({})._create_payments()
    return moves.filtered(_is_payable)


def _is_payable(move):
    today = fields.Date.context_today(move)
    residual = move.amount_residual
    now = move.currency_id._convert(residual, move.company_currency_id, move.company_id, today)
    return move.amount_residual_signed and now


# what came out


def booked(moves, suffix):
    """Return what the journal entries say: {"untaxed": …, "tax": …, tax title: …}.

    ``suffix``: ``_currency`` for the order's currency, empty for the company's."""
    sums = {"untaxed": 0.0, "tax": 0.0}
    field = "amount_currency" if suffix else "balance"
    for line in moves.line_ids:
        if line.display_type == "product":
            sums["untaxed"] -= line[field]
        elif line.display_type == "tax":
            sums["tax"] -= line[field]
            title = line.tax_line_id.name.removesuffix(" included")
            sums[title] = sums.get(title, 0.0) - line[field]
    return sums


def charged(document, code):
    """Return the same of what the storefront charged, in the currency ``code``; None where the
    storefront doesn't say it in that currency."""
    if document.currency != code:
        other = document.counterpart
        if not other or other.currency != code:
            return None
        return {"untaxed": other.total - other.total_tax, "tax": other.total_tax}
    by_title = {}
    for line in document.lines:
        for tax in line.taxes:
            by_title[tax.title] = by_title.get(tax.title, ZERO) + tax.amount
    rounded = {title: order_space.half_up(by_title[title], code) for title in by_title}
    totals = {"untaxed": document.total - document.total_tax, "tax": document.total_tax}
    if sum(rounded.values(), ZERO) != document.total_tax:
        return totals  # fractions that no rounding of each tax adds up to
    return {
        **totals,
        **{title: amount for title, amount in rounded.items() if amount},
    }
