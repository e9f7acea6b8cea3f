# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One bucket of points for all workers, and what becomes of work that must wait for it."""

from odoo.tests import tagged

from ..models import storefront_throttle
from ..models.storefront_throttle import SHARES_LEFT, SharedLimiter
from ..platforms import errors
from .common import StorefrontCase

TOLD = {"cost": 100.0, "maximum": 2000.0, "available": 400.0, "restore_rate": 100.0}


class Clock:
    """PostgreSQL's clock, standing still but for the sleeps of those who wait."""

    def __init__(self, case):
        self.naps = []
        case.addCleanup(setattr, storefront_throttle, "CLOCK", storefront_throttle.CLOCK)
        self.at(1000.0)

    def at(self, seconds):
        self.seconds = seconds
        storefront_throttle.CLOCK = f"{seconds}::float8"

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.at(self.seconds + seconds)


@tagged("post_install", "-at_install")
class TestThrottle(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.clock = Clock(self)

    def limiter(self, work, backend=None):
        limiter = self.env["storefront.throttle"]._limiter(backend or self.backend, work)
        limiter._sleep = self.clock.sleep
        return limiter

    def told(self, **values):
        """Have the store tell of its bucket in the answer to one call of Orders."""
        limiter = self.limiter("stock")
        limiter.acquire("Orders")
        limiter.report("Orders", **{**TOLD, **values})

    def bucket(self, backend=None):
        return storefront_throttle._read_locked(self.env.cr, (backend or self.backend).id)[0]

    def claim(self, drain):
        key = f"{drain}:{self.backend.id}"
        claim = self.env["storefront.claim"].search([("key", "=", key)])
        claim.invalidate_recordset()
        return claim

    # the limiter

    def test_table_is_unlogged(self):
        query = "SELECT relpersistence FROM pg_class WHERE relname = 'storefront_throttle'"
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchone(), ("u",))

    def test_workers_share_one_bucket(self):
        self.told()
        first, second = self.limiter("stock"), self.limiter("stock")
        first.acquire("Orders")
        second.acquire("Orders")
        self.assertEqual(self.bucket().free(1000.0), 200.0)
        first.report("Orders", **{**TOLD, "available": 320.0})
        self.assertEqual(self.bucket().free(1000.0), 220.0)

    def test_backends_have_buckets_of_their_own(self):
        other = self._connected_backend("Other", self.company)
        self.told(available=0.0)
        self.limiter("stock", other).acquire("Orders")
        self.assertEqual(self.bucket(other).maximum, 0.0)
        with self.assertRaises(errors.RetryLater):
            self.limiter("orders").acquire("Orders")

    def test_short_wait_is_made_in_place(self):
        self.told(available=50.0)
        self.limiter("stock").acquire("Orders")
        self.assertEqual(self.clock.naps, [0.5])
        self.assertEqual(self.bucket().free(self.clock.seconds), 0.0)

    def test_long_wait_is_left_to_later(self):
        self.told(available=350.0)
        for work, seconds in (("orders", 1.5), ("catalogue", 7.5)):
            with self.subTest(work=work):
                self.assertEqual(self.bucket().wait("Orders", SHARES_LEFT[work], 1000.0), seconds)
        with self.assertRaises(errors.RetryLater) as caught:
            self.limiter("catalogue").acquire("Orders")
        error = caught.exception
        self.assertEqual(
            (error.code, error.seconds, error.uses_try, error.detail),
            ("throttled", 7.5, False, "Orders"),
        )
        self.assertEqual(self.clock.naps, [])

    def test_waits_in_place_add_up(self):
        """Somebody takes what was waited for: after two seconds it is left to later."""
        self.told(available=0.0)
        limiter, thief = self.limiter("stock"), self.limiter("stock")

        def nap(seconds):
            self.clock.sleep(seconds)
            thief.acquire("Orders")

        limiter._sleep = nap
        with self.assertRaises(errors.RetryLater) as caught:
            limiter.acquire("Orders")
        self.assertEqual(self.clock.naps, [1.0, 1.0])
        self.assertEqual(caught.exception.seconds, 1.0)

    def test_a_hair_is_waited_for_once(self):
        self.told(available=99.999)
        self.limiter("stock").acquire("Orders")
        self.assertEqual(self.clock.naps, [storefront_throttle.MIN_WAIT_SECONDS])

    def test_block_is_for_everybody(self):
        self.told(available=2000.0)
        refused = self.limiter("catalogue")
        refused.acquire("Orders")
        refused.block(30)
        for work in SHARES_LEFT:
            with self.subTest(work=work), self.assertRaises(errors.RetryLater) as caught:
                self.limiter(work).acquire("Orders")
            self.assertEqual(caught.exception.seconds, 30.0)
        self.clock.at(1030.0)
        self.limiter("catalogue").acquire("Orders")

    def test_where_no_points_are_told_of_only_a_block_is_waited_out(self):
        self.patch(storefront_throttle, "BLOCK_NOTICED_SECONDS", 0.0)
        waiting, other = self.limiter("catalogue"), self.limiter("stock")
        waiting.wait_out("GET orders")  # nobody has called yet
        self.assertEqual(self.bucket().calls, {})
        other.block(1)
        waiting.wait_out("GET orders")
        self.assertEqual(self.clock.naps, [1.0])
        other.block(30)
        with self.assertRaises(errors.RetryLater) as caught:
            waiting.wait_out("GET orders")
        error = caught.exception
        self.assertEqual(
            (error.code, error.seconds, error.uses_try, error.detail),
            ("throttled", 30.0, False, "GET orders"),
        )

    def test_a_block_of_ones_own_is_known_at_once(self):
        limiter = self.limiter("stock")
        limiter.wait_out("GET orders")
        limiter.block(30)
        with self.assertRaises(errors.RetryLater):
            limiter.wait_out("GET orders")

    def test_call_that_told_nothing_counts_once(self):
        self.told()
        limiter = self.limiter("stock")
        limiter.acquire("Orders")
        limiter.acquire("Orders")
        self.assertEqual(self.bucket().free(1000.0), 200.0)
        self.assertEqual(len(self.bucket().calls), 1)

    def test_backend_nobody_else_sees_yet(self):
        limiter = SharedLimiter(self.env, 2**31 - 1, 0.0)
        limiter.acquire("Orders")
        limiter.report("Orders", **TOLD)
        limiter.block(1)
        self.assertFalse(self.env["storefront.throttle"].search([("backend_id", "=", 2**31 - 1)]))

    def test_adapter_is_given_its_share(self):
        for work, share in (("stock", 0.0), ("orders", 0.2), ("catalogue", 0.5)):
            with self.subTest(work=work):
                limiter = self.backend._adapter(work=work).settings.limiter
                self.assertEqual(limiter._share, share)
        self.assertEqual(self.backend._adapter().settings.limiter._share, 0.2)
        drains = {"stock": 0.0, "fetch": 0.2, "import": 0.2, "link": 0.5}
        for drain, share in drains.items():
            with self.subTest(drain=drain):
                limiter = self.backend._adapter_for(drain).settings.limiter
                self.assertEqual(limiter._share, share)

    # the drains

    def test_stock_overtakes_orders_and_catalogue(self):
        """With 300 of 2,000 points left, linking and fetching wait and stock goes out."""
        self.bind(self.product, "1")
        self.shop.stock[self.stock_key("1")] = 0
        self.set_stock(self.product, 3)
        self.job("stock")
        self.shop.calls.clear()
        self.set_stock(self.product, 2)
        self.poke("1001")
        self.backend.action_link_products()
        self.told(available=300.0)
        for drain, seconds in (("link", 8), ("fetch", 2)):
            self.job(drain)
            claim = self.claim(drain)
            self.assertEqual((claim.error_code, claim.tries), ("throttled", 0))
            self.assertEqual(self.seconds_left(claim), seconds)
        self.assertEqual(self.shop.calls, [])
        self.job("stock")
        self.assertEqual(self.shop.stock[self.stock_key("1")], 5)
        self.assertFalse(self.claim("stock").next_try)

    def seconds_left(self, claim):
        """Return the seconds until the next try; the transaction's clock stands still."""
        self.env.cr.execute("SELECT date_trunc('second', now() AT TIME ZONE 'UTC')")
        return (claim.next_try - self.env.cr.fetchone()[0]).total_seconds()

    def test_refusals_of_the_store_use_up_no_try(self):
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.poke("1001")
        for code in ("throttled", "rate_limited", "throttled"):
            refusal = errors.RetryLater(code, seconds=2.4, uses_try=False)
            self.shop.fail("fetch_records", refusal)
            self.job("fetch")
            claim = self.claim("fetch")
            self.assertEqual((claim.error_code, claim.tries), (code, 0))
            self.assertEqual(self.seconds_left(claim), 3)
            self.assertEqual(
                (self.snapshot("1001").state, self.snapshot("1001").tries), ("to_fetch", 0)
            )
            claim.next_try = False
        self.job("fetch")
        self.assertEqual(self.snapshot("1001").state, "to_import")
        self.assertFalse(self.claim("fetch").error_code)

    def test_postponed_work_is_woken_when_its_points_are_there(self):
        self.poke("1001")
        self.told(available=0.0)
        woken = []
        self.patch(
            type(self.backend),
            "_wake",
            lambda backend, drain, slot=0, seconds=0: woken.append((drain, seconds)),
        )
        self.job("fetch")
        self.assertEqual(woken, [("fetch", 5)])

    def test_answers_teach_the_costs(self):
        self.shop.told["fetch_records"] = {**TOLD, "cost": 33.0, "available": 1500.0}
        self.shop.orders["1001"] = self.order("1001", self.line("1", "10.00"))
        self.poke("1001")
        self.job("fetch")
        bucket = self.bucket()
        self.assertEqual((bucket.costs, bucket.level), ({"fetch_records": 33.0}, 1500.0))
        self.assertEqual(bucket.calls, {})
