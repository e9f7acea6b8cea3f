# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models import messages
from ..models.secret_settings import secret_box
from ..models.storefront_secret import SECRET_MASK
from ..tools.secret_box import KeyInvalid


class StorefrontSecretReplace(models.TransientModel):
    """The dialog in which a credential is replaced, or the replacement taken back.

    What is entered is sealed before it is written, for the dialog is saved before its button is
    pressed, and its row is emptied by the button."""

    _name = "storefront.secret.replace"
    _description = "Replace a Storefront Secret"

    backend_id = fields.Many2one("storefront.backend", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    label = fields.Char(compute="_compute_label")
    status = fields.Char(compute="_compute_status")
    has_previous = fields.Boolean(compute="_compute_status")
    new_value = fields.Char(
        compute="_compute_new_value", inverse="_inverse_new_value", copy=False, exportable=False
    )
    sealed_value = fields.Char(groups=fields.NO_ACCESS, copy=False, exportable=False)
    reason = fields.Selection(
        [("planned", "It is renewed as planned"), ("leaked", "The old one has leaked")],
        string="Why",
        default="planned",
        required=True,
    )
    keep_hours = fields.Selection(
        [
            ("1", "1 hour"),
            ("4", "4 hours"),
            ("24", "1 day"),
            ("72", "3 days"),
            ("168", "7 days"),
        ],
        string="Accept the old one for",
        default="1",
        required=True,
    )

    @api.depends("backend_id", "name")
    def _compute_label(self):
        for wizard in self:
            field = wizard.backend_id._fields.get(wizard.name or "")
            wizard.label = field._description_string(self.env) if field else False

    @api.depends("backend_id", "name")
    def _compute_status(self):
        secrets = self.env["storefront.secret"].sudo()
        for wizard in self:
            secret = secrets._find(wizard.backend_id, wizard.name)
            wizard.status = secret._status() if secret else False
            wizard.has_previous = bool(secret and secret._previous_if_valid())

    @api.depends("sealed_value")
    def _compute_new_value(self):
        for wizard in self:
            wizard.new_value = SECRET_MASK if wizard.sudo().sealed_value else False

    def _inverse_new_value(self):
        for wizard in self:
            value = (wizard.new_value or "").strip()
            wizard.invalidate_recordset(["new_value"], flush=False)
            if value != SECRET_MASK:
                wizard.sudo().sealed_value = wizard._seal(value) if value else False

    def _seal(self, value):
        try:
            return secret_box().seal(value, self._context())
        except KeyInvalid as error:
            params = {"number": error.number}
            sentence = messages.render(self.env, "secret_key_invalid", params)
            raise ValidationError(sentence) from None

    def _context(self):
        return f"{self.backend_id.id}/{self.name}"

    def action_replace(self):
        """Put what was entered in force."""
        self._check()
        sealed = self.sudo().sealed_value
        value = secret_box().open(sealed, self._context()) if sealed else ""
        keep = None
        if self.reason == "planned":
            keep = timedelta(hours=int(self.keep_hours))
        self.backend_id._replace_secret(self.name, value, keep)
        return self._close()

    def action_restore(self):
        """Go back to the secret before, while it is accepted."""
        self._check()
        self.backend_id._restore_secret(self.name)
        return self._close()

    def action_void(self):
        """Accept the secret before no longer."""
        self._check()
        self.backend_id._void_previous_secret(self.name)
        return self._close()

    def _check(self):
        self.ensure_one()
        self.check_access("write")
        self.backend_id._check_secret_access(self.name)

    def _close(self):
        self.sudo().sealed_value = False
        return {"type": "ir.actions.act_window_close"}
