# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo: a storefront, an Odoo and what happens between them, each step checked."""
