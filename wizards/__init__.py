# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import account_move_reversal
from . import storefront_backend_pause
from . import storefront_check
from . import storefront_check_odoo
from . import storefront_check_store
from . import storefront_check_taxes
from . import storefront_import_wizard
from . import storefront_issue_decision
from . import storefront_issue_decision_tax
from . import storefront_issue_customer
from . import storefront_replay_wizard
from . import storefront_secret_replace
