# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an adapter promises of lists of orders, of their payments and of their currencies."""

from datetime import timedelta
from decimal import Decimal as D

from sample_shop import ORDERS

PAID = ORDERS["an account, two rates included in prices"]
UNPAID = ORDERS["unpaid, no tax, shipping for free"]
CANCELLED = ORDERS["paid and cancelled"]


def names(page):
    return [one.number for one in page.items]


class OrderListContract:
    """For every platform: what the store holds is seen before it is fetched."""

    def placed(self, storefront, adapter, *samples):
        """Place orders some time apart and return them as they are read."""
        orders = []
        for sample in samples:
            (record,) = adapter.fetch_records("order", [storefront.place(sample)])
            orders.append(adapter.parse_order(record.payload))
            storefront.control.advance(storefront.pause)
        return orders

    def test_orders_are_listed_oldest_first(self, storefront, adapter):
        paid, unpaid, cancelled = self.placed(storefront, adapter, PAID, UNPAID, CANCELLED)
        page = adapter.fetch_order_list()
        assert page.next_cursor == ""
        assert names(page) == [paid.number, unpaid.number, cancelled.number]
        for one, order in zip(page.items, (paid, unpaid, cancelled), strict=True):
            assert (one.external_id, one.created_at) == (order.external_id, order.created_at)
            assert (one.total, one.currency) == (order.total, order.currency)
            assert (one.status, one.customer_name) == (order.status, order.customer.name)
            assert (one.channel, one.tags) == (order.channel, order.tags)
            assert (one.is_test, one.cancelled_at) == (order.is_test, order.cancelled_at)

    def test_a_list_has_the_orders_of_its_days_only(self, storefront, adapter):
        first, second, third = self.placed(storefront, adapter, PAID, UNPAID, CANCELLED)
        listed = adapter.fetch_order_list
        start = second.created_at
        assert names(listed(created_from=start)) == [second.number, third.number]
        assert names(listed(created_to=start)) == [first.number]
        end = third.created_at
        assert names(listed(created_from=start, created_to=end)) == [second.number]
        moment = timedelta(milliseconds=1)
        assert names(listed(created_from=start + moment)) == [third.number]
        assert names(listed(created_to=start + moment)) == [first.number, second.number]

    def test_orders_are_found_by_the_number_people_call_them(self, storefront, adapter):
        first, second, _third = self.placed(storefront, adapter, PAID, UNPAID, CANCELLED)
        bare = second.number.lstrip("#")
        found = adapter.find_orders([first.number, bare, f" #{bare}", "4711", "#", ""])
        assert sorted(one.external_id for one in found) == sorted(
            [first.external_id, second.external_id]
        )
        assert adapter.find_orders([]) == adapter.find_orders([f"{bare}0", bare[:-1]]) == ()

    def test_payments_come_to_what_was_paid(self, storefront, adapter):
        paid, unpaid, cancelled = self.placed(storefront, adapter, PAID, UNPAID, CANCELLED)
        assert [(one.kind, one.amount) for one in paid.payments] == [("payment", D("47.21"))]
        assert unpaid.payments == ()
        assert {one.kind: one.amount for one in cancelled.payments} == {
            "payment": D("72.56"),
            "refund": D("72.56"),
        }
        assert (paid.total_refunded, cancelled.total_refunded) == (D(0), D("72.56"))
        assert all(one.external_id and one.method for one in paid.payments)

    def test_in_one_currency_there_is_nothing_to_choose(self, storefront, adapter):
        (record,) = adapter.fetch_records("order", [storefront.place(PAID)])
        order = adapter.parse_order(record.payload)
        assert order.counterpart is None
        assert adapter.parse_order(record.payload, currency="shopper") == order

    def test_what_has_left_is_told(self, storefront, adapter):
        sample = ORDERS["a discount on one line, fulfilled"]
        (order,) = self.placed(storefront, adapter, sample)
        assert [one.fulfilled_quantity for one in order.lines] == [D(1), D(1)]
