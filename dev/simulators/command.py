# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the command lines of all simulated stores have in common."""

import argparse

from .server import Server


def parser_of(store, description):
    """The options every store has; `store` is its package's name."""
    parser = argparse.ArgumentParser(prog=f"dev.simulators.{store}", description=description)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=0, help="for everything that is random")
    parser.add_argument("--products", type=int, default=0, help="make so many products at start")
    return parser


def serve(application, options, name):
    """Serve until interrupted; the first line printed ends with the address."""
    application.control.do_seed(count=options.products)
    server = Server((options.host, options.port), application)
    host, port = server.server_address[:2]
    print(f"Simulated {name} store on http://{host}:{port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
