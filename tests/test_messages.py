# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every error code has a sentence, and the sentence gets the parameters it names."""

import ast
import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from ..models.messages import MESSAGES, generic, render
from ..platforms import errors

ADDON = Path(__file__).resolve().parents[1]
ERRORS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.StorefrontError)
}
# Arguments of errors that are no parameters of the sentence.
NO_PARAMETERS = {"detail", "seconds", "uses_try", "field_errors"}


def raised():
    """Yield (code, names of its parameters, place) of each error the addon makes."""
    for folder in ("platforms", "flows", "models", "controllers"):
        for file in sorted((ADDON / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    yield from _raised_by(node, file)


def _raised_by(call, file):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name not in ERRORS:
        return
    code = ERRORS[name].default_code
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and name != "Unsupported":
        code = first.value
    elif first is not None and name != "Unsupported":
        return  # a code from a table: the tables are the next test's
    names = {keyword.arg for keyword in call.keywords} - NO_PARAMETERS
    if name == "Unsupported":
        names.add("capability")
    if name == "Rejected" and any(keyword.arg == "field_errors" for keyword in call.keywords):
        names.add("fields")
    yield code, names, f"{file.relative_to(ADDON)}:{call.lineno}"


@tagged("post_install", "-at_install")
class TestMessages(TransactionCase):
    def placeholders(self, code):
        return set(re.findall(r"%\((\w+)\)s", self.env._(MESSAGES[code])))

    def test_every_error_made_has_a_sentence_with_its_parameters(self):
        found = list(raised())
        self.assertGreater(len(found), 30)
        for code, names, place in found:
            with self.subTest(code=code, place=place):
                self.assertIn(code, MESSAGES)
                self.assertLessEqual(self.placeholders(code) - {"next"}, names)

    def test_every_class_of_error_has_a_sentence(self):
        codes = {kind.default_code for kind in ERRORS.values()} - {"error"}
        self.assertLessEqual(codes, set(MESSAGES))

    def test_every_cause_of_an_issue_has_a_sentence(self):
        pattern = re.compile(r'"code": "(\w+)"')
        codes = {
            code
            for folder in ("flows", "models")
            for file in (ADDON / folder).glob("*.py")
            for code in pattern.findall(file.read_text())
        }
        self.assertIn("order_deleted", codes)
        self.assertLessEqual(codes, set(MESSAGES))

    def test_every_sentence_can_be_rendered(self):
        for code in MESSAGES:
            with self.subTest(code=code):
                params = {name: f"<{name}>" for name in self.placeholders(code)}
                sentence = render(self.env, code, params)
                self.assertNotIn("%(", sentence)
                self.assertNotEqual(sentence, code)
                for value in params.values():
                    self.assertIn(value, sentence)

    def test_parameters_are_filled_in(self):
        self.assertEqual(
            render(self.env, "tax_missing", {"title": "VAT", "percent": "20", "country": "FR"}),
            "The tax “VAT” (20 %, on top of prices, country: FR) has no counterpart. Choose the "
            "tax it stands for, or create it.",
        )

    def test_words_without_values_beat_no_words(self):
        for params in (None, {}, {"path": 5}, ["odd"], "text"):
            with self.subTest(params=params):
                self.assertTrue(
                    render(self.env, "product_missing", params).startswith(
                        "No product for “…” (SKU …)."
                    )
                )

    def test_dead_letter_is_not_said_to_be_tried_again(self):
        self.assertEqual(
            render(self.env, "server_error"),
            "The storefront failed on its side. It is tried again by itself.",
        )
        self.assertEqual(
            render(self.env, "server_error", is_final=True),
            "The storefront failed on its side. All tries are used up: replay it.",
        )
        self.assertEqual(
            generic(self.env, "unexpected", is_final=True),
            "Something unexpected went wrong (…); the server's log has the details. All tries are "
            "used up: replay it.",
        )

    def test_unknown_code_is_shown_as_it_is(self):
        self.assertEqual(render(self.env, "third_party_code", {"a": 1}), "third_party_code")

    def test_no_code_is_no_sentence(self):
        self.assertEqual(render(self.env, False), "")
