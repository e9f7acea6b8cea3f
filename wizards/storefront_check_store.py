# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from urllib.parse import urlsplit

from odoo import models

from .storefront_check import Finding


class StorefrontCheck(models.TransientModel):
    """What the storefront says about itself, beside what the company and the backend say."""

    _inherit = "storefront.check"

    def _check_store(self, report):
        """Yield which store answers, and what it sells in."""
        backend = self.backend_id
        params = {"name": report.name, "plan": report.plan or "?", "url": report.url}
        if backend.shop_external_id and backend.shop_external_id != report.shop_external_id:
            yield Finding("store", "problem", "store_other", params)
        else:
            yield Finding("store", "ok", "store_found", params)
        if report.api_version:
            yield Finding("store", "ok", "store_version", {"version": report.api_version})
        yield Finding("store", "ok", "store_timezone", {"zone": report.timezone})
        yield self._check_currency(report.currency)
        if report.companies is not None:
            code = "companies_known" if report.companies else "companies_none"
            yield Finding("store", "ok", code, {})
        for notice in report.notices:
            yield Finding("store", notice.level, notice.code, dict(notice.params))

    def _check_currency(self, name):
        if not self.env["res.currency"].search_count([("name", "=", name)], limit=1):
            return Finding("store", "problem", "currency_missing", {"currency": name})
        company = self.backend_id.company_id.currency_id.name
        if name == company:
            return Finding("store", "ok", "currency_same", {"store": name})
        return Finding("store", "warning", "currency_other", {"store": name, "company": company})

    def _check_scopes(self, report):
        """Yield which scopes are granted and missing, and whether customers may be read."""
        if report.missing_scopes:
            scopes = ", ".join(report.missing_scopes)
            yield Finding("access", "problem", "missing_scope", {"scopes": scopes})
        else:
            scopes = ", ".join(report.granted_scopes) or "–"
            yield Finding("access", "ok", "scopes_granted", {"scopes": scopes})
        if report.missing_optional_scopes:
            scopes = ", ".join(report.missing_optional_scopes)
            yield Finding("access", "warning", "scopes_optional", {"scopes": scopes})
        if report.customer_data:
            yield Finding("access", "ok", "customer_data_granted", {})
        elif report.customer_data is not None:
            yield Finding("access", "warning", "customer_data_missing", {})

    def _check_locations(self, adapter):
        """Yield for each active location whose stock it shows."""
        locations = [one for one in adapter.fetch_locations() if one.is_active]
        known = {one.external_id: one for one in self.backend_id.location_ids}
        if not locations:
            yield Finding("locations", "problem", "location_none", {})
        for location in locations:
            mapping = known.get(location.external_id)
            params = {"location": location.name}
            if not mapping:
                yield Finding("locations", "warning", "location_new", params)
            elif mapping._is_fed():
                params["warehouse"] = mapping._feeder_names()
                yield Finding("locations", "ok", "location_mapped", params)
            else:
                yield Finding("locations", "warning", "location_unmapped", params)

    def _check_webhooks(self, adapter):
        """Yield what the storefront announces, and to whom else."""
        ours = self.backend_id._webhook_url()
        subscriptions = adapter.fetch_webhooks()
        found = {one.topic for one in subscriptions if one.url == ours and one.is_active}
        wanted = adapter.topics_within(self.backend_id.missing_optional_scopes or ())
        missing = [topic for topic in wanted if topic not in found]
        if found:
            topics = ", ".join(sorted(found))
            yield Finding("webhooks", "ok", "webhooks_subscribed", {"topics": topics})
        port = _port(ours)
        if adapter.webhook_ports and port not in adapter.webhook_ports:
            ports = ", ".join(map(str, sorted(adapter.webhook_ports)))
            yield Finding("webhooks", "warning", "webhook_port", {"port": port, "ports": ports})
        if missing:
            yield Finding("webhooks", "warning", "webhooks_missing", {"topics": ", ".join(missing)})
        # The path of such an address holds another database's token: the host is enough.
        for host in sorted({_host(one.url) for one in subscriptions if one.url != ours}):
            yield Finding("webhooks", "warning", "webhooks_elsewhere", {"url": host})


def _port(address):
    parts = urlsplit(address)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _host(address):
    """Return the host of an address; what isn't one (a queue of a cloud) is named by its kind."""
    return urlsplit(address).netloc or address.partition(":")[0]
