# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m dev.simulators.woocommerce --port N`: run the shop until it is stopped."""

import argparse

from ..server import Server
from .application import WooStore


def main():
    parser = argparse.ArgumentParser(prog="dev.simulators.woocommerce", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=0, help="for everything that is random")
    parser.add_argument("--products", type=int, default=0, help="make so many products at start")
    options = parser.parse_args()
    application = WooStore(options.seed)
    application.control.do_seed(count=options.products)
    server = Server((options.host, options.port), application)
    host, port = server.server_address[:2]
    print(f"Simulated WooCommerce store on http://{host}:{port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
