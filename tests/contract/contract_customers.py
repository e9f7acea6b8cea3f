# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an adapter promises of customers: their records, and who bought as a company."""

import pytest

from odoo.addons.storefront_connector.platforms import errors
from odoo.addons.storefront_connector.platforms.documents.customer import Address, Customer

ADA = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.com", "locale": "fr"}
HOME = {
    "first_name": "Ada",
    "last_name": "Byron",
    "company": "Analytical Engines",
    "address1": "Rue Neuve 1",
    "address2": "Bte 3",
    "zip": "1000",
    "city": "Bruxelles",
    "country_code": "BE",
    "phone": "+3225550102",
}


class CustomersContract:
    """For platforms that keep records of customers."""

    # Whether an account has a phone, a language and an exemption of taxes besides its address.
    accounts_have_details = True

    @property
    def exempt(self):
        return {"tax_exempt": True} if self.accounts_have_details else {}

    def read(self, adapter, external_id):
        (record,) = adapter.fetch_records("customer", [external_id])
        customer = adapter.parse_customer(record.payload)
        assert (record.kind, record.updated_at) == ("customer", customer.updated_at)
        return customer

    def test_a_customer_is_read(self, storefront, adapter):
        external_id = storefront.create_customer(**ADA, phone="+3225550101", addresses=[HOME])
        customer = self.read(adapter, external_id)
        assert customer == Customer(
            external_id=external_id,
            name="Ada Byron",
            email="ada@example.com",
            phone="+3225550101" if self.accounts_have_details else HOME["phone"],
            language="fr" if self.accounts_have_details else "",
            addresses=(
                Address(
                    name="Ada Byron",
                    company="Analytical Engines",
                    street="Rue Neuve 1",
                    street2="Bte 3",
                    city="Bruxelles",
                    zip="1000",
                    country_code="BE",
                    phone="+3225550102",
                ),
            ),
            updated_at=customer.updated_at,
        )

    def test_a_change_is_read_and_later(self, storefront, adapter):
        external_id = storefront.create_customer(**ADA)
        before = self.read(adapter, external_id)
        assert (before.phone, before.addresses, before.tax_exempt) == ("", (), False)
        storefront.control.advance(60)
        storefront.control.update_customer(
            "ada@example.com", email="new@example.com", **self.exempt
        )
        after = self.read(adapter, external_id)
        assert (after.email, after.tax_exempt) == ("new@example.com", self.accounts_have_details)
        assert after.updated_at > before.updated_at

    def test_an_account_in_an_order_is_the_customer_s(self, storefront, adapter):
        external_id = storefront.create_customer(**ADA, **self.exempt)
        order_id = storefront.place_customer("ada@example.com")
        (record,) = adapter.fetch_records("order", [order_id])
        customer = adapter.parse_order(record.payload).customer
        assert (customer.external_id, customer.email, customer.tax_exempt) == (
            external_id,
            "ada@example.com",
            self.accounts_have_details,
        )

    def test_a_batch_of_customers_is_one_call(self, storefront, adapter, calls):
        count = adapter.capabilities.customers_per_fetch
        ids = [storefront.create_customer(first_name=f"N{one}") for one in range(count)]
        records = adapter.fetch_records("customer", [*ids[1:], "4711"])
        assert [one.external_id for one in records] == [*ids[1:], "4711"]
        assert records[-1].payload is None
        assert len(calls) == 1

    def test_a_customer_announces_changes(self, storefront, adapter):
        external_id = storefront.create_customer(**ADA)
        headers, body = storefront.customer_webhook(external_id)
        assert adapter.verify_webhook(headers, body, [storefront.webhook_secret])
        event = adapter.read_event(headers, body)
        assert (event.kind, event.external_id, event.merged_into) == ("customer", external_id, "")

    def test_a_payload_that_is_no_customer_is_bad(self, adapter):
        with pytest.raises(errors.BadPayload):
            adapter.parse_customer({})

    def test_a_customer_has_an_address_for_people(self, storefront, adapter):
        assert adapter.customer_admin_url(storefront.url, "4711").startswith(storefront.url)


class MergesContract:
    """For platforms that merge accounts."""

    def test_a_merge_tells_both(self, storefront, adapter):
        gone = storefront.create_customer(**ADA)
        kept = storefront.create_customer(email="b@example.com")
        headers, body = storefront.merge_webhook(gone, kept)
        event = adapter.read_event(headers, body)
        assert (event.kind, event.external_id, event.merged_into) == ("customer", gone, kept)
        gone_record, kept_record = adapter.fetch_records("customer", [gone, kept])
        assert gone_record.payload is None
        assert adapter.parse_customer(kept_record.payload).name == "Ada Byron"


class CompaniesContract:
    """For platforms that have companies with locations and contacts."""

    def test_a_company_buys(self, storefront, adapter):
        seat = {name: HOME[name] for name in ("address1", "zip", "city", "country_code")}
        made = storefront.control.add_company(
            "Analytical",
            locations=[
                {
                    "name": "Seat",
                    "shipping_address": seat,
                    "tax_registration_id": "BE0477472701",
                    "tax_exempt": True,
                }
            ],
            contacts=[ADA],
        )
        order_id = storefront.place_customer("ada@example.com", company="Analytical")
        (record,) = adapter.fetch_records("order", [order_id])
        customer = adapter.parse_order(record.payload).customer
        assert (customer.name, customer.company_name, customer.vat, customer.tax_exempt) == (
            "Ada Byron",
            "Analytical",
            "BE0477472701",
            True,
        )
        assert customer.company_location_name == "Seat"
        ids = (
            customer.company_external_id,
            customer.company_location_external_id,
            customer.contact_external_id,
        )
        gids = (made["id"], made["locations"]["Seat"], made["contacts"]["ada@example.com"])
        assert ids == tuple(gid.rsplit("/", 1)[-1] for gid in gids)
        assert adapter.parse_order(record.payload).billing_address.street == "Rue Neuve 1"
