# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to customers and companies, in the admin or by themselves: made, changed, merged,
erased, buying.

Refusals are the sentences a store answers with. Callers hold `store.lock`.
"""

import re
from datetime import timedelta

from .company import Company, CompanyAddress, CompanyContact, CompanyLocation, PurchasingCompany
from .customer import Address

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
E164 = re.compile(r"\+[1-9]\d{6,14}")
WRITABLE = ("first_name", "last_name", "email", "phone", "note", "tags", "tax_exempt", "locale")
PERSONAL = ("first_name", "last_name", "email", "phone", "note")
# https://help.shopify.com/en/manual/privacy-and-security/privacy/processing-customer-data-requests:
# ten days after the request, at the earliest six months after the last order.
ERASURE_DELAY, ORDER_PROTECTION = timedelta(days=10), timedelta(days=180)


def find(store, reference):
    """A customer by e-mail, id or global id. Raises KeyError."""
    gid = f"gid://shopify/Customer/{reference}"
    found = store.customer(reference) or store.nodes.get(reference) or store.nodes.get(gid)
    if found is None or found.TYPENAME != "Customer":
        raise KeyError(f"No customer {reference!r}")
    return found


def create(store, spec):
    """A new customer, as `Store.add_customer` makes it. Raises ValueError."""
    _check(store, spec, None)
    return store.add_customer(spec)


def update(store, customer, values):
    """Change fields, `addresses` (the first is the default one) too. Raises ValueError."""
    unknown = sorted(set(values) - {*WRITABLE, "addresses"})
    if unknown:
        raise ValueError(f"A customer has no {', '.join(unknown)}")
    _check(store, {name: getattr(customer, name) for name in WRITABLE} | values, customer)
    for name in WRITABLE:
        if name in values:
            setattr(customer, name, values[name])
    if "addresses" in values:
        customer.addresses = [store.add_address(one) for one in values["addresses"]]
    store.touch(customer)
    store.emit("customers/update", customer)
    return customer


def _check(store, spec, customer):
    email, phone = spec.get("email"), spec.get("phone")
    names = ("first_name", "last_name", "email", "phone")
    if not any(spec.get(name) for name in names):
        raise ValueError("A name, phone number, or email address must be present")
    if email and not EMAIL.fullmatch(email):
        raise ValueError("Email is invalid")
    if email and store.customer(email) not in (None, customer):
        raise ValueError("Email has already been taken")
    if phone and not E164.fullmatch(phone):
        raise ValueError("Phone is invalid")
    if phone and any(one.phone == phone for one in store.customers if one is not customer):
        raise ValueError("Phone has already been taken")
    for address in spec.get("addresses") or ():
        unknown = set(address) - set(Address.__dataclass_fields__)
        if unknown or len(address.get("country_code") or "XX") != 2:
            raise ValueError("Country is invalid" if not unknown else f"No field {unknown}")


# Merging.


def merge(store, one, two):
    """Merge two customers; returns {"status", "kept", "deleted", "message"}. Raises ValueError.

    Who is kept follows the documented rules (marketing consent isn't modelled): the only one with
    an e-mail, else the one with an account, else the second
    (https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/customerMerge)."""
    if one is two:
        raise ValueError("Customers cannot be merged with themselves")
    kept, gone = _kept(one, two)
    blocker = _blocker(one) or _blocker(two)
    status = "failed" if blocker else "completed"
    if not blocker:
        _absorb(store, kept, gone)
    store.emit("customers/merge", _merge_body(kept, gone, status, blocker))
    if not blocker:
        store.emit("customers/update", kept)
    message = blocker and blocker[1]
    return {"status": status, "kept": kept.id, "deleted": gone.id, "message": message}


def _kept(one, two):
    if bool(one.email) != bool(two.email):
        return (one, two) if one.email else (two, one)
    ranks = {"ENABLED": 2, "INVITED": 1}
    if one.email and ranks.get(one.state, 0) > ranks.get(two.state, 0):
        return one, two
    return two, one


def _blocker(customer):
    """(field, message) of what forbids to merge a customer."""
    if customer.redacted_at or customer.redaction_requested:
        return "redacted_at", f"{customer.display_name} has a pending or completed redaction."
    if customer.company_contact_profiles:
        return "company_contact", f"{customer.display_name} is associated with a company."
    return None


def _absorb(store, kept, gone):
    for name in ("first_name", "last_name", "email", "phone", "note"):
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    kept.tags = [*kept.tags, *(tag for tag in gone.tags if tag not in kept.tags)]
    kept.addresses = [*kept.addresses, *gone.addresses]
    for order in gone.orders:
        order.customer = kept
        store.touch(order)
    kept.orders = [*kept.orders, *gone.orders]
    store.customers.remove(gone)
    del store.nodes[gone.id]
    store.touch(kept)


def _merge_body(kept, gone, status, blocker):
    errors = [
        {"customer_ids": [kept.number, gone.number], "field": blocker[0], "message": blocker[1]}
    ] if blocker else []  # fmt: skip
    return {
        "admin_graphql_api_customer_kept_id": kept.id,
        "admin_graphql_api_customer_deleted_id": gone.id,
        "admin_graphql_api_job_id": None,
        "status": status,
        "errors": errors,
    }


# Erasing.


def request_erasure(store, customer):
    """Ask for a customer's erasure; returns how long until it is carried out, a timedelta."""
    if customer.redacted_at or customer.redaction_requested:
        raise ValueError("Customer data erasure has already been requested")
    customer.redaction_requested = True
    due = store.now() + ERASURE_DELAY
    for order in customer.orders:
        due = max(due, order.created_at + ORDER_PROTECTION)
    store.erasures.append((due, customer))
    return due - store.now()


def carry_out_erasures(store):
    """Erase whose time has come: what names them goes, also in their orders."""
    now = store.now()
    due = [customer for moment, customer in store.erasures if moment <= now]
    store.erasures = [one for one in store.erasures if one[0] > now]
    for customer in due:
        for name in PERSONAL:
            setattr(customer, name, None)
        customer.addresses, customer.redacted_at = [], now
        for order in customer.orders:
            order.email = order.phone = order.note = None
            order.billing_address = order.shipping_address = None
        store.touch(customer)


# Companies.


def add_company(store, spec):
    """A company of a specification (README.md), with at least one location. Raises ValueError."""
    if not spec.get("name"):
        raise ValueError("Company name can't be blank")
    now = store.now()
    company = Company(
        store.number("Company"), name=spec["name"], created_at=now, updated_at=now,
        external_id=spec.get("external_id"), note=spec.get("note"),
    )  # fmt: skip
    for values in spec.get("locations") or [{"name": spec["name"]}]:
        company.locations.append(_location(store, company, values, now))
    for values in spec.get("contacts", ()):
        _add_contact(store, company, values, now)
    store.companies.append(store.register(company))
    return company


def _location(store, company, spec, now):
    shipping = spec.get("shipping_address")
    billing = spec.get("billing_address") or shipping
    return store.register(
        CompanyLocation(
            store.number("CompanyLocation"),
            company=company,
            name=spec.get("name") or company.name,
            external_id=spec.get("external_id"),
            phone=spec.get("phone"),
            shipping_address=_address(store, company, shipping, now),
            billing_address=_address(store, company, billing, now),
            tax_registration_id=spec.get("tax_registration_id"),
            tax_exempt=spec.get("tax_exempt", False),
            created_at=now,
            updated_at=now,
        )
    )


def _address(store, company, values, now):
    if not values:
        return None
    if not values.get("address1") or not values.get("country_code"):
        raise ValueError("An address of a company needs address1 and country_code")
    return CompanyAddress(
        store.number("CompanyAddress"),
        **{"company_name": company.name, "created_at": now, "updated_at": now, **values},
    )


def _add_contact(store, company, spec, now):
    customer = store.customer(spec.get("email")) or create(store, spec)
    if any(one.company is company for one in customer.company_contact_profiles):
        raise ValueError("Customer is already associated with this company")
    contact = CompanyContact(
        store.number("CompanyContact"),
        company=company,
        customer=customer,
        is_main_contact=not company.contacts,
        created_at=now,
        updated_at=now,
    )
    company.contacts.append(store.register(contact))
    customer.company_contact_profiles.append(contact)


def find_company(store, reference):
    """A company by name, id or global id. Raises KeyError."""
    for company in store.companies:
        if str(reference) in (company.name, company.id, str(company.number)):
            return company
    raise KeyError(f"No company {reference!r}")


def find_location(company, reference=None):
    """A location of a company by name, id or global id; its first one. Raises KeyError."""
    for location in company.locations:
        if reference is None or str(reference) in (location.name, location.id):
            return location
    raise KeyError(f"{company.name} has no location {reference!r}")


def update_location(store, location, values):
    """Change name, phone, tax_exempt, tax_registration_id or an address of a location."""
    plain = ("name", "phone", "tax_exempt", "tax_registration_id")
    unknown = sorted(set(values) - {*plain, "shipping_address", "billing_address"})
    if unknown:
        raise ValueError(f"A location has no {', '.join(unknown)}")
    now = store.now()
    for name, value in values.items():
        is_address = name not in plain
        setattr(
            location, name, _address(store, location.company, value, now) if is_address else value
        )
    store.touch(location)
    return location


# Buying.


def with_buyer(store, spec):
    """The specification of an order with what its buyer decides: addresses and no taxes.

    Raises KeyError for a company or location that isn't there."""
    wanted = spec.get("customer")
    email = wanted.get("email") if isinstance(wanted, dict) else wanted
    known = store.customer(email) or store.nodes.get(email)
    buyer = known if spec.get("company") is None else _ordering_location(store, spec)
    spec = dict(spec)
    if spec.get("company") is not None:
        for name in ("billing_address", "shipping_address"):
            address = getattr(buyer, name)
            if address and not spec.get(name):
                spec[name] = address.fields()
    is_exempt = getattr(buyer, "tax_exempt", False)
    return {**spec, "tax_exempt": spec.get("tax_exempt", is_exempt)}


def _ordering_location(store, spec):
    wanted = spec["company"] if isinstance(spec["company"], dict) else {"name": spec["company"]}
    return find_location(find_company(store, wanted["name"]), wanted.get("location"))


def set_buyer(store, order, spec):
    """Say who buys: the customer, or the company it is a contact of. Raises ValueError."""
    order.purchasing_entity = order.customer
    if spec.get("company") is None:
        return
    location = _ordering_location(store, spec)
    company = location.company
    profiles = order.customer.company_contact_profiles if order.customer else ()
    contact = next((one for one in profiles if one.company is company), None)
    if contact is None:
        raise ValueError(f"The customer is no contact of {company.name}")
    order.purchasing_entity = PurchasingCompany(company, contact, location)
    location.orders.append(order)
