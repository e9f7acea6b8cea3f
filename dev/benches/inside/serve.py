# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The other end of `OdooProcess`: JSON [function, arguments] in, JSON result out, a line each."""

import gc
import importlib
import json
import os
import sys
import threading

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def main(configuration, db, work):
    # Whatever prints must not end up among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    config.parse_config(["-c", configuration, "-d", db], setup_logging=True)
    threading.current_thread().dbname = db
    registry = Registry(db)
    module = importlib.import_module(f"benches.inside.{work}")
    gc.collect()
    for line in sys.stdin:
        function, arguments = json.loads(line)
        with registry.cursor() as cr:
            result = getattr(module, function)(api.Environment(cr, SUPERUSER_ID, {}), **arguments)
        print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
