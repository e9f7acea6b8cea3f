# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

JOB_GROUP = "storefront_connector.group_storefront_outbound"


class StorefrontLinkLine(models.Model):
    """One variant of the storefront within a run: what fits it, and what becomes of it."""

    _name = "storefront.link.line"
    _description = "Storefront Variant to Link"
    _order = "link_id, id"
    _rec_name = "name"
    _check_company_auto = True

    link_id = fields.Many2one("storefront.link", required=True, readonly=True, ondelete="cascade")
    backend_id = fields.Many2one(related="link_id.backend_id")
    company_id = fields.Many2one(related="link_id.backend_id.company_id")
    run_state = fields.Selection(related="link_id.state", string="Run")
    result = fields.Selection(
        [
            ("matched", "Matched"),
            ("ambiguous", "Ambiguous"),
            ("missing", "Missing in Odoo"),
            ("known", "Linked before"),
        ],
        string="Found",
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("several_products", "Several products fit"),
            ("several_variants", "Several variants fit the product"),
            ("product_taken", "Linked to another variant"),
            ("marker_conflict", "Marker and SKU disagree"),
            ("marker_unconfirmed", "Marker only: another database's?"),
            ("similar", "Differs in case or spaces"),
            ("archived", "The product is archived"),
            ("indistinct", "Shoppers can't choose it"),
            ("no_code", "Neither SKU nor barcode"),
            ("product_gone", "Product gone or archived since"),
            ("linked_since", "Linked by hand since"),
            ("taken_since", "Linked to another variant since"),
            ("changed_since", "Changed by hand since"),
        ],
        readonly=True,
    )
    state = fields.Selection(
        [
            ("undecided", "To decide"),
            ("to_link", "To link"),
            ("to_update", "To refresh"),
            ("excluded", "Left out"),
            ("known", "Unchanged"),
            ("linked", "Linked"),
            ("updated", "Refreshed"),
            ("refused", "Not linked"),
            ("undone", "Unlinked"),
            ("kept", "Kept"),
        ],
        string="Outcome",
        required=True,
        readonly=True,
    )
    external_id = fields.Char(string="External ID", required=True, readonly=True)
    product_external_id = fields.Char(readonly=True)
    inventory_external_id = fields.Char(readonly=True)
    name = fields.Char(string="Storefront Name", readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    barcode = fields.Char(readonly=True)
    marker = fields.Char(string="Marker Found", readonly=True)
    is_alike = fields.Boolean(
        readonly=True, help="Nothing shoppers are offered tells it from others of its product."
    )
    matched_by = fields.Selection(
        [("marker", "Marker"), ("sku", "SKU"), ("barcode", "Barcode")], readonly=True
    )
    match_product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="set null"
    )
    candidate_ids = fields.Many2many("product.product", string="Candidates", readonly=True)
    product_id = fields.Many2one(
        "product.product", check_company=True, index="btree_not_null", ondelete="set null"
    )
    message = fields.Char(
        string="Marker Refused", readonly=True, help="The link stands without the marker."
    )

    _external_uniq = models.UniqueIndex("(link_id, external_id)")
    _product_uniq = models.UniqueIndex(
        "(link_id, product_id) WHERE state = 'to_link'",
        "This product is chosen for another variant already. Each variant needs its own.",
    )
    _state_idx = models.Index("(link_id, state, id)")
    _result_idx = models.Index("(link_id, result)")
    _match_idx = models.Index("(link_id, match_product_id) WHERE match_product_id IS NOT NULL")

    def write(self, vals):
        """Override to keep a choice within the review, and to let it decide the outcome.

        People choose the product and nothing else; what a run found and did is for its jobs."""
        if "product_id" not in vals:
            if not (self.env.su or self.env.user.has_group(JOB_GROUP)):
                raise AccessError(self.env._("Only the product of a variant can be changed."))
            return super().write(vals)
        self._check_in_review()
        chosen = self.env["product.product"].browse(vals["product_id"] or [])
        self._check_choice(chosen)
        state = "to_link" if chosen else "undecided"
        return super().write({"product_id": chosen.id, "state": state})

    def _check_in_review(self):
        if any(line.run_state != "to_review" for line in self):
            raise UserError(
                self.env._(
                    "Products are chosen while the run waits for review, not before or after."
                )
            )
        if any(line.result == "known" for line in self):
            raise UserError(
                self.env._(
                    "This variant is linked already. Change the product under Linked Products."
                )
            )

    def _check_choice(self, product):
        """Raise UserError where ``product`` can't be linked to these variants."""
        if not product:
            return
        if len(self) > 1:
            raise UserError(self.env._("Each variant needs a product of its own."))
        taken = self.env["storefront.binding.variant"]._find_living(self.link_id, product)
        if taken:
            raise UserError(
                self.env._(
                    "“%(product)s” is linked to the variant “%(variant)s” already.",
                    product=product.display_name,
                    variant=taken.name or taken.external_id,
                )
            )

    # buttons of the list

    def action_take_candidate(self):
        """Choose the candidate where there is exactly one."""
        self.check_access("write")
        for line in self.filtered(lambda line: line.state in ("undecided", "excluded")):
            if len(line.candidate_ids) == 1:
                line.product_id = line.candidate_ids

    def action_exclude(self):
        """Leave the variants out of this run."""
        self.check_access("write")
        self._check_in_review()
        open_lines = self.filtered(lambda line: line.state in ("undecided", "to_link"))
        open_lines.sudo().write({"state": "excluded"})

    def action_include(self):
        """Take the variants up again that were left out."""
        self.check_access("write")
        self._check_in_review()
        for line in self.filtered(lambda line: line.state == "excluded"):
            line.sudo().state = "to_link" if line.product_id else "undecided"

    # what the jobs write

    def _matched_by(self):
        """Return how the chosen product was found."""
        return self.matched_by if self.product_id == self.match_product_id else "manual"

    def _leave_to_human(self, reason):
        """Take back the product a variant was matched with; it stays as a candidate."""
        self.flush_recordset()
        self.env.cr.execute(
            "INSERT INTO product_product_storefront_link_line_rel"
            " (storefront_link_line_id, product_product_id)"
            " SELECT id, match_product_id FROM storefront_link_line WHERE id = ANY(%s)"
            " ON CONFLICT DO NOTHING",
            [self.ids],
        )
        self.env.cr.execute(
            "UPDATE storefront_link_line SET result = 'ambiguous', state = 'undecided',"
            " reason = %s, product_id = NULL WHERE id = ANY(%s)",
            [reason, self.ids],
        )
        self.invalidate_recordset()
