# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The history of shops that have sold for long, written by SQL."""

# Rows of one statement: a bigger one would wait for its own checkpoints.
PART = 100_000
# Spread evenly over the last days; the last number is the youngest.
MOMENT = (
    "now() AT TIME ZONE 'UTC'"
    " - interval '1 day' * %(days)s * (1 - (n - %(start)s)::float8 / %(count)s)"
)
EVENTS = f"""
    INSERT INTO storefront_event (backend_id, topic, kind, external_id, delivery_id, occurred_at,
        payload, state, create_uid, create_date, write_uid, write_date)
    SELECT (%(backends)s)[1 + n %% cardinality(%(backends)s)], 'orders/updated', 'order',
        (9000000000 + n / 4)::text, 'orders/updated:' || md5(n::text), at,
        CASE WHEN at > now() - interval '30 days' THEN '{{"id": ' || n || ', "note": "'
            || repeat('x', 400) || '"}}' END,
        'done', 1, at, 1, at
    FROM (SELECT n, {MOMENT} AS at FROM generate_series(%(first)s, %(last)s) n) numbered
"""
SNAPSHOTS = f"""
    INSERT INTO storefront_snapshot (backend_id, kind, external_id, payload, payload_hash,
        applied_hash, source_updated_at, fetched_at, poke_count, state, tries, number, error_code,
        create_uid, create_date, write_uid, write_date)
    SELECT (%(backends)s)[1 + n %% cardinality(%(backends)s)], 'order', (9000000000 + n)::text,
        CASE WHEN at > now() - interval '30 days'
            THEN jsonb_build_object('id', n, 'note', repeat('x', 400)) END,
        md5(n::text), md5(n::text), at, at, 1, CASE WHEN n %% %(dead)s = 0
            THEN 'dead' ELSE 'done' END,
        0, '#H' || n, CASE WHEN n %% %(dead)s = 0 THEN 'server_error' END, 1, at, 1, at
    FROM (SELECT n, {MOMENT} AS at FROM generate_series(%(first)s, %(last)s) n) numbered
"""
OPERATIONS = f"""
    INSERT INTO storefront_operation (backend_id, type, source_ref, target_ref, order_number,
        status, duration_ms, lag_ms, tries, error_code, item_count, create_uid, create_date,
        write_uid, write_date)
    SELECT (%(backends)s)[1 + n %% cardinality(%(backends)s)],
        (ARRAY['order_fetch', 'order_import', 'stock_push'])[1 + n %% 3],
        (9000000000 + n)::text, 'sale.order,' || n, '#H' || n,
        CASE WHEN n %% %(dead)s = 0 THEN 'dead' ELSE 'success' END, 80, 900, 1,
        CASE WHEN n %% %(dead)s = 0 THEN 'server_error' END, 1, 1, at, 1, at
    FROM (SELECT n, {MOMENT} AS at FROM generate_series(%(first)s, %(last)s) n) numbered
"""


def fill(cr, backend_ids, *, start, count, days, dead):
    """Write `count` rows of each table, numbered from `start`, of the last `days`.

    One in `dead` failed for good."""
    for statement in (EVENTS, SNAPSHOTS, OPERATIONS):
        for first in range(start, start + count, PART):
            last = min(first + PART, start + count) - 1
            values = {"first": first, "last": last, "start": start, "count": count}
            cr.execute(statement, {**values, "days": days, "dead": dead, "backends": backend_ids})
            cr.commit()
