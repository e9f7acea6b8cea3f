# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A reconciliation of the whole catalogue in this process; called over `OdooProcess`."""

import gc
import resource
import statistics
import time

import psutil

from . import catalogue

TIMES = 5
# Stock as bare SQL reads it: what any comparison has to do at least. A number a place.
BARE = """
    SELECT quant.product_id, {place}, sum(quant.quantity - quant.reserved_quantity)
    FROM stock_quant quant JOIN stock_location location ON location.id = quant.location_id
    WHERE location.usage = 'internal' GROUP BY 1, 2
"""
# The jobs that are due, taken as the job runner takes them: each once.
DUE = """
    DELETE FROM queue_job WHERE state = 'pending'
    AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC') RETURNING method_name, user_id
"""


def prepare(env, store):
    """Connect a backend and link the catalogue, with levels as after a first push."""
    catalogue.know_levels(env, catalogue.connect(env, store))


def bare(env):
    """Return the seconds of the bare grouped query, median."""
    has_places = len(env["storefront.mapping.location"].search([])) > 1
    query = BARE.format(place="location.warehouse_id" if has_places else "true")
    seconds = []
    for _time in range(TIMES):
        started = time.perf_counter()
        env.cr.execute(query)
        env.cr.fetchall()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def reconcile(env):
    """Run a reconciliation to its end; return what it took and what it found."""
    backend = env["storefront.backend"].search([])
    flow, adapter = type(env["storefront.stock.reconcile"]), backend._adapter_class()
    with _Timer(flow, "_step_read") as pages, _Timer(adapter, "fetch_stock") as calls:
        run = env["storefront.reconciliation"]._start(backend)
        backend._wake("reconcile")
        env.cr.commit()
        gc.collect()
        before, started = psutil.Process().memory_info().rss, time.perf_counter()
        while run.state == "running":
            env.cr.execute(DUE)
            jobs = env.cr.fetchall()
            env.cr.commit()
            for method, user_id in dict(jobs).items():
                getattr(backend.with_user(user_id), method)()
                env.cr.commit()
            time.sleep(0.1)
        total = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        # The first calls are those of the pages, the others those of the second look.
        "own_seconds": sum(pages.seconds) - sum(calls.seconds[: run.page_count]),
        "call_seconds": sum(calls.seconds),
        "total_seconds": total,
        "grown": max(peak - before, 0),
        "state": run.state,
        "variants": run.variant_count,
        "drift": run.drift_count,
        "repaired": run.repaired_count,
    }


class _Timer:
    """Notes how long each call of a class's method takes."""

    def __init__(self, owner, name):
        self._owner, self._name, self.seconds = owner, name, []
        self._original = getattr(owner, name)

    def __enter__(self):
        def timed(*args, **kwargs):
            started = time.perf_counter()
            try:
                return self._original(*args, **kwargs)
            finally:
                self.seconds.append(time.perf_counter() - started)

        setattr(self._owner, self._name, timed)
        return self

    def __exit__(self, *_error):
        setattr(self._owner, self._name, self._original)
