# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_backend
from . import test_flow_customer_import
from . import test_flow_order_amounts
from . import test_flow_order_fetch
from . import test_flow_order_import
from . import test_flow_order_update
from . import test_flow_product_link
from . import test_flow_snapshot_import
from . import test_flow_stock_export
from . import test_issue
from . import test_jobs
from . import test_messages
from . import test_security
from . import test_stock_free_quantity
from . import test_stock_outbox
from . import test_storefront_tour
from . import test_webhook_http
