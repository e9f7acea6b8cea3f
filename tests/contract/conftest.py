# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from _env.pytest_plugin import loopback_only

pytest.register_assert_rewrite(
    "adapter_contract",
    "contract_access",
    "contract_changes",
    "contract_customers",
    "contract_orders",
    "storefront",
)

__all__ = ["loopback_only"]
