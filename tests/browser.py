# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tours in a browser: one that could not run has failed."""

from unittest import SkipTest
from unittest.mock import patch

from odoo.tests import common

from .common import StorefrontCase

# Odoo gives Chromium ten seconds to start, too few on a machine that runs other tests as well.
START_SECONDS = 60


class Browser:
    """To be put ahead of `HttpCase`."""

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Override of `odoo.tests`, which takes a timeout for one number, to let the browser speak
        to Odoo's own server: a `StorefrontCase` speaks to nobody."""
        if isinstance(kwargs.get("timeout"), tuple):
            kwargs["timeout"] = max(kwargs["timeout"])
        passed_over = StorefrontCase if issubclass(cls, StorefrontCase) else Browser
        return super(passed_over, cls)._request_handler(session, request, **kwargs)

    def start_tour(self, *args, **kwargs):
        """Override of `odoo.tests` to never skip a tour."""
        tries = int(START_SECONDS / common.CHECK_BROWSER_SLEEP)
        try:
            with patch.object(common, "CHECK_BROWSER_ITERATIONS", tries):
                return super().start_tour(*args, **kwargs)
        except SkipTest as error:
            self.fail(f"The tour did not run: {error}")
