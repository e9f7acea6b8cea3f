# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access that the store's owner granted: tokens that end, are renewed, and get lost."""

from contextlib import contextmanager

from _demo.report import wait_for
from world import PATIENCE


@contextmanager
def authorized(world):
    """A backend whose access its owner has granted."""
    vals = {"shopify_access": "authorization"}
    world.odoo.call("storefront.backend", "write", [world.backend_id], vals)
    try:
        world.authorize()
        yield
    finally:
        vals = {"shopify_access": "client_credentials"}
        world.odoo.call("storefront.backend", "write", [world.backend_id], vals)


def test_renewed_token_that_was_not_stored(world):
    """The worker dies with the new token in hand: its successor gets another for the same one."""
    with authorized(world):
        world.control.reset_stats()
        world.order_point("token_granted", "kill_worker")
        world.control.revoke_token(refresh=False)
        external_id = world.place(next(world.skus), "refresh@example.com")
        world.wait_done("token_granted")
        world.pass_time()
        world.check()
        assert len(world.orders(external_id)) == 1
        assert world.control.calls("access_token") == 2
        assert world.backend_state() == ("connected", None)


def test_answer_to_a_renewal_lost(world):
    with authorized(world):
        world.control.add_fault("reset_after", operation="access_token")
        world.control.revoke_token(refresh=False)
        external_id = world.place(next(world.skus), "renewal@example.com")
        wait_for(lambda: world.control.faults()[0]["hits"], PATIENCE, "the answer to be lost")
        world.pass_time()
        world.check()
        assert len(world.orders(external_id)) == 1
        assert world.backend_state() == ("connected", None)


def test_owner_withdrew_the_access(world):
    """Only the owner can help: one sentence asks for it, and everything that waited goes on."""
    with authorized(world):
        world.control.revoke_token()
        external_id = world.place(next(world.skus), "withdrawn@example.com")
        wait_for(lambda: world.backend_state()[0] == "paused", PATIENCE, "the backend to pause")
        assert world.backend_state() == ("paused", "authorization_ended")
        assert world.orders(external_id) == []
        assert "authorization" in world.banner() or "access" in world.banner()
        world.authorize()
        world.check()
        assert len(world.orders(external_id)) == 1
