# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Products linked the way a manager does it: read the variants, look, apply."""

from .report import wait_for


def read(odoo, backend_id, patience):
    """Press Link Products and wait for the review; return the run's id."""
    action = odoo.call("storefront.backend", "action_link_products", [backend_id])
    _wait(odoo, action["res_id"], "to_review", patience)
    return action["res_id"]


def apply(odoo, link_id, patience):
    """Agree with the review and wait until everything is linked and marked."""
    odoo.call("storefront.link", "action_apply", [link_id])
    _wait(odoo, link_id, "done", patience)


def figures(odoo, link_id, *names):
    """Return what a run counted: `matched` for its field `matched_count`, and so on."""
    fields = [f"{name}_count" for name in names]
    link = odoo.read("storefront.link", [link_id], fields)[0]
    return tuple(link[field] for field in fields)


def _wait(odoo, link_id, state, patience):
    wait_for(
        lambda: odoo.read("storefront.link", [link_id], ["state"])[0]["state"] == state,
        patience,
        f"the linking run to be {state}",
    )
