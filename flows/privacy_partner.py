# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Takes from contacts what tells who they are; the rows stay for the orders that name them."""

from odoo import fields, models

# The country stays: taxes and statistics need it, and it names nobody.
PERSONAL_FIELDS = (
    "email",
    "phone",
    "street",
    "street2",
    "city",
    "zip",
    "state_id",
    "vat",
    "ref",
    "website",
    "function",
    "comment",
    "company_name",
    "company_registry",
    "barcode",
    "partner_latitude",
    "partner_longitude",
    "image_1920",
)


class StorefrontPrivacyPartner(models.AbstractModel):
    _name = "storefront.privacy.partner"
    _description = "Storefront Contact Anonymisation"

    def _anonymise(self, backend, partners):
        """Anonymise contacts; return {what else was removed: how many}."""
        orders = self.env["sale.order"].search([("partner_id", "in", partners.ids)])
        removed = {
            "messages": self._remove_messages(partners, orders),
            "files": self._remove_files(partners, orders),
        }
        partners.bank_ids.unlink()
        # A contact shares its company's address: emptied here, it would be emptied there.
        partners.filtered(
            lambda one: one.type == "contact" and one.parent_id and one.parent_id not in partners
        ).type = "other"
        values = {name: False for name in PERSONAL_FIELDS if name in partners._fields}
        partners.with_context(tracking_disable=True, no_vat_validation=True).write(
            {
                **values,
                "name": self.env._("Erased customer"),
                "active": False,
                "storefront_redacted_at": fields.Datetime.now(),
            }
        )
        # Drafts and cancelled invoices keep a copy of the name; posted ones forbade all this.
        moves = self.env["account.move"].search([("partner_id", "in", partners.ids)])
        self.env.add_to_compute(moves._fields["invoice_partner_display_name"], moves)
        return removed

    def _remove_messages(self, partners, orders):
        """Remove the contacts' own chatter, and what they wrote or were sent on orders."""
        messages = self.env["mail.message"]
        found = messages.search([("model", "=", "res.partner"), ("res_id", "in", partners.ids)])
        found |= messages.search(
            [
                ("model", "=", "sale.order"),
                ("res_id", "in", orders.ids),
                "|",
                ("author_id", "in", partners.ids),
                ("partner_ids", "in", partners.ids),
            ]
        )
        self.env["mail.mail"].search([("mail_message_id", "in", found.ids)]).unlink()
        count = len(found)
        found.unlink()
        return count

    def _remove_files(self, partners, orders):
        """Remove what is attached: a quotation's print names the customer."""
        files = self.env["ir.attachment"].search(
            [
                ("res_field", "=", False),
                "|",
                "&",
                ("res_model", "=", "res.partner"),
                ("res_id", "in", partners.ids),
                "&",
                ("res_model", "=", "sale.order"),
                ("res_id", "in", orders.ids),
            ]
        )
        count = len(files)
        files.unlink()
        return count
