# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shopify, through its GraphQL Admin API. Start at ``adapter``; see README.md for the quirks."""
