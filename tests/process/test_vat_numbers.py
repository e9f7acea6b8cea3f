# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`base_vat`, which asks the VIES service about VAT numbers, beside us: no import waits for it.

It is no dependency, so it is installed here alone; in the running process it comes after us, after
a start before us.
"""

import shells

INSTALL = """
    env["ir.module.module"].search([("name", "=", "base_vat")]).button_immediate_install()
"""

# A company's order with {vat}, then one to another address of it in another country; and what the
# service was asked for by that, and by a contact that a person makes.
ORDERS = """
    import dataclasses
    from datetime import datetime, timezone
    from decimal import Decimal

    from odoo.addons.base_vat.models import res_partner as base_vat
    from odoo.addons.storefront_connector.platforms.documents.customer import Address, Customer
    from odoo.addons.storefront_connector.platforms.documents.order import Order

    asked = []

    def check_vies(vat, timeout):
        asked.append(vat)
        return {"valid": True}

    base_vat.check_vies = check_vies
    env.company.vat_check_vies = True
    backend = env["storefront.backend"].create({"name": "Shop", "platform": "shopify"})
    moment = datetime(2026, 11, 20, tzinfo=timezone.utc)
    address = Address(street="Rue 1", city="Lyon", zip="69001", country_code="FR", name="Ada")
    customer = Customer(external_id="1", name="Ada", email="ada@firm.example", company_name="Firm",
                        company_external_id="7", vat=VAT)
    order = Order(
        external_id="1", number="#1", created_at=moment, updated_at=moment, currency="EUR",
        prices_include_tax=False, payment_state="paid", customer=customer, lines=(),
        billing_address=address, shipping_address=address, total=Decimal(0), total_tax=Decimal(0),
    )
    flow = env["storefront.customer.import"]._flow_env(backend, env.user)
    contact, invoice, delivery = flow._import_customer(backend, order)
    env.flush_all()
    there = dataclasses.replace(address, street="Rue 2", country_code="BE", zip="1000")
    flow._import_customer(backend, dataclasses.replace(order, shipping_address=there))
    company = invoice.with_context(storefront_flow=True)
    company.write({"country_id": env.ref("base.be").id})
    company.write({"country_id": env.ref("base.fr").id})
    env.flush_all()
    by_import = list(asked)
    by_hand = {"name": "By hand", "vat": "FR40303265045", "country_id": env.ref("base.fr").id}
    env["res.partner"].create(by_hand)
    env.flush_all()
    families = env["res.partner"].search([("commercial_partner_id", "=", invoice.id)])
    answer([by_import, asked, invoice.vat, sorted(families.mapped("vies_valid")), len(families)])
    env.cr.rollback()
"""


def orders_of(vat):
    return ORDERS.replace("VAT)", f"{vat!r})")


def test_an_import_asks_no_service_about_vat_numbers(odoo_database, tmp_path):
    expected = [[], ["FR40303265045"], "FR83404833048", [False, False, False], 3]
    both = INSTALL + orders_of("FR 83 404 833 048")
    assert shells.run(odoo_database, tmp_path, 1, both) == [expected]
    assert shells.run(odoo_database, tmp_path, 1, orders_of("FR83404833048")) == [expected]
    # A number that can't be right keeps no order out.
    [wrong] = shells.run(odoo_database, tmp_path, 1, orders_of("FR83404833049"))
    assert wrong[:3] == [[], ["FR40303265045"], "FR83404833049"]
