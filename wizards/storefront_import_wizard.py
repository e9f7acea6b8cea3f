# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import csv
import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..models.storefront_import import OPEN_STATES
from ..models.storefront_import_line import plain_number

SEPARATORS = re.compile(r"[\s,;]+")
# What a column of order numbers is called in the files people have: exports of shops and of Odoo.
HEADERS = {
    "name",
    "number",
    "order",
    "order name",
    "order no",
    "order no.",
    "order number",
    "order reference",
    "customer reference",
    "client_order_ref",
    "increment id",
    "increment_id",
    "reference",
}
SHOWN = 5


class StorefrontImportWizard(models.TransientModel):
    """Which orders to import, and how. What would become of them is read before anything is
    written."""

    _name = "storefront.import.wizard"
    _description = "Import Storefront Orders"

    backend_id = fields.Many2one("storefront.backend", required=True, ondelete="cascade")
    source = fields.Selection(
        [
            ("numbers", "Order numbers"),
            ("dates", "All orders of a period"),
            ("file", "A file of order numbers"),
        ],
        string="Import",
        default="numbers",
        required=True,
    )
    numbers = fields.Text(string="Order Numbers")
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    date_from = fields.Datetime(string="Placed From")
    date_to = fields.Datetime(
        string="Placed Before",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        help="At first when the store was connected: later orders come in by themselves.",
    )
    target = fields.Selection(
        [
            ("workflow", "As the storefront's settings say"),
            ("quotation", "Leave quotations"),
        ],
        string="How Far",
        default="workflow",
        required=True,
    )
    without_delivery = fields.Boolean(
        string="Without mails, activities or deliveries",
        compute="_compute_without_delivery",
        store=True,
        readonly=False,
    )
    number_count = fields.Integer(compute="_compute_found", string="Numbers")
    found = fields.Char(compute="_compute_found", help="The first of the numbers.")
    hidden = fields.Char(compute="_compute_hidden")
    open_import_id = fields.Many2one("storefront.import", compute="_compute_open_import_id")

    @api.depends("backend_id")
    def _compute_date_to(self):
        for wizard in self:
            wizard.date_to = wizard.backend_id.connected_at

    @api.depends("source")
    def _compute_without_delivery(self):
        """Propose what a history needs: nobody picks again what was delivered long ago."""
        for wizard in self:
            wizard.without_delivery = wizard.source == "dates"

    @api.depends("source", "numbers", "file", "file_name")
    def _compute_found(self):
        for wizard in self:
            found = wizard._find_numbers()
            wizard.number_count = len(found)
            more = ["…"] if len(found) > SHOWN else []
            wizard.found = ", ".join([*found[:SHOWN], *more])

    @api.depends("backend_id", "source", "date_from")
    @api.depends_context("lang")
    def _compute_hidden(self):
        for wizard in self:
            is_asked = wizard.source == "dates" and wizard.backend_id
            wizard.hidden = is_asked and wizard.backend_id._hidden_sentence(wizard.date_from)

    @api.depends("backend_id")
    def _compute_open_import_id(self):
        runs = self.env["storefront.import"]
        for wizard in self:
            domain = [("backend_id", "=", wizard.backend_id.id), ("state", "in", OPEN_STATES)]
            wizard.open_import_id = runs.search(domain, limit=1)

    # the numbers

    def _find_numbers(self):
        """Return the order numbers given, each once, in their order."""
        given = ()
        if self.source == "numbers":
            given = SEPARATORS.split(self.numbers or "")
        elif self.source == "file" and self.file:
            given = self._read_column()
        by_plain = {}
        for number in given:
            if plain_number(number):
                by_plain.setdefault(plain_number(number), number.strip())
        return list(by_plain.values())

    def _read_column(self):
        """Return the column of order numbers in the file: by its header, else the first one."""
        rows = self._read_rows()
        header = [_text(cell).casefold() for cell in rows[0]] if rows else []
        named = [index for index, name in enumerate(header) if name in HEADERS]
        column = named[0] if named else 0
        return [_text(row[column]) for row in rows[bool(named) :] if len(row) > column]

    def _read_rows(self):
        """Return the rows of the file; Odoo reads what it reads in its own imports."""
        content = base64.b64decode(self.with_context(bin_size=False).file)
        reader = self.env["base_import.import"].new(
            {"res_model": "sale.order", "file": content, "file_name": self.file_name}
        )
        try:
            read = reader._read_file({"quoting": '"', "separator": ""})
        except (ImportValidationError, ValueError, csv.Error) as error:
            raise UserError(self.env._("This file can't be read: %s", error)) from error
        return read[1] if read else []

    # reading

    def action_read(self):
        """Have the storefront's orders read, and open the run."""
        self.ensure_one()
        self.backend_id._check_connected()
        numbers = self._find_numbers()
        self._check(numbers)
        run = self.env["storefront.import"].create(self._prepare_import_vals())
        self.env["storefront.import.line"]._note_numbers(run, numbers)
        self.backend_id._wake("history")
        return run._action_open()

    def action_open_import(self):
        """Open the run that isn't finished."""
        self.ensure_one()
        self.open_import_id.check_access("read")
        return self.open_import_id._action_open()

    def _check(self, numbers):
        if self.source != "dates" and not numbers:
            raise UserError(self.env._("Enter at least one order number."))
        if self.date_from and self.date_to and self.date_from >= self.date_to:
            raise UserError(self.env._("The period ends before it begins."))

    def _prepare_import_vals(self):
        by_date = self.source == "dates"
        return {
            "backend_id": self.backend_id.id,
            "shop_external_id": self.backend_id.shop_external_id,
            "source": self.source,
            "date_from": by_date and self.date_from,
            "date_to": by_date and self.date_to,
            "file_name": self.source == "file" and self.file_name,
            "without_delivery": self.without_delivery,
            "target": self.target,
        }


def _text(cell):
    return str(cell).strip()
