# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .storefront_retention import EVENT_DAYS, OPERATION_DAYS, PAYLOAD_DAYS


def _days(setting):
    parameter, default = setting
    return fields.Integer(config_parameter=parameter, default=default)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    storefront_payload_days = _days(PAYLOAD_DAYS)
    storefront_event_days = _days(EVENT_DAYS)
    storefront_operation_days = _days(OPERATION_DAYS)

    @api.constrains("storefront_payload_days", "storefront_event_days", "storefront_operation_days")
    def _check_storefront_days(self):
        for settings in self:
            if settings.storefront_event_days < settings.storefront_payload_days:
                raise ValidationError(
                    self.env._("The content of a webhook can't be kept longer than the webhook.")
                )
            if min(settings.storefront_payload_days, settings.storefront_operation_days) < 1:
                raise ValidationError(self.env._("Data is kept for one day at least."))
