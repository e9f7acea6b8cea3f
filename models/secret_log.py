# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keep what is entered as a credential out of the server's log.

At log level ``debug`` Odoo writes the arguments of every call a client makes (`call_kw` in
``odoo/service/model.py`` of 19.0), and saving a backend is a call with a secret in it.
"""

import logging

CALLS = logging.getLogger("odoo.service.model")
SECRETIVE = frozenset(("storefront.backend", "storefront.secret", "storefront.secret.replace"))


class HideArguments(logging.Filter):
    """Replaces the arguments of calls on models that take secrets."""

    def filter(self, record):
        if isinstance(record.args, tuple) and len(record.args) > 2:
            records, method, *_arguments = record.args
            if getattr(records, "_name", "") in SECRETIVE:
                record.args = (records, method, "***")
        return True


CALLS.addFilter(HideArguments())
