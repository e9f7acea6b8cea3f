# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nothing secret is anywhere but in memory: not in the log, not in the database, in no answer.

Everything is logged that Odoo can log, and what is looked for is known: what was entered, what the
store granted, and the server's key.
"""

import json

import pytest
from _demo.client import OdooError
from _demo.report import wait_for
from _demo.shopify import Storefront
from _env import databases
from cryptography.fernet import Fernet
from psycopg2 import sql
from world import PATIENCE, World

FIRST, SECOND = "shpss_first_secret_of_the_app", "shpss_second_secret_of_the_app"
WRONG = "shpat_token_that_was_never_granted"
KEY = Fernet.generate_key().decode()


class TalkativeWorld(World):
    """Logs each call with its arguments and each statement with its values, to a table too."""

    options = {"log_level": "debug", "log_handler": "odoo.sql_db:DEBUG", "log_db": "%d"}


@pytest.fixture
def talkative(tmp_path, monkeypatch):
    monkeypatch.setenv("STOREFRONT_SECRET_KEYS", KEY)
    with databases.temporary(databases.addon_template(), "secrets") as database:
        with Storefront(2) as storefront:
            storefront.control.configure(client_secret=FIRST)
            world = TalkativeWorld(database, storefront, tmp_path)
            yield world
            world.server.stop()


def test_secrets_are_nowhere_to_be_found(talkative):
    world = talkative
    sku = next(world.skus)
    world.place(sku, "before@example.com")
    world.apply(world.count(sku, 33))
    world.check()
    granted = [granted_token(world)]
    world.control.rotate_secret(secret=SECOND)
    replace(world, "shopify_client_secret", SECOND)
    world.place(sku, "signed-by-the-first@example.com")
    world.check()
    world.control.revoke_secret()
    world.place(sku, "signed-by-the-second@example.com")
    world.check()
    granted.append(granted_token(world))
    refuse_access(world, sku)
    secrets = {FIRST, SECOND, WRONG, KEY, *granted}
    assert len(secrets) == 6
    assert found_in(json.dumps(answers(world)), secrets) == set()
    assert tables_with(world, secrets) == []
    world.server.stop()
    log = world.server.log()
    assert "call storefront.backend" in log
    assert "INSERT INTO storefront_secret" in log
    assert found_in(log, secrets) == set()


def granted_token(world):
    """The token the store granted, as only the server's key opens it."""
    sealed = world.value("SELECT value FROM storefront_token")
    _place, content = json.loads(Fernet(KEY).decrypt(sealed.rpartition(":")[2]))
    return json.loads(content)[0]


def replace(world, name, value):
    """Press Replace and fill in the dialog, as the browser does."""
    opened = world.odoo.call(
        "storefront.backend",
        "action_replace_secret",
        [world.backend_id],
        context={"storefront_secret": name},
    )
    model = opened["res_model"]
    vals = {"new_value": value, "keep_hours": "4"}
    made = world.odoo.call(
        model, "web_save", [], vals, {"new_value": {}}, context=opened["context"]
    )
    world.odoo.call(model, "action_replace", [made[0]["id"]])


def refuse_access(world, sku):
    """Have the store refuse a pasted token, in the form and in a job."""
    vals = {"shopify_access": "token", "shopify_access_token": WRONG}
    world.odoo.call("storefront.backend", "web_save", [world.backend_id], vals, {})
    with pytest.raises(OdooError, match="refuses the credentials"):
        world.odoo.call("storefront.backend", "action_connect", [world.backend_id])
    world.place(sku, "refused@example.com")
    wait_for(lambda: world.backend_state()[0] == "paused", PATIENCE, "the backend to pause")


def answers(world):
    """What an administrator can have Odoo tell: every field of what the connector writes."""
    found = []
    for model in (
        "storefront.backend",
        "storefront.operation",
        "storefront.issue",
        "storefront.event",
        "storefront.snapshot",
        "queue.job",
        "mail.message",
        "ir.logging",
    ):
        names = list(world.odoo.call(model, "fields_get"))
        ids = world.odoo.search(model, [])
        found += world.odoo.call(model, "web_read", ids, {name: {} for name in names})
        found.append(world.odoo.call(model, "export_data", ids, names))
    return found


def tables_with(world, secrets):
    """The tables of the database with a row that holds one of the secrets."""
    tables = world.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    pattern = [f"%{secret}%" for secret in secrets]
    return [
        table
        for (table,) in tables
        if world.rows(
            sql.SQL("SELECT 1 FROM {} row WHERE row::text LIKE ANY(%s) LIMIT 1").format(
                sql.Identifier(table)
            ),
            pattern,
        )
    ]


def found_in(text, secrets):
    return {secret for secret in secrets if secret in text}
