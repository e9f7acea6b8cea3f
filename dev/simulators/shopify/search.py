# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shopify's search syntax (https://shopify.dev/docs/api/usage/search-syntax) over the state.

`term`, `field:value`, `field:>=value`, quotes, `-` and NOT, AND (also by juxtaposition), OR,
parentheses, prefix `*`. As in the real thing, an unknown field is no error: it filters nothing and
the answer carries a warning in `extensions.search`.
"""

import re
from datetime import datetime, timezone

TOKEN = re.compile(
    r"""\s*(?:
    (?P<open>\() | (?P<close>\)) | (?P<and>AND\b) | (?P<or>OR\b) | (?P<not>NOT\b|-)
    | (?: (?P<field>metafields\.\$app:[\w.-]+ | [\w.$-]+?) : (?P<op>>=|<=|>|<)? \s*)?
      (?P<value>'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | [^\s()]+)
    )""",
    re.VERBOSE,
)
PART_OF_DATE = re.compile(r"\d{4}(-\d\d)?")
OPERATORS = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


class Term:
    def __init__(self, field, operator, value):
        self.field, self.operator, self.value = field, operator, value

    def test(self, row, fields):
        getter = fields.get(self.field or "default")
        if getter is None:
            return True
        found = getter(row)
        return any(self._fits(one) for one in (found if isinstance(found, list) else [found]))

    def _fits(self, found):
        if found is None:
            return False
        if isinstance(found, datetime):
            return self._compare(found, moment(self.value))
        if isinstance(found, bool):
            return str(found).lower() == self.value.lower()
        if isinstance(found, (int, float)):
            return self._compare(found, _number(self.value))
        return self._text(str(found).lower(), self.value.lower())

    def _compare(self, found, wanted):
        if wanted is None:
            return False
        return OPERATORS[self.operator](found, wanted) if self.operator else found == wanted

    def _text(self, found, wanted):
        if wanted == "*":
            return bool(found)
        if wanted.endswith("*"):
            return found.startswith(wanted[:-1])
        if self.field is None:
            return wanted in found
        return found == wanted


class Group:
    """`every` true: all parts must fit (AND); false: one is enough (OR)."""

    def __init__(self, every, parts):
        self.every, self.parts = every, parts

    def test(self, row, fields):
        check = all if self.every else any
        return check(part.test(row, fields) for part in self.parts)


class Not:
    def __init__(self, part):
        self.part = part

    def test(self, row, fields):
        return not self.part.test(row, fields)


def parse(text):
    """The query as a tree of Group, Not and Term."""
    return _Parser(list(TOKEN.finditer(text))).any()


class _Parser:
    def __init__(self, tokens):
        self.tokens, self.at = tokens, 0

    def _next(self, kind):
        if self.at < len(self.tokens) and self.tokens[self.at].group(kind):
            self.at += 1
            return True
        return False

    def any(self):
        parts = [self.all()]
        while self._next("or"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Group(False, parts)

    def all(self):
        parts = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.group("or") or token.group("close"):
                break
            if not self._next("and"):
                parts.append(self.one())
        return parts[0] if len(parts) == 1 else Group(True, parts)

    def one(self):
        if self._next("not"):
            return Not(self.one())
        if self._next("open"):
            inner = self.any()
            self._next("close")
            return inner
        token = self.tokens[self.at]
        self.at += 1
        return Term(token.group("field"), token.group("op"), unquoted(token.group("value") or ""))


def unquoted(text):
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def moment(text):
    """A search's date as an aware datetime (UTC when it names no zone), or None."""
    if text == "now":
        return datetime.now(timezone.utc)
    text += "-01" * (2 - text.count("-")) if PART_OF_DATE.fullmatch(text) else ""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _number(text):
    try:
        return float(text)
    except ValueError:
        return None


def terms(tree):
    """All the terms of a query."""
    if isinstance(tree, Term):
        return [tree]
    parts = [tree.part] if isinstance(tree, Not) else tree.parts
    return [term for part in parts for term in terms(part)]


def exact(tree, *fields):
    """[(field, value)] of a query that is only `field:a OR field:b …` with these fields, else None:
    an index answers it."""
    parts = tree.parts if isinstance(tree, Group) and not tree.every else [tree]
    plain = all(
        isinstance(part, Term)
        and part.field in fields
        and not part.operator
        and not part.value.endswith("*")
        for part in parts
    )
    return [(part.field, part.value) for part in parts] if plain else None
