# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from .storefront_backend_jobs import wake_after_commit

MARKS = "storefront_connector.stock_marks"
# What an import reserves, its storefront has subtracted already: there is no hurry, and a burst of
# orders makes one push.
IMPORT_SECONDS = 2
# For whom a product is noted, where it isn't one backend's id: all, or those that show forecasts.
EVERYBODY = 0
FORECAST = -1


class StorefrontOutbox(models.Model):
    """Products whose stock may have changed and hasn't been sent yet.

    Append-only, without foreign keys or unique keys: a warehouse transaction must never wait for
    another one, or fail, because of the connector. The consumer deletes the rows it has read.
    """

    _name = "storefront.outbox"
    _description = "Storefront Stock Outbox"
    _order = "id"
    _log_access = False

    backend_id = fields.Integer(required=True, readonly=True)
    product_id = fields.Integer(required=True, readonly=True)
    company_id = fields.Integer(readonly=True)
    create_date = fields.Datetime(readonly=True)
    is_sold = fields.Boolean(
        readonly=True, help="The storefront itself has changed what it shows: it is read again."
    )
    backend_name = fields.Char(compute="_compute_names")
    product_name = fields.Char(compute="_compute_names")

    _drain_idx = models.Index("(backend_id, id)")

    def _compute_names(self):
        backends = self.env["storefront.backend"].browse(set(self.mapped("backend_id"))).exists()
        products = self.env["product.product"].browse(set(self.mapped("product_id"))).exists()
        for row in self:
            row.backend_name = backends.filtered(lambda b, r=row: b.id == r.backend_id).name
            row.product_name = products.filtered(lambda p, r=row: p.id == r.product_id).display_name

    def _collect(self, product_ids, scope=EVERYBODY, *, is_sold=False):
        """Note products whose stock changes in this transaction; written once, at its end.

        In ``precommit``, because a rolled back savepoint takes its notes with it. ``scope``: one
        backend's id, or see above; ``is_sold``: it comes from an order of that backend."""
        if not product_ids:
            return
        precommit = self.env.cr.precommit
        marks = precommit.data.get(MARKS)
        if marks is None:
            marks = precommit.data[MARKS] = set()
            precommit.add(self._flush_marks)
        marks.update((product_id, scope, is_sold) for product_id in product_ids)

    def _flush_marks(self):
        marks = self.env.cr.precommit.data.pop(MARKS, None)
        if marks:
            self._append(
                "backend.stock_is_live AND CASE given.scope WHEN 0 THEN true"
                " WHEN -1 THEN backend.stock_quantity = 'forecast'"
                " ELSE backend.id = given.scope END",
                [],
                marks,
            )

    def _mark_products(self, product_ids):
        """Append a row for each product and connected backend that sells it: one query."""
        if product_ids:
            self._append("true", [], {(one, EVERYBODY, False) for one in product_ids})

    def _mark_backends(self, backend_ids):
        """Append a row for every product the backends sell."""
        self._mark("backend.id = ANY(%s)", [list(backend_ids)])

    def _mark_bindings(self, binding_ids):
        """Append a row for each linked variant; return the last row's id."""
        self._mark("binding.id = ANY(%s)", [list(binding_ids)])
        self.env.cr.execute("SELECT max(id) FROM storefront_outbox")
        return self.env.cr.fetchone()[0] or 0

    def _mark(self, condition, params):
        self._append(condition, params, None)

    def _append(self, condition, params, marks):
        """Append what of ``marks`` (of all products: None) the condition holds for: one query."""
        given, join = "", ""
        if marks is not None:
            given = f"{self._given()}, "
            join = " JOIN given ON given.product_id = binding.product_id"
            params = [*map(list, zip(*sorted(marks), strict=True)), *params]
        sold = "bool_or(given.is_sold)" if join else "false"
        self.env.cr.execute(
            f"WITH RECURSIVE {given}marked AS (INSERT INTO storefront_outbox"
            " (backend_id, product_id, company_id, is_sold, create_date)"
            f" SELECT binding.backend_id, binding.product_id, backend.company_id, {sold},"
            " now() AT TIME ZONE 'UTC'"
            f" FROM storefront_binding_variant binding{join}"
            " JOIN storefront_backend backend ON backend.id = binding.backend_id"
            " WHERE backend.state != 'draft' AND backend.active"
            f" AND {condition} GROUP BY 1, 2, 3 RETURNING backend_id)"
            " SELECT DISTINCT marked.backend_id, backend.outbound_user_id,"
            " backend.inbound_user_id FROM marked"
            " JOIN storefront_backend backend ON backend.id = marked.backend_id"
            " WHERE backend.state = 'connected' AND backend.outbound_user_id IS NOT NULL",
            params,
        )
        for backend_id, user_id, importer_id in self.env.cr.fetchall():
            seconds = IMPORT_SECONDS if self.env.uid == importer_id else 0
            wake_after_commit(self.env, (backend_id, "stock", 0, seconds, user_id))

    def _given(self):
        """Return the recursive queries that end in what is given.

        Where there are kits: and the kits it is part of, kits of kits too, and of a kit sold its
        parts. More may be found than a variant's kit really has: then nothing differs, and
        nothing is sent."""
        given = "SELECT * FROM unnest(%s::int[], %s::int[], %s::bool[])"
        if "mrp.bom" not in self.env:
            return f"given (product_id, scope, is_sold) AS ({given})"
        boms = (
            " JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.type = 'phantom' AND bom.active"
            " JOIN product_product kit ON kit.product_tmpl_id = bom.product_tmpl_id"
            " AND (bom.product_id IS NULL OR bom.product_id = kit.id)"
        )
        return (
            f"part (product_id, scope, is_sold) AS ({given}"
            " UNION SELECT line.product_id, part.scope, part.is_sold FROM part"
            f" JOIN (mrp_bom_line line{boms}) ON kit.id = part.product_id WHERE part.scope > 0),"
            " given (product_id, scope, is_sold) AS (SELECT * FROM part"
            " UNION SELECT kit.id, given.scope, given.is_sold FROM given"
            f" JOIN (mrp_bom_line line{boms}) ON line.product_id = given.product_id)"
        )

    def _count_by_backend(self, backend_ids):
        """Return {backend id: number of products waiting}."""
        self.env.cr.execute(
            "SELECT backend_id, count(DISTINCT product_id) FROM storefront_outbox"
            " WHERE backend_id = ANY(%s) GROUP BY backend_id",
            [list(backend_ids)],
        )
        return dict(self.env.cr.fetchall())

    def _oldest_by_backend(self, backend_ids):
        """Return {backend id: naive UTC time of the change that has waited longest}."""
        self.env.cr.execute(
            "SELECT backend.id, (SELECT create_date FROM storefront_outbox waiting"
            " WHERE waiting.backend_id = backend.id ORDER BY id LIMIT 1)"
            " FROM unnest(%s::int[]) AS backend (id)",
            [list(backend_ids)],
        )
        return dict(self.env.cr.fetchall())

    def _has_rows(self, backend, last_id):
        """Whether a row up to ``last_id`` waits."""
        self.env.cr.execute(
            "SELECT EXISTS (SELECT 1 FROM storefront_outbox WHERE backend_id = %s AND id <= %s)",
            [backend.id, last_id],
        )
        return self.env.cr.fetchone()[0]

    def _waiting_products(self, backend, product_ids):
        """Return those of the products whose change isn't sent yet."""
        self.env.cr.execute(
            "SELECT DISTINCT product_id FROM storefront_outbox"
            " WHERE backend_id = %s AND product_id = ANY(%s)",
            [backend.id, list(product_ids)],
        )
        return {product_id for (product_id,) in self.env.cr.fetchall()}
