# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from _env.pytest_plugin import loopback_only
from hypothesis import HealthCheck, settings

__all__ = ["loopback_only"]

# How fast examples are made says how busy the machine is, not whether the code is right.
settings.register_profile("pure", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pure")
