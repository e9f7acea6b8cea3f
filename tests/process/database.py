# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A world's database, as a session beside Odoo sees it."""

from contextlib import closing

from _demo.report import wait_for
from _env import databases

PATIENCE = 60  # seconds until a test gives up waiting
WAITING = {
    "events": "SELECT state, count(*) FROM storefront_event GROUP BY 1",
    "snapshots": "SELECT state, tries, next_try::text, error_code, count(*)"
    " FROM storefront_snapshot GROUP BY 1, 2, 3, 4",
    "outbox": "SELECT count(*) FROM storefront_outbox",
    "drains": "SELECT key, tries, error_code, next_try::text, token IS NOT NULL"
    " FROM storefront_claim",
    "jobs": "SELECT method_name, state, eta::text FROM queue_job WHERE state != 'done'",
    "backend": "SELECT state, pause_code FROM storefront_backend",
    "orders": "SELECT count(*) FROM sale_order WHERE storefront_external_id IS NOT NULL",
}


class Database:
    """`database` is its name, `backend_id` the one storefront in it."""

    def __init__(self, database):
        self.database = database

    def rows(self, query, *params):
        """The rows of a query, in a transaction of its own."""
        with closing(databases.connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall()

    def value(self, query, *params):
        return self.rows(query, *params)[0][0]

    def execute(self, statement, *params):
        with closing(databases.connect(self.database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, params)

    def jobs(self, method):
        """How many jobs of a method run, or could: not those of earlier failures, for later."""
        return self.value(
            "SELECT count(*) FROM queue_job WHERE method_name = %s"
            " AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started')"
            " AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')",
            method,
        )

    def wait_idle(self):
        """Wait until no worker has a job; those of workers that died don't count."""
        running = (
            "SELECT count(*) FROM queue_job WHERE state IN ('pending', 'enqueued')"
            " AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')"
        )
        wait_for(lambda: not self.value(running), PATIENCE, "the jobs to end")

    def forget_failures(self):
        """So that a test counts its own failures, and none waits for those of one before, nor is
        helped by a wake-up that one of them postponed."""
        self.execute("UPDATE storefront_claim SET tries = 0, error_code = NULL, next_try = NULL")
        self.execute("DELETE FROM queue_job WHERE state = 'pending' AND eta IS NOT NULL")

    def finished_jobs(self):
        return self.value("SELECT count(*) FROM queue_job WHERE state = 'done'")

    def backend_state(self):
        """(state, why it is paused)."""
        return self.rows(
            "SELECT state, pause_code FROM storefront_backend WHERE id = %s", self.backend_id
        )[0]

    def waits_for_store(self, name):
        """Whether a worker holds a drain's lease."""
        return self.value(
            "SELECT count(*) FROM storefront_claim WHERE key LIKE %s AND token IS NOT NULL",
            f"{name}:%",
        )

    def orders(self, external_id):
        """[(id, state, total)] of the sale orders of one order of the store."""
        return self.rows(
            "SELECT id, state, amount_total FROM sale_order WHERE storefront_external_id = %s",
            external_id,
        )

    def drain(self, name):
        """(tries, error code) of a drain."""
        return self.rows("SELECT tries, error_code FROM storefront_claim WHERE key LIKE %s",
                         f"{name}:%")[0]  # fmt: skip

    def wait_postponed(self, name, code):
        """Wait until a drain has given up for now because of `code`; return its tries."""
        wait_for(lambda: self.drain(name)[1] == code, PATIENCE, f"{name} to meet {code}")
        return self.drain(name)[0]

    def is_postponed(self):
        """Whether something waits for its next try, and isn't due."""
        return self.value(
            "SELECT (SELECT count(*) FROM storefront_claim"
            " WHERE next_try > now() AT TIME ZONE 'UTC')"
            " + (SELECT count(*) FROM storefront_snapshot"
            " WHERE next_try > now() AT TIME ZONE 'UTC')"
        )

    def has_work(self):
        """Whether anything waits for its turn."""
        return self.value(
            "SELECT (SELECT count(*) FROM storefront_event WHERE state = 'pending')"
            " + (SELECT count(*) FROM storefront_snapshot WHERE state NOT IN ('done', 'skipped'))"
            " + (SELECT count(*) FROM storefront_outbox)"
        )

    def waiting(self):
        """What a test that waited in vain has to say."""
        return {name: self.rows(query) for name, query in WAITING.items()}
