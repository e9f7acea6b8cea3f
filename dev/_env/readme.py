# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""README.rst and the page of the Apps screen, built from the fragments in `readme/`."""

import ast
import io
import re

from docutils.core import publish_parts

from .console import SetupError
from .paths import ROOT

FRAGMENTS = ROOT / "readme"
README = ROOT / "README.rst"
PAGE = ROOT / "static/description/index.html"

# Fragment and the title of its section, in the order of OCA's READMEs.
SECTIONS = (
    ("DESCRIPTION", ""),
    ("INSTALL", "Installation"),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("ERRORS", "Error messages"),
    ("ROADMAP", "Known limits"),
    ("DEVELOP", "Development"),
    ("CREDITS", "Credits"),
)
NOTICE = ".. Built by ./dev/readme from readme/: change the fragments there.\n"
STYLE = """
body { max-width: 60rem; margin: 0 auto; padding: 1rem; font-family: sans-serif; line-height: 1.5; }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 0.75rem; border: 1px solid #d8dadd; }
th, td { text-align: left; vertical-align: top; }
pre, code, .literal { background: #f3f4f6; font-size: 0.9em; }
pre { padding: 0.75rem; overflow-x: auto; }
"""
DOCUTILS = {
    "output_encoding": "unicode",
    "input_encoding": "unicode",
    "doctitle_xform": True,
    "initial_header_level": 2,
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "file_insertion_enabled": False,
    "syntax_highlight": "none",
    "math_output": "HTML",
    "toc_backlinks": False,
    "report_level": 2,
    "halt_level": 2,  # a warning is a mistake in a fragment
}


def main(arguments):
    """Write both files; with `--check` write nothing and return 1 if one is outdated."""
    if arguments not in ([], ["--check"]):
        raise SetupError("Usage: ./dev/readme [--check]", "")
    text = _readme()
    outdated = [
        file
        for file, content in ((README, text), (PAGE, _page(text)))
        if not file.exists() or file.read_text() != content
    ]
    if arguments:
        for file in outdated:
            print(f"{file.relative_to(ROOT)} is outdated: run ./dev/readme")
        return 1 if outdated else 0
    README.write_text(text)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(_page(text))
    return 0


def _readme():
    manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text())
    title = manifest["name"]
    parts = [NOTICE, f"{'=' * len(title)}\n{title}\n{'=' * len(title)}\n"]
    for name, heading in SECTIONS:
        fragment = FRAGMENTS / f"{name}.rst"
        if not fragment.exists():
            continue
        if heading:
            parts.append(f"{heading}\n{'=' * len(heading)}\n")
        content = fragment.read_text().strip() + "\n"
        parts.append(_with_sentences(content) if name == "ERRORS" else content)
        if not heading:
            parts.append(".. contents:: Table of contents\n   :local:\n   :depth: 2\n")
    return "\n".join(parts)


def error_sentences():
    """Each error code's sentence, read from the source: this runs without Odoo.

    An ellipsis stands for a parameter. What Test Connection finds has its remedy beside it on the
    screen, so that isn't here."""
    raw = {}
    for file in sentence_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Dict):
                raw.update(_sentences_of(node))
            elif isinstance(node, ast.Assign) and node.targets[0].id == "RETRIED":
                retried = node.value.args[0].value
    return {
        code: re.sub(r"%\(\w+\)s", "…", text.replace("%(next)s", retried)).replace("%%", "%")
        for code, text in raw.items()
    }


def sentence_files():
    """The files with the sentences that are explained in ERRORS.rst."""
    files = sorted((ROOT / "models").glob("messages*.py"))
    others = ("messages_check.py", "messages_changes.py")
    return [file for file in files if file.name not in others]


def _sentences_of(node):
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(value, ast.Call) and value.func.id == "_lt":
            yield key.value, value.args[0].value


def _with_sentences(text):
    """The fragment with the sentence in place of each `{code}`; SetupError if codes differ."""
    sentences = error_sentences()
    named = re.findall(r"\{(\w+)\}", text)
    wrong = sorted(set(sentences) ^ set(named)) + sorted(
        code for code in set(named) if named.count(code) > 1
    )
    if wrong:
        raise SetupError(
            f"readme/ERRORS.rst and models/messages*.py differ: {', '.join(wrong)}",
            todo="Name each code there once, as {code}, beside what a reader can do.",
        )
    apart = text.replace("} {", "}\n\n       {")  # a paragraph each
    return re.sub(r"\{(\w+)\}", lambda code: f"*{_escaped(sentences[code[1]])}*", apart)


def _escaped(sentence):
    return re.sub(r"([\\*`_|])", r"\\\1", sentence)


def _page(text):
    parts = publish_parts(
        text,
        source_path=str(README),
        writer="html5",
        settings_overrides={**DOCUTILS, "warning_stream": io.StringIO()},
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{parts['title']}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{parts['html_body'].strip()}\n</body>\n</html>\n"
    )
