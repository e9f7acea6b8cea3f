# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The commands about customers and companies, the server's half."""

from . import people


class PeopleCommands:
    """Mixed into ControlApi."""

    def do_create_customer(self, **spec):
        return _customer(people.create(self.store, spec))

    def do_update_customer(self, reference, values):
        return _customer(people.update(self.store, people.find(self.store, reference), values))

    def do_get_customer(self, reference):
        return _customer(people.find(self.store, reference))

    def do_merge_customers(self, one, two):
        return people.merge(self.store, people.find(self.store, one), people.find(self.store, two))

    def do_erase_customer(self, reference):
        """As the owner asks for it; the app is told when it is carried out."""
        customer = people.find(self.store, reference)
        notifier = self.application.notifier
        payload = notifier.payloads.customer_redaction(
            {"id": customer.number, "email": customer.email, "phone": customer.phone},
            customer.orders,
        )
        delay = people.request_erasure(self.store, customer)
        notifier.schedule(delay, "customers/redact", payload)
        return delay.total_seconds()

    def do_add_company(self, **spec):
        company = people.add_company(self.store, spec)
        return {
            "id": company.id,
            "locations": {one.name: one.id for one in company.locations},
            "contacts": {one.customer.email: one.id for one in company.contacts},
        }

    def do_update_location(self, company, location, values):
        company = people.find_company(self.store, company)
        found = people.update_location(self.store, people.find_location(company, location), values)
        return found.id


def _customer(customer):
    return {
        "id": customer.id,
        "name": customer.display_name,
        "email": customer.email,
        "phone": customer.phone,
        "tax_exempt": customer.tax_exempt,
        "addresses": [one.fields() for one in customer.addresses],
        "orders": [one.name for one in customer.orders],
        "companies": [one.company.name for one in customer.company_contact_profiles],
        "updated_at": customer.updated_at.isoformat(),
    }
