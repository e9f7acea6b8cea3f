# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL

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
        names = {name for name in names if name}
        known = self._known(backend)
        unknown = names.difference(known)
        if unknown:
            found = self.search_fetch(
                [("backend_id", "=", backend.id), ("name", "in", sorted(unknown))],
                self._found_fields(),
                order="id",  # the model's own order would join and read the backend
            )
            for name in unknown:
                known[name] = found.filtered(lambda one, name=name: one.name == name)._ids
        return self.browse(sorted(one for name in names for one in known[name]))

    def _known(self, backend):
        """Return {word: ids} of what this transaction has looked for: an order asks several times,
        and what is read is kept as long."""
        memo = self.env.cr.cache.setdefault(MEMO, {})
        return memo.setdefault((self._name, self.env.uid, backend.id), {})

    @api.model
    def _read_ahead(self, backend, words):
        """Look for ``{model: words}`` in one query: each of `_find`'s takes longer than what it
        finds. No access is checked: only for who may read all mappings of ``backend``."""
        queries = []
        for name, asked in words.items():
            model = self.env[name]
            known = model._known(backend)
            unknown = {word for word in asked if word and word not in known}
            known.update(dict.fromkeys(unknown, ()))
            if unknown:
                model.flush_model(model._found_fields())
                queries.append(
                    SQL(
                        "SELECT %s, id, name, to_jsonb(mapping) FROM %s AS mapping"
                        " WHERE backend_id = %s AND name = ANY(%s)",
                        name,
                        SQL.identifier(model._table),
                        backend.id,
                        sorted(unknown),
                    )
                )
        if not queries:
            return
        rows = self.env.execute_query(SQL("%s ORDER BY 2", SQL(" UNION ALL ").join(queries)))
        for name, mapping_id, word, values in rows:
            mapping = self.env[name].browse(mapping_id)
            known = mapping._known(backend)
            known[word] = (*known[word], mapping_id)
            for field in map(mapping._fields.get, mapping._found_fields()):
                value = field.convert_to_cache(values[field.name], mapping, validate=False)
                field._insert_cache(mapping, [value])

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
