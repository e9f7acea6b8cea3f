# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Shopify store on this machine: the GraphQL Admin API 2026-10 over a state in memory.

It knows nothing of Odoo nor of the connector, so that it is a truth of its own. Start it with
`python -m dev.simulators.shopify --port N`; README.md has the rest.
"""
