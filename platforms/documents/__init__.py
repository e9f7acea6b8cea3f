# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Canonical documents: what a storefront said or must be told, in no platform's own words.

Every document is a frozen dataclass. Amounts are ``Decimal`` in major units of the document's
currency, datetimes are aware (UTC), external ids are the platform's own ids as strings.
"""
