# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A WooCommerce shop on this machine: the REST API wc/v3 of version 10.7 over a state in memory.

It knows nothing of Odoo nor of the connector, so that it is a truth of its own. Start it with
`python -m dev.simulators.woocommerce --port N`; README.md has the rest.
"""
