# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two workers, one order or one customer."""

from _demo.report import wait_for
from world import PATIENCE, order_spec

POINT = "before_lock"  # the snapshot is read, nothing is decided yet


def test_one_order_imported_by_two_workers_at_once(world):
    world.order_point(POINT, "wait")
    external_id = world.place(next(world.skus), "twice@example.com")
    world.wait_at(POINT, 1)
    # The first worker's claim runs out while it works: a second one takes the order too.
    world.execute("UPDATE storefront_snapshot SET claimed_until = NULL WHERE state = 'to_import'")
    world.let_cron_run()
    world.wait_at(POINT, 2)
    conflicts = concurrent_updates(world)
    world.release(POINT)
    world.check()
    assert len(world.orders(external_id)) == 1
    assert partners(world, "twice@example.com") == 1
    assert concurrent_updates(world) > conflicts


def test_two_orders_of_one_new_customer_at_once(world):
    world.order_point(POINT, "wait")
    # Different products: only the customer makes them meet.
    placed = [world.place(next(world.skus), "new@example.com")]
    world.wait_at(POINT, 1)
    placed.append(world.place(next(world.skus), "new@example.com", 2))
    world.wait_at(POINT, 2)
    conflicts = concurrent_updates(world)
    world.release(POINT)
    world.check()
    assert [len(world.orders(external_id)) for external_id in placed] == [1, 1]
    assert partners(world, "new@example.com") == 1
    assert concurrent_updates(world) > conflicts


def test_guest_and_account_with_one_address_at_once(world):
    """A guest has no id in the store: only the e-mail says that it is the same person."""
    world.order_point(POINT, "wait")
    guest = {**order_spec(next(world.skus), "guest@example.com"), "email": "guest@example.com"}
    del guest["customer"]
    world.storefront.place(guest)
    world.wait_at(POINT, 1)
    world.place(next(world.skus), "guest@example.com")
    world.wait_at(POINT, 2)
    world.release(POINT)
    world.check()
    assert partners(world, "guest@example.com") == 1


def test_two_contacts_of_one_new_company_at_once(world):
    """Different people with different addresses: only the company makes them meet."""
    world.order_point(POINT, "wait")
    people = [{"email": f"{name}@firm.example", "first_name": name} for name in ("kim", "sam")]
    seat = {"address1": "Avenue 1", "zip": "1050", "city": "Brussels", "country_code": "BE"}
    world.control.add_company(
        "Firm",
        locations=[{"shipping_address": seat, "tax_registration_id": "BE0477472701"}],
        contacts=people,
    )
    for number, person in enumerate(people, 1):
        spec = order_spec(next(world.skus), person["email"], company="Firm")
        del spec["billing_address"], spec["shipping_address"]
        world.storefront.place({**spec, "customer": person["email"]})
        world.wait_at(POINT, number)
    conflicts = concurrent_updates(world)
    world.release(POINT)
    world.check()
    found = world.rows(
        "SELECT company.id, contact.email FROM res_partner contact JOIN res_partner company"
        " ON company.id = contact.parent_id WHERE company.name = 'Firm' ORDER BY 2"
    )
    assert [email for _company, email in found] == ["kim@firm.example", "sam@firm.example"]
    assert len({company for company, _email in found}) == 1
    assert concurrent_updates(world) > conflicts


def test_customer_changes_while_an_order_of_theirs_comes_in(world):
    """The account and its order are imported at once: one partner, and the newest address."""
    email = "moving@example.com"
    world.order_point(POINT, "wait")
    world.place(next(world.skus), email)
    world.wait_at(POINT, 1)
    world.control.advance(60)
    world.control.update_customer(email, phone="+3225550177")
    world.release(POINT)
    world.check()
    assert partners(world, email) == 1
    phone = "SELECT phone FROM res_partner WHERE email = %s AND parent_id IS NULL"
    assert world.value(phone, email) == "+3225550177"


def test_burst_of_orders_of_few_customers(world):
    """Nothing is staged: workers meet as they do in a sale, each order announced twice."""
    skus = [next(world.skus), next(world.skus)]
    before = len(world.control.orders())
    world.control.plan_webhooks("duplicate", count=12, times=2)
    for number in range(12):
        world.place(skus[number % 2], f"burst{number % 3}@example.com", 1 + number % 2)
    wait_for(lambda: len(world.control.orders()) == before + 12, PATIENCE, "the orders")
    world.check()
    assert [partners(world, f"burst{number}@example.com") for number in range(3)] == [1, 1, 1]


def partners(world, email):
    query = "SELECT count(*) FROM res_partner WHERE email = %s AND parent_id IS NULL"
    return world.value(query, email)


def concurrent_updates(world):
    """How often a worker found out that another one was first, alone or with several imports."""
    log = world.server.log()
    return log.count("concurrent update (40001)") + log.count("together: SerializationFailure")
