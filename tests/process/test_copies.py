# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A store that is connected by its owner's consent and left again, and copies of the database.

One Odoo and one store of their own: here other tests' orders would wait for ever.
"""

from contextlib import closing, contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from _demo.client import Client, OdooError
from _demo.shopify import Storefront
from _env import databases
from _env.server import OdooServer
from world import PATIENCE, PRODUCTS, World, deliver, wait_for

BACKEND = "storefront.backend"
UNFINISHED = (
    "SELECT count(*) FROM queue_job"
    " WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started')"
)
DRAIN_CRON = (
    "(SELECT res_id FROM ir_model_data"
    " WHERE module = 'storefront_connector' AND name = 'cron_drain')"
)
OUR_CRONS = (
    "(SELECT res_id FROM ir_model_data WHERE module = 'storefront_connector' AND model = 'ir.cron')"
)


@pytest.fixture(scope="module")
def own_world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("access")
    with databases.temporary(databases.addon_template(), "access") as database:
        with Storefront(PRODUCTS) as storefront:
            world = World(database, storefront, folder)
            yield world
            world.server.stop()


@pytest.fixture
def world(own_world):
    own_world.ensure_running()
    return own_world


def backend(world, *fields):
    [values] = world.odoo.read(BACKEND, [world.backend_id], fields)
    return [values[field] for field in fields]


def press(world, button):
    return world.odoo.call(BACKEND, button, [world.backend_id])


# a connection's life


def test_disconnecting_tells_the_store_and_lets_no_webhook_in(world):
    assert world.control.subscriptions() != []
    world.control.hold_webhooks()
    world.place(next(world.skus), "late@example.com")
    [late, *_rest] = world.control.deliveries(state="held")
    told = press(world, "action_disconnect")["params"]["message"]
    assert told.startswith("Disconnected: the webhooks are removed from the store")
    assert world.control.subscriptions() == []
    assert backend(world, "state", "connected_database", "webhook_ids") == ["draft", False, False]
    secrets = "SELECT (SELECT count(*) FROM storefront_secret) + count(*) FROM storefront_token"
    assert world.value(secrets) == 0
    assert deliver(late) == 404
    assert press(world, "action_disconnect")["params"]["message"].startswith("Disconnected")


def test_connecting_by_the_owners_consent(world):
    info = world.control.info()
    values = {
        "shopify_access": "authorization",
        "shopify_client_id": info["client_id"],
        "shopify_client_secret": info["client_secret"],
    }
    world.odoo.call(BACKEND, "write", [world.backend_id], values)
    page = press(world, "action_authorize")["url"]
    assert page.startswith(f"{world.storefront.url}/admin/oauth/authorize?")
    callback = world.control.authorize(page)
    assert urlsplit(callback).path == "/storefront/oauth/callback"
    answer = world.odoo.open(callback, follow=False)
    assert answer.status_code == 303
    assert urlsplit(answer.headers["Location"]).path == f"/odoo/storefronts/{world.backend_id}"
    assert backend(world, "state", "shop_currency_id")[0] == "connected"
    token = world.rows("SELECT value, refresh_expires_at > 0 FROM storefront_token")
    assert len(token) == 1 and all(token[0])
    replayed = world.odoo.open(callback, follow=False)
    assert replayed.status_code == 400
    assert "was used already" in replayed.text
    world.control.release_webhooks()
    world.place(next(world.skus), "new@example.com")
    world.check()


def test_another_stores_callback_and_a_forged_one_are_refused(world):
    page = press(world, "action_authorize")["url"]
    state = parse_qs(urlsplit(page).query)["state"][0]
    callback = world.control.authorize(page)
    forged = callback.replace("hmac=", "hmac=0")
    assert state in forged
    answer = world.odoo.open(forged, follow=False)
    assert answer.status_code == 400
    assert "does not come from the store" in answer.text
    assert "Traceback" not in answer.text
    assert backend(world, "state") == ["connected"]


def test_the_connection_can_be_tested(world):
    world.let_cron_run()
    overdue = f"SELECT nextcall < now() AT TIME ZONE 'UTC' FROM ir_cron WHERE id = {DRAIN_CRON}"
    wait_for(lambda: not world.value(overdue), PATIENCE, "the scheduled action to run")
    action = press(world, "action_test_connection")
    lines = world.odoo.call(
        "storefront.check.line", "search_read", action["domain"], ["topic", "level", "code"]
    )
    found = {(line["topic"], line["level"], line["code"]) for line in lines}
    assert {
        ("address", "ok", "address_answered"),
        ("store", "ok", "store_found"),
        ("access", "ok", "scopes_granted"),
        ("locations", "ok", "location_mapped"),
        ("webhooks", "ok", "webhooks_subscribed"),
        ("work", "ok", "runner_alive"),
        ("work", "ok", "cron_alive"),
    } <= found
    assert {level for _topic, level, _code in found} == {"ok", "warning"}


# copies


@contextmanager
def copy_of(world, tmp_path, neutralized):
    """A server on a restored dump of the database, in which work waits; the original is off."""
    for _time in range(2):
        world.place(next(world.skus), "waits@example.com")
    world.settle()
    name = databases.own_name("copy")
    databases.restore_dump(world.database, name)
    try:
        make_work_wait(name)
        if neutralized:
            databases.neutralize(name)
        world.server.stop()
        with OdooServer(name, workers=3, log_file=tmp_path / "copy.log") as server:
            yield name, server
    finally:
        databases.drop(name)
        world.ensure_running()


def make_work_wait(name):
    """Have everything the connector does wait: events, stock, jobs of each kind."""
    execute(name, "UPDATE storefront_event SET state = 'pending'")
    execute(name, "UPDATE queue_job SET state = 'pending', eta = NULL, date_done = NULL")
    execute(
        name,
        "INSERT INTO storefront_outbox (backend_id, company_id, product_id)"
        " SELECT backend_id, backend.company_id, product_id FROM storefront_binding_variant"
        " JOIN storefront_backend backend ON backend.id = backend_id",
    )
    assert value(name, UNFINISHED) > 0
    assert value(name, "SELECT count(*) FROM storefront_outbox") == PRODUCTS


def execute(name, statement):
    with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        connection.commit()


def value(name, query):
    with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def let_all_work_be_done(name):
    """Have every scheduled action of ours run, and every job, whatever they do."""
    execute(
        name, f"UPDATE ir_cron SET active = true, nextcall = '2020-01-01' WHERE id IN {OUR_CRONS}"
    )
    due = f"SELECT count(*) FROM ir_cron WHERE nextcall < '2021-01-01' AND id IN {OUR_CRONS}"

    def all_ran():
        # Again and again: a cron worker that is just being replaced hears nothing.
        execute("postgres", f"SELECT pg_notify('cron_trigger', '{name}')")
        return value(name, due) == 0

    wait_for(all_ran, 2 * PATIENCE, "the copy's scheduled actions to run", interval=1.0)
    wait_for(lambda: value(name, UNFINISHED) == 0, 2 * PATIENCE, "the copy's jobs to end")


def answer_of_copy(world, server):
    """Send the copy a webhook the store has signed, at its token; return the status."""
    delivery = world.control.deliveries(topic="orders/create")[-1]
    path = urlsplit(delivery["url"]).path
    return deliver({**delivery, "url": f"{server.url}{path}"})


def assert_original_goes_on(world):
    world.place(next(world.skus), "goes-on@example.com")
    world.check()


def test_restored_copy_sends_nothing_and_hears_nothing(world, tmp_path):
    with copy_of(world, tmp_path, neutralized=False) as (name, server):
        before = world.control.stats()["calls"]
        let_all_work_be_done(name)
        assert world.control.stats()["calls"] == before
        assert answer_of_copy(world, server) == 404
        assert value(name, "SELECT state FROM storefront_backend") == "connected"
        assert value(name, "SELECT count(*) FROM storefront_outbox") == PRODUCTS
    assert_original_goes_on(world)


def test_neutralized_copy_has_nothing_to_send_with(world, tmp_path):
    with copy_of(world, tmp_path, neutralized=True) as (name, server):
        before = world.control.stats()["calls"]
        assert value(name, UNFINISHED) == 0
        assert value(name, "SELECT count(*) FROM storefront_secret") == 0
        assert value(name, "SELECT count(*) FROM storefront_token") == 0
        let_all_work_be_done(name)
        assert world.control.stats()["calls"] == before
        assert answer_of_copy(world, server) == 404
        assert value(name, "SELECT state FROM storefront_backend") == "draft"
    assert_original_goes_on(world)


def test_copy_is_made_the_live_one_on_purpose_only(world, tmp_path):
    with copy_of(world, tmp_path, neutralized=False) as (name, server):
        copy = Client(server.url, name)
        with pytest.raises(OdooError, match="is not the one that was connected"):
            copy.call(BACKEND, "action_connect", [world.backend_id])
        before = world.control.stats()["calls"]
        copy.call(BACKEND, "action_confirm_live", [world.backend_id])
        let_all_work_be_done(name)
        assert world.control.stats()["calls"] == before
        [values] = copy.read(BACKEND, [world.backend_id], ["state", "is_copy"])
        assert (values["state"], values["is_copy"]) == ("paused", False)
    assert_original_goes_on(world)
