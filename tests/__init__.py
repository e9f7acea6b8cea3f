# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_flow_order_amounts
from . import test_flow_order_import
from . import test_flow_order_update
from . import test_storefront_tour
