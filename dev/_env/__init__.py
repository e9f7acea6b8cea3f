# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The development environment: what the commands in `dev/` share. Odoo never loads it.

`bootstrap`, `setup_*`, `paths`, `console` and `locks` run on a bare Python (standard library only)
and install everything; the other modules run in the installed environment.
"""
