# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m dev.simulators.woocommerce --port N`: run the shop until it is stopped."""

from ..command import parser_of, serve
from .application import WooStore


def main():
    options = parser_of("woocommerce", __doc__).parse_args()
    serve(WooStore(options.seed), options, "WooCommerce")


if __name__ == "__main__":
    main()
