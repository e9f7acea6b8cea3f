# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an account's change in the storefront does to the partner it stands for.

Both sides are compared with what they said last (``synced`` of the binding): what only the
storefront changed is written, what only Odoo changed stays, what both changed is decided in
``customer_conflict``. Nothing else of a partner is ever written: no name, VAT, credit limit, terms.
"""

from datetime import timedelta

from odoo import fields, models

from ..models.storefront_event import naive_utc
from .customer_address import has_place
from .customer_compare import ADDRESS_FIELDS, Sides, groups_of

# All that a storefront may write on a partner that is here already.
WRITABLE_BY_PLATFORM = (*ADDRESS_FIELDS, "phone", "email")
# How long a new address waits while goods are on their way to the old one.
ADDRESS_WAITS = timedelta(hours=6)


class StorefrontCustomerUpdate(models.AbstractModel):
    _name = "storefront.customer.update"
    _inherit = "storefront.snapshot.import"
    _description = "Storefront Customer Update"
    _operation = "customer_update"

    def _writable_fields(self):
        """Return the fields a storefront may write on a partner that is here.

        Addons add theirs, and what the storefront says of them to ``_prepare_storefront_vals``."""
        return WRITABLE_BY_PLATFORM

    def _prepare_storefront_vals(self, backend, partner, customer):
        """Return what the storefront says, as Odoo would write it; nothing where it is silent.

        The address of a company's contact is the company's, and not the account's to change."""
        addresses = self.env["storefront.customer.address"]
        address = customer.addresses[0] if customer.addresses else None
        vals = {}
        if has_place(address) and not (partner.parent_id and partner.type == "contact"):
            vals.update(addresses._prepare_address_vals(address))
        phone = customer.phone or (address.phone if address else "")
        if phone:
            country_id = vals.get("country_id") or partner.country_id.id
            vals["phone"] = addresses._format_phone(phone, country_id)
        if customer.email:
            vals["email"] = customer.email
        return vals

    # the import

    def _parse(self, backend, payload):
        return backend._adapter_class().parse_customer(payload)

    def _number_of(self, document):
        return False

    def _lock_keys(self, backend, customer):
        keys = self.env["storefront.customer.import"]._merge_keys(backend, customer)
        merged = [f"customer:{backend.id}:{customer.merged_into}"] if customer.merged_into else []
        return [*keys, *merged]

    def _import_document(self, backend, snapshot, customer):
        """Bring an account and whom it stands for together; see ``snapshot.import``."""
        if customer.merged_into:
            merge = self.env["storefront.customer.merge"]
            merge._merge_accounts(backend, customer.external_id, customer.merged_into)
            return "success", False
        bindings = self.env["storefront.binding.partner"].search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", "customer"),
                ("external_id", "=", customer.external_id),
            ]
        )
        if not bindings:
            # Who has never ordered is nobody's business here: nothing of it is kept. sudo: no
            # integration user reads payloads.
            snapshot.sudo().payload = False
            return "skipped", "customer_unknown"
        outcomes = [self._sync(backend, snapshot, one, customer) for one in bindings]
        reason = "address_waits" if "waits" in outcomes else False
        return ("success" if "written" in outcomes else "unchanged"), reason

    def _record_success(self, backend, snapshot, payload_hash, status, reason, started):
        """Override to have an address that waits looked at again."""
        result = super()._record_success(backend, snapshot, payload_hash, status, reason, started)
        if reason == "address_waits":
            again = fields.Datetime.now() + ADDRESS_WAITS
            snapshot.write({"next_try": again, "applied_hash": False})
        return result

    def _sync(self, backend, snapshot, binding, customer):
        """Bring one partner and its account together.

        Return ``written``, ``unchanged``, or ``waits`` where the address has to."""
        partner = self.env["storefront.customer.import"]._usable(binding, backend)
        if not partner:
            return "unchanged"
        theirs = self._prepare_storefront_vals(backend, partner, customer)
        names = self._writable_fields()
        theirs = {name: theirs[name] for name in names if name in theirs}
        sides = Sides(partner, binding, theirs, names)
        vals = self._settle(backend, snapshot, sides, customer)
        waits = "street" in vals and self._is_address_used(partner)
        if waits:
            vals = {name: vals[name] for name in vals if name not in ADDRESS_FIELDS}
        if vals:
            self._write_partner(partner, vals, customer)
        synced = sides.synced(vals)
        is_news = synced != binding.synced
        if is_news:
            binding.synced = synced
        if not binding.company_external_id:
            conflicts = self.env["storefront.customer.conflict"]
            conflicts._ask_exemption(binding, customer.tax_exempt, partner)
        return "waits" if waits else "written" if vals or is_news else "unchanged"

    def _settle(self, backend, snapshot, sides, customer):
        """Decide on every difference; return the values to write."""
        conflicts = self.env["storefront.customer.conflict"]
        vals = {}
        for group, names in groups_of(sides.theirs):
            if sides.verdict(names) == "conflict":
                conflicts._decide(backend, snapshot, sides, group, names, customer)
            if sides.verdict(names) == "theirs":
                vals.update({name: sides.theirs[name] for name in names})
        conflicts._close_settled(sides)
        return vals

    def _write_partner(self, partner, vals, customer):
        """The one place where a flow writes on a partner that was here before."""
        refused = vals.keys() - set(self._writable_fields())
        if refused:
            raise ValueError(f"not the storefront's to write: {', '.join(sorted(refused))}")
        moment = naive_utc(customer.updated_at) or fields.Datetime.now()
        partner.with_context(storefront_changed_at=moment).write(vals)

    def _is_address_used(self, partner):
        """Whether goods are on their way to this contact, which a new address would lead astray."""
        domain = [("partner_id", "=", partner.id), ("state", "not in", ("done", "cancel"))]
        return bool(self.env["stock.picking"].search_count(domain, limit=1))

    def _agreed(self, vals):
        """Return what a new partner and its account have in common, for ``synced``."""
        return {name: vals[name] for name in self._writable_fields() if name in vals}
