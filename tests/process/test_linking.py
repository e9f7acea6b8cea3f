# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SIGKILL while products are linked, marked and unlinked: nothing twice, nothing lost.

The tests leave every product linked, as they found it."""

import requests
from _demo import linking
from _demo.report import wait_for
from world import PATIENCE, PRODUCTS

# The job runner takes the places of killed jobs back once a minute; until then four of them fill
# its channel.
RUNNER_PATIENCE = 150  # seconds

MARKERS = """
{ productVariants(first: 250) { nodes {
  id marker: metafield(namespace: "$app:odoo", key: "id") { value } } } }
"""


def markers(world):
    """{variant id: marker} as the store holds them."""
    answer = requests.post(
        f"{world.storefront.url}/admin/api/2026-10/graphql.json",
        json={"query": MARKERS},
        # One of its own: other tests end those the connector has.
        headers={"X-Shopify-Access-Token": world.control.issue_token()},
        timeout=PATIENCE,
    ).json()
    return {
        node["id"].rpartition("/")[2]: node["marker"]["value"]
        for node in answer["data"]["productVariants"]["nodes"]
        if node["marker"]
    }


def bindings(world):
    """{variant id: marker} as the bindings say it must be."""
    rows = world.rows(
        "SELECT external_id, 'odoo:' || product_id FROM storefront_binding_variant"
        " WHERE backend_id = %s",
        world.backend_id,
    )
    assert len(rows) == len(dict(rows))
    return dict(rows)


def undo(world):
    world.odoo.call("storefront.link", "action_undo", [world.link_id])


def wait_state(world, state):
    wait_for(
        lambda: (
            world.value("SELECT state FROM storefront_link WHERE id = %s", world.link_id) == state
        ),
        RUNNER_PATIENCE,
        f"the run to be {state}",
    )


def link_again(world):
    """Read and agree, as the world did when it began; the job does the rest."""
    world.link_id = linking.read(world.odoo, world.backend_id, PATIENCE)
    assert linking.figures(world.odoo, world.link_id, "matched", "undecided") == (PRODUCTS, 0)
    world.odoo.call("storefront.link", "action_apply", [world.link_id])


def check_linked(world):
    wait_state(world, "done")
    assert len(bindings(world)) == PRODUCTS
    assert markers(world) == bindings(world)
    world.check()


def test_worker_killed_while_unlinking_and_while_linking(world):
    before = bindings(world)
    world.order_point("bindings_removed", "kill_worker")
    undo(world)
    world.wait_done("bindings_removed")
    # What it had removed came back with its death, whole; another worker may have begun anew.
    assert bindings(world) in (before, {})
    world.let_cron_run()
    wait_state(world, "undone")
    assert bindings(world) == {}
    assert markers(world) == {}
    world.order_point("bindings_made", "kill_worker")
    link_again(world)
    world.wait_done("bindings_made")
    assert bindings(world) in ({}, before)
    world.let_cron_run()
    check_linked(world)
    assert bindings(world) == before


def test_worker_killed_while_writing_and_removing_markers(world):
    before = bindings(world)
    world.order_point("markers_pushed", "kill_worker")
    undo(world)
    world.wait_done("markers_pushed")
    assert bindings(world) == {}
    world.let_cron_run()
    wait_state(world, "undone")
    assert markers(world) == {}
    assert world.value("SELECT count(*) FROM storefront_marker") == 0
    world.ensure_running()
    world.order_point("markers_pushed", "kill_worker")
    link_again(world)
    world.wait_done("markers_pushed")
    assert bindings(world) == before
    world.let_cron_run()
    check_linked(world)
    assert world.value("SELECT count(*) FROM storefront_marker WHERE state = 'to_push'") == 0


def test_server_killed_while_linking(world):
    before = bindings(world)
    undo(world)
    wait_state(world, "undone")
    world.order_point("bindings_made", "kill_server")
    link_again(world)
    world.wait_dead()
    assert bindings(world) == {}
    world.restart()
    world.let_cron_run()
    check_linked(world)
    assert bindings(world) == before
