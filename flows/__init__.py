# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Flows: between canonical documents and Odoo records. No platform's name appears here."""

from . import flow
from . import marker_export
from . import customer_import
from . import order_amounts
from . import snapshot_import
from . import snapshot_replay
from . import order_taxes
from . import order_untaxed
from . import order_fiscal
from . import order_fiscal_check
from . import order_resolve
from . import order_lines
from . import order_delivery
from . import order_invoice
from . import order_payment
from . import order_rules
from . import order_comparison
from . import order_workflow
from . import order_import
from . import order_update
from . import order_fetch
from . import order_poll
from . import order_history
from . import order_history_read
from . import order_history_sample
from . import order_history_workflow
from . import webhook_health
from . import privacy
from . import privacy_collect
from . import privacy_erase
from . import privacy_partner
from . import privacy_scope
from . import product_link
from . import product_match
from . import stock_export
