# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Limits that several processes keep to together."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import requests
import shells
from _env import databases

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

SEND_MANY = """
    from odoo import SUPERUSER_ID, api
    from odoo.addons.storefront_connector.models import storefront_rate

    storefront_rate.CLOCK = "timestamp '2026-11-20 09:30:00'"
    backend_id = env["storefront.backend"].search([]).id
    admitted = []

    def send(number):
        with env.registry.cursor() as cr:
            own = api.Environment(cr, SUPERUSER_ID, {})
            backend = own["storefront.backend"].browse(backend_id)
            for _time in range(40):
                admitted.append(own["storefront.rate"]._admit("192.0.2.1", backend))

    in_threads(4, send)
    answer(admitted)
"""


def test_workers_take_what_is_in_the_bucket_and_no_more(odoo_database, tmp_path):
    shells.run(odoo_database, tmp_path, 1, BACKEND)
    taken = sum(shells.run(odoo_database, tmp_path, 2, TAKE_ALL), [])
    assert len(taken) == 60
    # From 600 of 1,000 points, 10 calls may leave the half to others and 40 may leave a fifth.
    assert taken.count("catalogue") <= 10
    assert taken.count("catalogue") + taken.count("orders") <= 40


def test_workers_count_the_requests_of_a_source_together(odoo_database, tmp_path):
    shells.run(odoo_database, tmp_path, 1, BACKEND)
    admitted = sum(shells.run(odoo_database, tmp_path, 2, SEND_MANY), [])
    assert (len(admitted), admitted.count(True)) == (320, 100)


def test_guesses_are_counted_although_they_are_refused(odoo_database, odoo_server):
    """A refusal rolls its transaction back, but not the count."""
    with closing(databases.connect(odoo_database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ir_config_parameter (key, value)"
            " VALUES ('storefront_connector.webhook_rate', '1')"
        )
        connection.commit()
    url = f"{odoo_server(workers=2).url}/storefront/webhook/guess"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _number: requests.post(url, b"{}", timeout=60), range(40)))
    assert {answer.status_code for answer in answers} == {404, 429}
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    assert len(refused) > len(answers) / 2
