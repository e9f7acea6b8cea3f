# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An administrator in a browser: replaces a secret, goes back, and voids one that has leaked."""

import os
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ..models.storefront_secret import SECRET_MASK
from .browser import Browser
from .common import SECRET_KEY


@tagged("post_install", "-at_install")
class TestSecretTour(Browser, HttpCase):
    def test_rotate_a_secret(self):
        self.startPatcher(patch.dict(os.environ, {"STOREFRONT_SECRET_KEYS": SECRET_KEY}))
        backend = self.env["storefront.backend"].create(
            {
                "name": "Rotating shop",
                "platform": "shopify",
                "url": "https://rotating.example",
                "shopify_client_id": "app",
                "shopify_client_secret": "shpss_first",
                "state": "connected",
            }
        )
        self.start_tour("/odoo/storefronts", "storefront_rotate_secret", login="admin")
        self.assertEqual(backend._webhook_secrets(), ["shpss_third"])
        self.assertEqual(backend.shopify_client_secret, SECRET_MASK)
        said = " ".join(backend.message_ids.mapped("preview"))
        self.assertEqual(said.count("Client Secret: "), 4)
        self.assertNotIn("shpss", said)
