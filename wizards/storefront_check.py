# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import secrets
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import hmac

from ..flows.flow import unit_of_work
from ..models import messages
from ..models.messages_check import REMEDIES
from ..platforms.errors import StorefrontError

TOPICS = [
    ("address", "Address of this Odoo"),
    ("store", "Store"),
    ("access", "Access"),
    ("locations", "Locations"),
    ("taxes", "Taxes and rounding"),
    ("webhooks", "Webhooks"),
    ("work", "Work in Odoo"),
]
LEVELS = [("problem", "Problem"), ("warning", "Warning"), ("ok", "OK")]


class Finding(NamedTuple):
    """One line of a check. ``code`` and ``params`` become words when somebody reads them."""

    topic: str
    level: str
    code: str
    params: dict

    @classmethod
    def of_error(cls, topic, error):
        return cls(topic, "problem", error.code, dict(error.params))


class StorefrontCheck(models.TransientModel):
    """Test Connection: what stands between this database and a storefront. Changes neither."""

    _name = "storefront.check"
    _description = "Storefront Connection Test"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, index=True, ondelete="cascade"
    )
    line_ids = fields.One2many("storefront.check.line", "check_id")
    nonce = fields.Char(required=True, default=lambda self: secrets.token_urlsafe(24), index=True)

    def _run(self):
        """Look at everything, and keep what was found as lines."""
        self.ensure_one()
        self.line_ids = [
            fields.Command.create({"sequence": number, **finding._asdict()})
            for number, finding in enumerate(self._findings())
        ]

    def _findings(self):
        """Yield every Finding. A storefront that refuses is one, and ends what it is asked."""
        yield from chain(self._check_address(), self._check_work())
        try:
            adapter = self.backend_id._adapter()
            report = adapter.check_connection()
        except StorefrontError as error:
            yield Finding.of_error("store", error)
            return
        yield from chain(
            self._check_store(report), self._check_scopes(report), self._check_taxes(report)
        )
        for topic, check in (
            ("locations", self._check_locations),
            ("webhooks", self._check_webhooks),
        ):
            try:
                yield from check(adapter)
            except StorefrontError as error:
                yield Finding.of_error(topic, error)

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connection of %s", self.backend_id.display_name),
            "res_model": "storefront.check.line",
            "view_mode": "list",
            "domain": [("check_id", "=", self.id)],
            "context": {
                "group_by": ["topic"],
                "default_backend_id": self.backend_id.id,
                "create": False,
            },
        }

    @api.model
    def _fingerprint(self, nonce):
        """Return what only this very database answers to a nonce one of its checks has stored.

        A copy has the same key; one under the same name even has the same identity. Only the
        database that asks knows the nonce."""
        knows = bool(self.sudo().search_count([("nonce", "=", nonce)], limit=1))
        identity = self.env["storefront.backend"]._database_identity()
        return hmac(self.sudo().env, "storefront.health", (identity, nonce, knows))


class StorefrontCheckLine(models.TransientModel):
    _name = "storefront.check.line"
    _description = "Storefront Connection Test Line"
    _order = "sequence, id"

    check_id = fields.Many2one("storefront.check", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer()
    topic = fields.Selection(TOPICS, required=True, group_expand=True)
    level = fields.Selection(LEVELS, string="Result", required=True)
    code = fields.Char(required=True)
    params = fields.Json()
    sentence = fields.Text(string="Found", compute="_compute_words")
    remedy = fields.Text(string="What to Do", compute="_compute_words")

    @api.depends("code", "params")
    @api.depends_context("lang")
    def _compute_words(self):
        for line in self:
            line.sentence = messages.render(self.env, line.code, line.params)
            remedy = REMEDIES.get(line.code)
            line.remedy = self.env._(remedy) if remedy else ""

    @api.model
    def action_test_again(self):
        """Test the same backend anew."""
        backend_id = self.env.context.get("default_backend_id")
        backend = self.env["storefront.backend"].browse(backend_id).exists()
        return backend.action_test_connection()


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    @api.constrains("webhook_base_url")
    def _check_webhook_base_url(self):
        for url in filter(None, self.mapped("webhook_base_url")):
            if not _is_web_address(url):
                raise ValidationError(messages.render(self.env, "address_invalid", {"url": url}))

    def action_test_connection(self):
        """Show what stands between this database and the storefront; changes neither.

        Like Connect it calls the storefront inline: its answers are what the user waits for."""
        self.ensure_one()
        self.check_access("write")
        with unit_of_work(self.env):
            # Committed first: our own address is asked whether it knows this check.
            check = self.env["storefront.check"].create({"backend_id": self.id})
        check._run()
        return check._action_open()


def _is_web_address(text):
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
