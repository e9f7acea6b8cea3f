# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class StorefrontLink(models.Model):
    """One run that links the storefront's variants to products, with its progress."""

    _name = "storefront.link"
    _description = "Storefront Product Linking"
    _order = "id desc"
    _rec_name = "backend_id"

    backend_id = fields.Many2one(
        "storefront.backend", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="running",
        required=True,
        readonly=True,
    )
    cursor = fields.Char(readonly=True, help="Where the next page of the storefront begins.")
    seen_count = fields.Integer(string="Variants Read", readonly=True)
    linked_count = fields.Integer(string="Newly Linked", readonly=True)
    known_count = fields.Integer(string="Linked Before", readonly=True)
    line_ids = fields.One2many("storefront.link.line", "link_id", string="To Decide")
    ambiguous_count = fields.Integer(compute="_compute_line_counts")
    missing_count = fields.Integer(compute="_compute_line_counts")

    @api.depends("line_ids.result")
    def _compute_line_counts(self):
        for link in self:
            results = link.line_ids.mapped("result")
            link.ambiguous_count = results.count("ambiguous")
            link.missing_count = results.count("missing")

    def action_cancel(self):
        """Stop the run; what it linked stays linked."""
        self.check_access("write")
        self.filtered(lambda link: link.state == "running").write({"state": "cancelled"})


class StorefrontLinkLine(models.Model):
    _name = "storefront.link.line"
    _description = "Storefront Variant to Decide"
    _order = "result, id"
    _rec_name = "name"
    _check_company_auto = True

    link_id = fields.Many2one(
        "storefront.link", required=True, readonly=True, index=True, ondelete="cascade"
    )
    backend_id = fields.Many2one(related="link_id.backend_id")
    company_id = fields.Many2one(related="link_id.backend_id.company_id")
    result = fields.Selection(
        [("ambiguous", "Ambiguous"), ("missing", "Missing"), ("linked", "Linked by hand")],
        required=True,
        readonly=True,
    )
    external_id = fields.Char(string="External ID", readonly=True)
    product_external_id = fields.Char(readonly=True)
    inventory_external_id = fields.Char(readonly=True)
    name = fields.Char(string="Storefront Name", readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    barcode = fields.Char(readonly=True)
    candidate_ids = fields.Many2many("product.product", string="Candidates", readonly=True)
    product_id = fields.Many2one("product.product", check_company=True)

    def action_link(self):
        """Link the variant to the product chosen on the line."""
        self.check_access("write")
        for line in self:
            if not line.product_id:
                raise UserError(self.env._("Choose the product for “%s” first.", line.name))
            line.env["storefront.binding.variant"]._bind_by_hand(
                line.backend_id,
                {
                    "variant_external_id": line.external_id,
                    "product_external_id": line.product_external_id,
                    "inventory_external_id": line.inventory_external_id,
                    "name": line.name,
                    "sku": line.sku,
                },
                line.product_id,
            )
            line.result = "linked"


class StorefrontBackend(models.Model):
    _inherit = "storefront.backend"

    def action_link_products(self):
        """Start linking as a job and open its progress."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "connected":
            raise UserError(self.env._("Connect the backend first."))
        link = self._start_linking()
        return {
            "type": "ir.actions.act_window",
            "res_model": "storefront.link",
            "view_mode": "form",
            "res_id": link.id,
        }

    def _start_linking(self):
        """Have the variants read and linked by a job; return the run, the one that runs already."""
        self.ensure_one()
        runs = self.env["storefront.link"]
        link = runs.search([("backend_id", "=", self.id), ("state", "=", "running")], limit=1)
        self._wake("link")
        return link or runs.create({"backend_id": self.id})
