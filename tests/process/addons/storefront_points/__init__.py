# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Points of the addon at which a test may stop or kill the process that reaches them.

Loaded server-wide, so that the addon under test holds no code for it. An order for a point is a
file of its name in the folder STOREFRONT_POINTS, with a word in it: `kill_worker`, `kill_server`
(its whole process group) or `wait` (until the file is gone). A kill is executed once: the file
is renamed to `<point>.done` by the one that dies. Who waits leaves a file `<point>.<pid>`. While
there is a file `budget`, a job's time is soon spent.
"""

import dataclasses
import os
import signal
import time
from functools import wraps
from pathlib import Path

WAIT_SECONDS = 60
# A store that never answers is given up after this long here, so that tests don't wait.
READ_SECONDS = 5.0
# With an order `budget`, a job's time is spent when it has asked so often whether it is.
ASKED = 3
# So few changes of stock go in a call here, that several are on their way at once.
STOCK_PER_PUSH = 2


def post_load():
    """Wrap the places the tests name; called before any registry is built."""
    from odoo.addons.storefront_connector.flows.flow import Budget
    from odoo.addons.storefront_connector.flows.order_history_read import (
        StorefrontOrderHistoryRead,
    )
    from odoo.addons.storefront_connector.flows.order_history_sample import (
        StorefrontOrderHistorySample,
    )
    from odoo.addons.storefront_connector.flows.order_import import StorefrontOrderImport
    from odoo.addons.storefront_connector.flows.order_invoice import StorefrontOrderInvoice
    from odoo.addons.storefront_connector.flows.product_link import StorefrontProductLink
    from odoo.addons.storefront_connector.models import (
        storefront_backend_jobs,
        storefront_backend_token,
        storefront_import_line,
        storefront_reconciliation,
    )
    from odoo.addons.storefront_connector.platforms import transport
    from odoo.addons.storefront_connector.platforms.shopify.adapter import ShopifyAdapter

    _wrap(StorefrontOrderImport, "_lock_keys", after="before_lock")
    _wrap(StorefrontOrderImport, "_apply", after="order_written")
    _wrap(StorefrontOrderHistoryRead, "_keep_found", after="history_read")
    _wrap(StorefrontOrderHistorySample, "_keep_sample", after="history_looked_into")
    line = storefront_import_line.StorefrontImportLine
    _wrap(line, "_hand_over", after="history_handed_over")
    _wrap(line, "_settle", after="history_settled")
    _wrap(StorefrontOrderInvoice, "_invoice", after="invoice_posted")
    _wrap(StorefrontProductLink, "_bind", after="bindings_made")
    _wrap(StorefrontProductLink, "_restore_markers", after="bindings_removed")
    reconciliation = storefront_reconciliation.StorefrontReconciliation
    _wrap(reconciliation, "_note_pages", after="page_compared")
    _wrap(reconciliation, "_send_lines", after="repairs_handed_over")
    _wrap(ShopifyAdapter, "push_stock", after="stock_pushed")
    _wrap(ShopifyAdapter, "push_markers", after="markers_pushed")
    _wrap(storefront_backend_jobs, "_enqueue_wakes", before="committed")
    backend = storefront_backend_token.StorefrontBackend
    _wrap(backend, "_store_grant", before="token_granted")
    transport.READ_SECONDS = READ_SECONDS
    ShopifyAdapter.capabilities = dataclasses.replace(
        ShopifyAdapter.capabilities, stock_per_push=STOCK_PER_PUSH
    )
    Budget.is_spent = property(_spent_early(Budget.is_spent.fget))


def _spent_early(is_spent):
    def asked(budget):
        if not Path(os.environ["STOREFRONT_POINTS"], "budget").exists():
            return is_spent(budget)
        budget.asked = getattr(budget, "asked", 0) + 1
        return budget.asked > ASKED

    return asked


def _wrap(owner, name, before=None, after=None):
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*args, **kwargs):
        _reach(before)
        result = original(*args, **kwargs)
        _reach(after)
        return result

    setattr(owner, name, wrapped)


def _reach(point):
    if point is None:
        return
    file = Path(os.environ["STOREFRONT_POINTS"], point)
    try:
        order = file.read_text()
    except FileNotFoundError:
        return
    if order == "wait":
        _wait(file)
    else:
        _die(file, order)


def _wait(file):
    file.with_suffix(f".{os.getpid()}").touch()
    deadline = time.monotonic() + WAIT_SECONDS
    while file.exists() and time.monotonic() < deadline:
        time.sleep(0.01)


def _die(file, order):
    try:
        file.rename(file.with_suffix(".done"))
    except FileNotFoundError:
        return  # another process was first
    if order == "kill_server":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
