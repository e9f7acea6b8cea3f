# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dataclasses import replace
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.messages import render
from ..platforms import errors
from .common import StorefrontCase


@tagged("post_install", "-at_install")
class TestAuthorization(StorefrontCase):
    def setUp(self):
        super().setUp()
        self.backend.write({"shopify_access": "authorization", "shopify_client_id": "app-1"})

    def authorizations(self):
        return self.env["storefront.authorization"].search([("backend_id", "=", self.backend.id)])

    def test_button_needs_users_and_the_right_to_manage(self):
        backend = self._draft_backend("New", self.company)
        with self.assertRaises(UserError) as caught:
            backend.action_authorize()
        self.assertEqual(str(caught.exception), render(self.env, "user_missing"))
        user = new_test_user(
            self.env,
            "onlooker",
            "storefront_connector.group_storefront_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.backend.with_user(user).action_authorize()
        self.assertFalse(self.authorizations())

    def test_button_says_which_setting_is_missing(self):
        self.backend.shopify_client_id = False
        with self.assertRaises(UserError) as caught:
            self.backend.action_authorize()
        self.assertIn("A setting this connection needs is missing", str(caught.exception))

    def test_copy_asks_nobody(self):
        self.backend.connected_database = "elsewhere/1"
        with self.assertRaises(UserError) as caught:
            self.backend.action_authorize()
        self.assertEqual(str(caught.exception), render(self.env, "other_database"))

    def test_states_are_never_the_same(self):
        begin = self.env["storefront.authorization"]._begin
        self.assertEqual(len({begin(self.backend) for _time in range(20)}), 20)

    def test_state_is_used_up_once_by_two_at_a_time(self):
        authorizations = self.env["storefront.authorization"]
        state = authorizations._begin(self.backend)
        self.assertEqual(authorizations._redeem(state), self.backend)
        with self.assertRaises(errors.AuthFailed) as caught:
            self.authorizations()._use_up()
        self.assertEqual(caught.exception.code, "state_used")

    def test_old_ones_are_forgotten_after_a_day(self):
        authorizations = self.env["storefront.authorization"]
        authorizations._begin(self.backend)
        row = self.authorizations()
        row.expires_at = fields.Datetime.now() - timedelta(hours=23)
        authorizations._gc_expired()
        self.assertTrue(row.exists())
        row.expires_at = fields.Datetime.now() - timedelta(hours=25)
        authorizations._gc_expired()
        self.assertFalse(row.exists())

    # banners

    def test_nothing_to_say_of_a_sound_connection(self):
        self.assertFalse(self.backend.banner_danger or self.backend.banner_warning)
        self.assertFalse(self.backend.banner_info)
        self.assertFalse(self.backend.needs_owner)

    def test_banner_when_more_scopes_are_needed(self):
        self.shop.report = replace(self.shop.report, missing_scopes=("read_more",))
        self.job("health")
        missing = render(self.env, "missing_scope", {"scopes": "read_more"})
        wanted = (
            "The button above leads to the store's own page, where its owner can grant the access "
            "again."
        )
        self.assertEqual(set(self.backend.banner_warning.split("\n")), {missing, wanted})
        self.assertTrue(self.backend.needs_owner)

    def test_banner_when_the_access_has_ended(self):
        self.backend._pause_for(errors.AuthFailed("unauthorized"))
        self.assertIn(render(self.env, "unauthorized"), self.backend.banner_danger)
        self.assertEqual(self.backend.banner_warning, render(self.env, "authorization_wanted"))
        self.backend.shopify_access = "token"
        self.backend.invalidate_recordset()
        self.assertFalse(self.backend.banner_warning)

    def test_no_banner_for_other_trouble(self):
        self.backend._pause_for(errors.NotConfigured("store_frozen"))
        self.assertFalse(self.backend.needs_owner)
        self.assertFalse(self.backend.banner_warning)
