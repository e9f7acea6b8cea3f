# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Flows: between canonical documents and Odoo records. No platform's name appears here."""

from . import flow
from . import marker_export
from . import customer_import
from . import order_amounts
from . import snapshot_import
from . import snapshot_replay
from . import order_taxes
from . import order_resolve
from . import order_lines
from . import order_workflow
from . import order_import
from . import order_state
from . import order_diff
from . import order_update
from . import order_update_lines
from . import order_update_header
from . import order_cancel
from . import order_fetch
from . import order_poll
from . import webhook_health
from . import privacy
from . import privacy_collect
from . import privacy_erase
from . import privacy_partner
from . import privacy_scope
from . import product_link
from . import product_match
from . import stock_export
