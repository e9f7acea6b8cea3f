# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""WooCommerce, through its REST API wc/v3. Start at ``adapter``; see README.md for the quirks."""
