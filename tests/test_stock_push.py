# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..flows.stock_push import LANES, _answers, _together

PATIENCE = 10


@tagged("post_install", "-at_install")
class TestStockPush(BaseCase):
    """What is on its way at once. In a test one batch follows the other: see also tests/process."""

    def test_answers_come_in_turn_whoever_is_first(self):
        sent = []

        def send(batch):
            sent.append((batch, Future()))
            if len(sent) == 2:  # the second one is first
                for number, future in reversed(sent):
                    future.set_result(-number)
            elif len(sent) > 2:
                sent[-1][1].set_result(-batch)
            return sent[-1][1]

        self.assertEqual(list(_answers(iter([1, 2, 3]), 1, send)), [(1, -1), (2, -2), (3, -3)])

    def test_without_any_ahead_each_answer_is_kept_before_the_next_is_sent(self):
        happened = []

        def send(batch):
            happened.append(("sent", batch))
            future = Future()
            future.set_result(batch)
            return future

        for batch, _answer in _answers(iter([1, 2]), 0, send):
            happened.append(("kept", batch))
        self.assertEqual(happened, [("sent", 1), ("kept", 1), ("sent", 2), ("kept", 2)])

    def test_as_many_as_there_are_lanes_are_on_their_way(self):
        together = Barrier(LANES, timeout=PATIENCE)
        with ThreadPoolExecutor(LANES) as pool:
            kept = list(_answers(iter(range(6)), LANES, lambda _batch: pool.submit(together.wait)))
        self.assertEqual([batch for batch, _answer in kept], list(range(6)))

    def test_after_an_error_what_was_sent_is_kept_and_no_more_is_sent(self):
        futures = {}

        def send(batch):
            future = futures[batch] = Future()
            if batch == 2:
                future.set_running_or_notify_cancel()
                future.set_exception(ValueError("lost"))
            elif batch < 4:
                future.set_running_or_notify_cancel()
                future.set_result(batch)
            return future  # the fourth one hasn't begun

        kept = []
        with self.assertRaisesRegex(ValueError, "lost"):
            for batch, _answer in _answers(iter(range(1, 9)), 2, send):
                kept.append(batch)
        self.assertEqual(kept, [1, 3])
        self.assertEqual(list(futures), [1, 2, 3, 4])
        self.assertTrue(futures[4].cancelled())

    def test_answers_are_kept_together(self):
        self.assertEqual(list(_together(iter(range(7)), 3)), [[0, 1, 2], [3, 4, 5], [6]])
        self.assertEqual(list(_together(iter(range(2)), 1)), [[0], [1]])

    def test_an_answer_does_not_wait_long_for_others(self):
        with patch("time.monotonic", side_effect=[0, 0.4, 0.6, 10, 10.1]):
            self.assertEqual(list(_together(iter(range(3)), 9)), [[0, 1], [2]])

    def test_what_came_before_an_error_is_kept(self):
        def answers():
            yield from range(4)
            raise ValueError("lost")

        kept = []
        with self.assertRaisesRegex(ValueError, "lost"):
            for together in _together(answers(), 3):
                kept.append(together)
        self.assertEqual(kept, [[0, 1, 2], [3]])
