"""Mail as the postbox shows it: text with its links, HTML in a frame of its own, headers as lines.

Nothing is hidden here: it is the mailbox of the one who reads it. A `mailto:` leads to the page where one writes,
because nobody's mail program knows these people.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from email import policy
from email.parser import BytesHeaderParser
from html import escape, unescape
from urllib.parse import parse_qs, unquote, urlencode

from markupsafe import Markup

from mailhub.letter import Letter
from web_archive import pictures

# No script, nothing loaded; styles of the mail's own, in an origin of its own.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)
HEADER_OCTETS = 64 << 10
PICTURE_OCTETS = 4 << 20  # of all pictures in one frame
_LINK = re.compile(
    r"(https?://[^\s<>\"'`{}|\\^]{3,2000}[^\s<>\"'`{}|\\^.,;:!?)\]])"
    r"|((?:mailto:)?[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?:\?[^\s<>\"']{1,500})?)"
)
_MAILTO = re.compile(r"""href\s*=\s*(["'])mailto:([^"']{1,2000})\1""", re.IGNORECASE)
_CID = re.compile(r"""(["'])cid:([^"'<>]{1,1000})\1""", re.IGNORECASE)


def text(letter_text: str, write: Callable[[str], str]) -> Markup:
    """Text with its links; `write` makes the address of the page to write from a query."""
    out, at = [], 0
    for match in _LINK.finditer(letter_text):
        out.append(escape(letter_text[at : match.start()]))
        at = match.end()
        if match[1]:
            href = match[1]
            out.append(f'<a href="{escape(href)}" rel="noreferrer noopener">{escape(href)}</a>')
        else:
            href = write(_query(match[2].removeprefix("mailto:")))
            out.append(f'<a href="{escape(href)}">{escape(match[2])}</a>')
    out.append(escape(letter_text[at:]))
    return Markup("".join(out))


def frame(letter: Letter, write: Callable[[str], str]) -> str:
    """The HTML of a mail for its frame: pictures of the mail in it, links to write led to our page."""
    room = PICTURE_OCTETS

    def picture(match: re.Match[str]) -> str:
        nonlocal room
        found = pictures.find(letter, unescape(match[2]))
        if found is pictures.NO_PICTURE or len(found.content) > room:
            return '""'
        room -= len(found.content)
        return f'"data:{found.media_type};base64,{b64encode(found.content).decode()}"'

    def link(match: re.Match[str]) -> str:
        return f'href="{escape(write(_query(unescape(match[2]))))}" target="_top"'

    html = _CID.sub(picture, _MAILTO.sub(link, letter.html))
    return f'<!doctype html><meta charset="utf-8"><base target="_blank">{html}'


def headers(raw: bytes) -> list[tuple[str, str]]:
    """The header lines as they came, in order; at most 64 KB of them."""
    block = raw[:HEADER_OCTETS].split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    parsed = BytesHeaderParser(policy=policy.compat32).parsebytes(block + b"\r\n\r\n")
    return [(name, " ".join(str(value).split())) for name, value in parsed.items()]


def unsubscribe_path(lines: list[tuple[str, str]], site: str) -> str:
    """Our page to leave, where List-Unsubscribe (RFC 2369) names one; "" otherwise."""
    value = next((v for name, v in lines if name.lower() == "list-unsubscribe"), "")
    for part in value.split(",")[:10]:
        address = part.strip().strip("<>")
        if address.startswith(f"{site}/u/"):
            return address.removeprefix(site)
    return ""


def _query(mailto: str) -> str:
    """The query of the page to write, from what follows `mailto:` (RFC 6068)."""
    to, _, rest = mailto.partition("?")
    given = {key.lower(): values[0] for key, values in parse_qs(rest).items()}
    fields = {"to": unquote(to)}
    fields |= {key: given[key] for key in ("subject", "body") if key in given}
    return urlencode(fields)
