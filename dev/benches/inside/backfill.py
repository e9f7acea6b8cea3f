# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The buttons a manager presses to import a history; called over `OdooProcess`."""

from . import webhook


def prepare(env, store):
    """Connect a backend; return the path its webhooks go to."""
    return webhook.prepare(env, store)


def read(env):
    """Ask for all orders there are, without deliveries; the job runner reads them."""
    backend = env["storefront.backend"].search([])
    wizard = env["storefront.import.wizard"].create(
        {
            "backend_id": backend.id,
            "source": "dates",
            "date_from": False,
            "date_to": False,
            "without_delivery": True,
        }
    )
    wizard.action_read()


def apply(env):
    env["storefront.import"].search([]).action_apply()
