# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL

MEMO = "storefront_connector.mappings"
# What mappings are looked for by, and by whom.
Key = namedtuple("Key", "model uid backend_id names")


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
        key = self._key(backend, names)
        if not key.names:
            return self.browse()
        # An order asks several times; kept as long as what the transaction reads is.
        memo = self.env.cr.cache.setdefault(MEMO, {})
        if key not in memo:
            found = self.search_fetch(
                [("backend_id", "=", backend.id), ("name", "in", key.names)],
                self._found_fields(),
                order="id",  # the model's own order would join and read the backend
            )
            memo[key] = found._ids
        return self.browse(memo[key])

    def _key(self, backend, names):
        names = tuple(sorted({name for name in names if name}))
        return Key(self._name, self.env.uid, backend.id, names)

    @api.model
    def _find_at_once(self, backend, wanted):
        """Have ``_find`` find words of several kinds, all in one query.

        ``wanted``: (model, words) of each kind. The rows are those of a backend the flow was given,
        so no rule is asked."""
        kinds = [(self.env[name], self.env[name]._key(backend, words)) for name, words in wanted]
        kinds = [(mappings, key) for mappings, key in kinds if key.names]
        if not kinds:
            return
        queries = [mappings._rows_query(key, place) for place, (mappings, key) in enumerate(kinds)]
        found = self.env.execute_query(SQL(" UNION ALL ").join(queries))
        memo = self.env.cr.cache.setdefault(MEMO, {})
        for place, (mappings, key) in enumerate(kinds):
            rows = sorted((row for at, row in found if at == place), key=lambda row: row["id"])
            memo[key] = mappings._keep(rows)

    def _rows_query(self, key, place):
        """Return the query of the rows with the words of ``key``, each behind ``place``."""
        self.flush_model()
        return SQL(
            "SELECT %s, to_jsonb(mapping) FROM %s mapping WHERE backend_id = %s AND name = ANY(%s)",
            place,
            SQL.identifier(self._table),
            key.backend_id,
            list(key.names),
        )

    def _keep(self, rows):
        """Have the ORM know what these rows say; return their ids."""
        records = self.browse(row["id"] for row in rows)
        for name in self._found_fields():
            self._fields[name]._insert_cache(records, [row[name] for row in rows])
        return records._ids

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
