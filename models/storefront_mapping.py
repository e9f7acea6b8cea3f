# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

MEMO = "storefront_connector.mappings"


class StorefrontMapping(models.AbstractModel):
    """What one word of a storefront stands for in Odoo. A word that is new is noted by itself."""

    _name = "storefront.mapping"
    _description = "Storefront Mapping"
    _order = "backend_id, name"
    _check_company_auto = True

    backend_id = fields.Many2one(
        "storefront.backend", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    name = fields.Char(string="In the Storefront", required=True, help="As the storefront has it.")

    def _find(self, backend, names):
        """Return the mappings of these words, as far as there are any."""
        names = tuple(sorted({name for name in names if name}))
        if not names:
            return self.browse()
        # An order asks several times; kept as long as what the transaction reads is.
        memo = self.env.cr.cache.setdefault(MEMO, {})
        key = (self._name, self.env.uid, backend.id, names)
        if key not in memo:
            found = self.search_fetch(
                [("backend_id", "=", backend.id), ("name", "in", names)],
                self._found_fields(),
                order="id",  # the model's own order would join and read the backend
            )
            memo[key] = found._ids
        return self.browse(memo[key])

    @api.model_create_multi
    def create(self, vals_list):
        """Override to have words looked for again."""
        self.env.cr.cache.pop(MEMO, None)
        return super().create(vals_list)

    def write(self, vals):
        """Override to have words looked for again."""
        self.env.cr.cache.pop(MEMO, None)
        return super().write(vals)

    def unlink(self):
        """Override to have words looked for again."""
        self.env.cr.cache.pop(MEMO, None)
        return super().unlink()

    def _found_fields(self):
        """Return the fields a flow reads of what it finds: in the query that finds it."""
        return ["name"]

    def _find_or_note(self, backend, names, **vals):
        """Return the mappings of these words; those seen for the first time are noted."""
        found = self._find(backend, names)
        known = set(found.mapped("name"))
        missing = [name for name in dict.fromkeys(names) if name and name not in known]
        if missing:
            # Two orders that bring the same new word at once.
            self.env["storefront.flow"]._lock(
                [f"{self._name}:{backend.id}:{name}" for name in missing]
            )
            found |= self.create(
                [
                    {"backend_id": backend.id, "name": name, **vals, **self._noted(backend, name)}
                    for name in missing
                ]
            )
        return found

    def _noted(self, backend, name):
        """Return what a mapping begins with that nobody made."""
        return {}

    def _leaves_out(self):
        """Whether an order that brings this word isn't imported."""
        return False

    def _words_left_out(self, backend, names):
        """Return which of these words keep an order from coming in. Notes none that is new."""
        found = {mapping.name: mapping for mapping in self._find(backend, list(names))}
        mappings = {name: found.get(name) or self.new(self._noted(backend, name)) for name in names}
        return {name for name, mapping in mappings.items() if mapping._leaves_out()}

    def _resume(self, code):
        """Go on with what waited for these mappings, where an issue of this code says so."""
        for backend, mappings in self.grouped("backend_id").items():
            keys = [f"{code}:{name}" for name in mappings.mapped("name")]
            self.env["storefront.issue"].search(
                [("backend_id", "=", backend.id), ("key", "in", keys), ("state", "=", "open")]
            ).action_retry()
