# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The JSON in an answer that bad hosts wrap into other things.

A byte order mark before it (a theme's file was saved with one), and PHP's notices and warnings
around it where a host shows them to the world. A page is no answer: its scripts hold JSON too.
"""

import json
import re

_BOM = b"\xef\xbb\xbf"
_PAGE = re.compile(rb"<(?:!doctype|html|head|body|script|style|meta)\b", re.IGNORECASE)
# ``<br />\n<b>Warning</b>:  …`` as HTML, ``PHP Warning:  …`` without
# (https://www.php.net/manual/en/errorfunc.configuration.php#ini.html-errors).
_NOTICE = re.compile(
    rb"(?:<br\s*/?>|<b>|(?:PHP )?(?:Notice|Warning|Deprecated|Strict Standards)\b)", re.IGNORECASE
)
# A notice may hold brackets of its own; so many are tried for the answer's.
_MAX_STARTS = 50


def clean(body: bytes) -> bytes:
    """Return the JSON in ``body``; ``body`` itself where there is none to be found around it."""
    text = body
    while text.startswith(_BOM):
        text = text[len(_BOM) :]
    text = text.strip()
    if text[:1] in (b"{", b"[") and _is_json(text):
        return text
    if _PAGE.search(text):
        return body
    if text[:1] not in (b"{", b"[") and not _NOTICE.match(text):
        return body
    return _between_notices(text) or body


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _between_notices(text: bytes) -> bytes:
    words = text.decode(errors="replace")
    decoder = json.JSONDecoder()
    starts = (found.start() for found in re.finditer(r"[{\[]", words))
    for _try, start in zip(range(_MAX_STARTS), starts, strict=False):
        try:
            _value, end = decoder.raw_decode(words, start)
        except (ValueError, RecursionError):
            continue
        rest = words[end:].strip().encode()
        if not rest or _NOTICE.match(rest):
            return words[start:end].encode()
    return b""
