# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What may be asked of a bucket: exact figures, and a store that is never made to refuse."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.storefront_connector.platforms.bucket import (
    CALL_SECONDS,
    MAX_BLOCK_SECONDS,
    Bucket,
)

TOLD = {"cost": 100.0, "maximum": 2000.0, "available": 400.0, "restore_rate": 100.0}


def told(now=1000.0, **values):
    """A bucket after one answer to the operation ``Orders``."""
    bucket = Bucket()
    bucket.start("first", "Orders", now)
    bucket.finish("first", "Orders", now, **{**TOLD, **values})
    return bucket


def test_nothing_limits_before_the_store_has_told():
    assert Bucket().wait("Orders", 0.5, 1000.0) == 0


def test_points_are_restored_up_to_the_maximum():
    bucket = told()
    assert [bucket.free(1000.0 + seconds) for seconds in (0, 2.5, 16, 60)] == [
        400.0,
        650.0,
        2000.0,
        2000.0,
    ]


def test_a_clock_that_steps_back_restores_nothing():
    assert told().free(900.0) == 400.0


def test_each_kind_of_work_leaves_its_share():
    bucket = told()
    # 100 for the call; nothing, 400 or 1,000 are left to others; 400 are there; 100 a second come.
    assert [bucket.wait("Orders", share, 1000.0) for share in (0.0, 0.2, 0.5)] == [0.0, 1.0, 7.0]


def test_calls_on_their_way_are_counted():
    bucket = told()
    for number in range(4):
        assert bucket.wait("Orders", 0.0, 1000.0) == 0.0
        bucket.start(str(number), "Orders", 1000.0)
    assert bucket.free(1000.0) == 0.0
    assert bucket.wait("Orders", 0.0, 1000.0) == 1.0
    assert bucket.wait("Orders", 0.0, 1001.0) == 0.0


def test_what_a_call_did_not_use_up_comes_back_with_its_answer():
    bucket = told()
    bucket.start("a", "Orders", 1000.0)
    assert bucket.free(1000.0) == 300.0
    bucket.finish("a", "Orders", 1000.0, **{**TOLD, "available": 390.0})
    assert bucket.free(1000.0) == 390.0


def test_an_answer_overtaken_by_another_counts_both_calls():
    bucket = told()
    bucket.start("slow", "Orders", 1000.0)
    bucket.start("fast", "Orders", 1000.0)
    bucket.finish("fast", "Orders", 1000.0, **{**TOLD, "available": 200.0})
    assert bucket.free(1000.0) == 100.0  # the slow one may be in the 200, or not
    bucket.finish("slow", "Orders", 1000.0, **{**TOLD, "available": 300.0})
    assert bucket.free(1000.0) == 200.0


def test_cost_counted_last_and_the_dearest_for_an_unknown_operation():
    bucket = told()
    bucket.start("a", "Stock", 1000.0)
    assert bucket.free(1000.0) == 300.0
    bucket.finish("a", "Stock", 1000.0, **{**TOLD, "cost": 30.0})
    costs = [bucket.cost(operation) for operation in ("Orders", "Stock", "Variants")]
    assert costs == [100.0, 30.0, 100.0]
    bucket.finish("", "Orders", 1000.0, **{**TOLD, "cost": 20.0})
    assert bucket.cost("Orders") == 20.0


def test_what_costs_more_than_the_rest_waits_for_a_full_bucket():
    bucket = told(cost=1500.0)
    assert bucket.wait("Orders", 0.5, 1000.0) == 16.0
    assert bucket.wait("Orders", 0.5, 1016.0) == 0.0


def test_call_without_an_answer_counts_as_paid():
    bucket = told()
    bucket.start("a", "Orders", 1000.0)
    bucket.abandon("a", 1001.0)
    assert bucket.free(1001.0) == 400.0
    bucket.abandon("a", 1001.0)
    bucket.abandon("", 1001.0)
    assert bucket.free(1001.0) == 400.0


def test_call_of_a_killed_worker_ends():
    bucket = told()
    bucket.start("a", "Orders", 1000.0)
    assert bucket.free(1000.0 + CALL_SECONDS - 1) == 1900.0
    assert bucket.free(1000.0 + CALL_SECONDS) == 2000.0
    bucket.start("b", "Orders", 1000.0 + CALL_SECONDS)
    assert list(bucket.calls) == ["b"]


def test_block_holds_for_all_and_the_longer_one_holds():
    bucket = told(available=2000.0)
    bucket.start("a", "Orders", 1000.0)
    bucket.block("a", 5.0, 1000.0)
    bucket.block("", 3.0, 1000.0)
    assert bucket.free(1000.0) == 2000.0  # a refused call costs nothing
    waits = [bucket.wait("Orders", share, 1001.0) for share in (0.0, 0.2, 0.5)]
    assert waits == [4.0, 4.0, 4.0]
    assert bucket.wait("Orders", 0.5, 1005.0) == 0.0


def test_block_without_a_known_bucket():
    bucket = Bucket()
    bucket.block("", 5.0, 1000.0)
    assert bucket.wait("Orders", 0.0, 1002.0) == 3.0


def test_block_is_limited():
    bucket = Bucket()
    bucket.block("", 86400.0, 1000.0)
    assert bucket.wait("Orders", 0.0, 1000.0) == MAX_BLOCK_SECONDS == 3600.0


def test_kept_and_loaded():
    bucket = told()
    bucket.start("a", "Orders", 1000.0)
    bucket.block("", 5.0, 1000.0)
    assert Bucket.load(bucket.dump()) == bucket
    assert Bucket.load({}) == Bucket()
    assert Bucket.load({**bucket.dump(), "of_a_later_version": 1}) == bucket


class Store:
    """The real bucket: a call finds its whole cost in it and gets back what it didn't use up."""

    def __init__(self):
        self.level, self.at, self.refused = 2000.0, 0.0, 0

    def call(self, cost, used, now):
        self.level = min(self.level + (now - self.at) * 100.0, 2000.0)
        self.at = now
        if cost > self.level:
            self.refused += 1
        else:
            self.level -= used
        return {
            "cost": cost,
            "maximum": 2000.0,
            "available": float(int(self.level)),
            "restore_rate": 100.0,
        }


COSTS = {"Orders": 430.0, "Stock": 70.0, "Variants": 260.0}
STEPS = st.tuples(
    st.integers(0, 5),
    st.sampled_from(sorted(COSTS)),
    st.sampled_from([0.0, 0.2, 0.5]),
    st.floats(0.1, 1.0),
    st.sampled_from([0.0, 0.01, 0.3, 2.0]),
)


@given(st.lists(STEPS, max_size=200))
def test_callers_who_keep_to_it_are_never_refused(steps):
    """Six workers in any order; each call is asked for, carried out and told of at its own time."""
    store, bucket, now, stages = Store(), Bucket(), 0.0, {}
    for operation, cost in COSTS.items():
        bucket.start(operation, operation, now)
        bucket.finish(operation, operation, now, **store.call(cost, cost, now))
    for worker, operation, share, used, seconds in steps:
        now += seconds
        stage = stages.pop(worker, None)
        if stage is None:
            if not bucket.wait(operation, share, now):
                bucket.start(str(worker), operation, now)
                stages[worker] = operation
        elif isinstance(stage, str):
            cost = COSTS[stage]
            stages[worker] = (stage, store.call(cost, cost * used, now))
        else:
            bucket.finish(str(worker), stage[0], now, **stage[1])
        assert store.refused == 0
