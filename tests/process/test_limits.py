# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Limits that several processes keep to together."""

import shells

BACKEND = """
    backend = env["storefront.backend"].create({"name": "Shared", "platform": "shopify"})
    env.cr.commit()
    limiter = env["storefront.throttle"]._limiter(backend, "stock")
    limiter.acquire("Orders")
    limiter.report("Orders", cost=10.0, maximum=1000.0, available=600.0, restore_rate=1e-6)
    answer(backend.id)
"""
TAKE_ALL = """
    from odoo.addons.storefront_connector.platforms.errors import RetryLater

    backend = env["storefront.backend"].search([])
    taken = []

    def take(number):
        work = ("stock", "orders", "orders", "catalogue")[number]
        limiter = env["storefront.throttle"]._limiter(backend, work)
        try:
            while True:
                limiter.acquire("Orders")
                taken.append(work)
        except RetryLater as error:
            assert (error.code, error.uses_try) == ("throttled", False)

    in_threads(4, take)
    answer(taken)
"""


def test_workers_take_what_is_in_the_bucket_and_no_more(odoo_database, tmp_path):
    shells.run(odoo_database, tmp_path, 1, BACKEND)
    taken = sum(shells.run(odoo_database, tmp_path, 2, TAKE_ALL), [])
    assert len(taken) == 60
    # From 600 of 1,000 points, 10 calls may leave the half to others and 40 may leave a fifth.
    assert taken.count("catalogue") <= 10
    assert taken.count("catalogue") + taken.count("orders") <= 40
