# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Platform layer: pure Python that speaks to storefronts and never imports Odoo."""
