# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Actions of Odoo's web client that more than one model returns."""

from typing import Any


def open_records(records: Any, name: str) -> dict[str, Any]:
    """Return the action that opens records: the form of one, a list of several."""
    action = {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": records._name,
        "view_mode": "list,form",
        "domain": [("id", "in", records.ids)],
    }
    if len(records) == 1:
        action.update(view_mode="form", res_id=records.id)
    return action
