# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m dev.simulators.shopify --port N`: run the store until it is stopped."""

from ..command import parser_of, serve
from .application import ShopifyStore


def main():
    parser = parser_of("shopify", __doc__)
    parser.add_argument("--plan", default="plus", help="basic, advanced, plus or enterprise")
    parser.add_argument("--token", default="shpat_simulated", help="the pasted access token")
    options = parser.parse_args()
    serve(ShopifyStore(options.seed, options.plan, options.token), options, "Shopify")


if __name__ == "__main__":
    main()
