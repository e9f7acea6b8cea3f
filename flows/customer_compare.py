# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an account and its partner say now and said last: who changed what, compared three ways.

Not here: what comes of it (``customer_update``, ``customer_conflict``).
"""

from odoo.tools import email_normalize

from .customer_address import compact, plain

ADDRESS_FIELDS = ("street", "street2", "city", "zip", "state_id", "country_id")


def groups_of(vals):
    """Yield (name, fields) of what is decided as one: half of one address and half of another
    would be none."""
    if "street" in vals:
        yield "address", ADDRESS_FIELDS
    for name in vals:
        if name not in ADDRESS_FIELDS:
            yield name, (name,)


class Sides:
    """The two sides of a binding; ``theirs`` is what the storefront says, as Odoo would write it.

    A verdict on fields is ``same``, ``first`` (nothing is known of before: what is here stays),
    ``ours`` (the storefront changed nothing), ``theirs`` (to be written) or ``conflict``, which is
    settled as ``theirs``, ``kept`` or ``asked``."""

    def __init__(self, partner, binding, theirs, names):
        self.partner, self.binding, self.theirs = partner, binding, theirs
        self.ours = {
            name: partner._fields[name].convert_to_write(partner[name], partner) for name in names
        }
        said = dict(binding.synced or {})
        other = said.pop("odoo", {})
        self._their_last, self._our_last = said, {**said, **other}
        self._verdicts = {names: self._compare(names) for _group, names in groups_of(theirs)}

    def verdict(self, names):
        return self._verdicts[names]

    def settle(self, names, verdict):
        """Decide a conflict."""
        self._verdicts[names] = verdict

    def asked(self):
        """Return the first field of each group that a human is asked about."""
        return {names[0] for names, verdict in self._verdicts.items() if verdict == "asked"}

    def values(self, names):
        """Return what the two say: (theirs, ours)."""
        return tuple({name: side[name] for name in names} for side in (self.theirs, self.ours))

    def synced(self, written):
        """Return what to keep of what both said, ``written`` being what is written now.

        What isn't settled is kept as it was said last, so that it is seen as changed again."""
        theirs, ours = dict(self._their_last), dict(self._our_last)
        if not theirs:
            theirs = {name: self.theirs.get(name, False) for name in self.ours}
            ours = dict(self.ours)
        for names in self._verdicts:
            if self._is_news(names, written):
                now_theirs, now_ours = self.values(names)
                theirs.update(now_theirs)
                ours.update(now_theirs if names[0] in written else now_ours)
        differing = {name: value for name, value in ours.items() if value != theirs.get(name)}
        return {**theirs, **({"odoo": differing} if differing else {})}

    def _compare(self, names):
        theirs, ours = self.values(names)
        if self._is_same(names, theirs, ours):
            return "same"
        if names[0] not in self._their_last:
            return "first"
        if self._is_same(names, theirs, self._their_last):
            return "ours"
        return "theirs" if self._is_same(names, ours, self._our_last) else "conflict"

    def _is_news(self, names, written):
        verdict = self._verdicts[names]
        if verdict == "same":
            lasts = (self._their_last, self._our_last)
            return not all(self._is_same(names, self.ours, last) for last in lasts)
        return verdict in ("first", "kept") or names[0] in written

    def _is_same(self, names, one, other):
        """Whether two sets of values say the same, however they are written."""
        if names == ADDRESS_FIELDS:
            # Not every storefront tells the state.
            states = {one.get("state_id"), other.get("state_id")} - {None, False}
            return len(states) < 2 and _place(one) == _place(other)
        (name,) = names
        return self._comparable(name, one.get(name)) == self._comparable(name, other.get(name))

    def _comparable(self, name, value):
        if name == "email":
            return email_normalize(value or "") or value or False
        if name == "phone":
            country = self.partner.country_id
            return compact(self.partner._phone_format(number=value, country=country) or value)
        return value or False


def _place(vals):
    return (
        plain(f"{vals.get('street') or ''} {vals.get('street2') or ''}"),
        plain(vals.get("city")),
        compact(vals.get("zip")),
        vals.get("country_id") or False,
    )
