"""Says of the lines of a text which of them the HTML beside it shows as quoted or as signature.

Mail programs mark quotes and signatures in their HTML: by a class, an id, a `blockquote`. The
marks are carried over to the lines by the words that both have. What the HTML does not say stays
open; it refuses nothing, looks at the first 256 KB only, and never follows a tree by recursion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from itertools import islice

from lxml import etree


class Mark(Enum):
    """What the HTML says of a line."""

    OWN = "own"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    INDENTED = "indented"


class _Opens(Enum):
    """What an element opens, each with the sign that stands for it in the text (no characters)."""

    QUOTED = "\ufdd0"
    SIGNATURE = "\ufdd1"
    INDENTED = "\ufdd2"
    REST = "\ufdd3"  # all that follows is quoted
    REST_BELOW_LABELS = "\ufdd4"  # the same where it holds the labels of a mail

    @property
    def mark(self) -> Mark:
        """The mark of what stands within."""
        return _MARKS.get(self, Mark.QUOTED)


_MARKS = {_Opens.SIGNATURE: Mark.SIGNATURE, _Opens.INDENTED: Mark.INDENTED}
_OPENED_BY = {opens.value: opens for opens in _Opens}
_CLOSE = "\ufdd5"
_SIGNS = re.compile("([\ufdd0-\ufdd5])")
# What libxml2 gives, of "&#1;", and does not take back.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_LONGEST = 256 * 1024
_LINES = 5_000
# A line is looked for a little further on; so many may be missing before it is given up.
_AHEAD = 6_000
_MISSES = 300
_KEY = 48

# What a ">" in the text cannot say.
_MORE = re.compile(r"ignature|border:\s?none|<blockquote>", re.IGNORECASE)
_HEAD = re.compile(r"gmail_attr|moz-cite-prefix")
_INDENT = re.compile(r"border\s*:\s*(?:none|0)\b", re.IGNORECASE)
# Without one of these the HTML says nothing.
_ANY = re.compile(
    r"blockquote|gmail_|yahoo_quoted|divRplyFwdMsg|appendonsend|OutlookMessageHeader|"
    r"moz-cite-prefix|moz-forward|moz-signature|protonmail_|zmail_extra|zwchr|OLK_SRC_BODY|"
    r"stopSpelling|front-|tutanota_quote|border-top|AppleMailSignature|ms-outlook-mobile|"
    r"__QUOTED_TEXT__|__HEADERS__|mail-editor-reference|[Ss]ignature|__SIG_"
)
_QUOTE = re.compile(
    r"\b(?:gmail_attr|moz-cite-prefix|"
    r"__QUOTED_TEXT__|__HEADERS__|OutlookMessageHeader|isForwardContent)\b|yahoo_quoted"
)
_REST = re.compile(
    r"(?:\b|x_)(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling|zwchr|"
    r"mail-editor-reference-message-container|ms-outlook-mobile-body-separator-line)\b"
)
_SIGNATURE = re.compile(
    r"\b(?:gmail_signature|moz-signature|AppleMailSignature|ms-outlook-mobile-signature|front-signature|"
    r"protonmail_signature_block|data-signatureblock|__SIG_(?:PRE|POST)__)\b|"
    r"(?<!\S)(?:x_)?[Ss]ignature(?!\S)"
)
_BORDER = re.compile(r"border-top(?:-style)?\s*:\s*[^;]{0,40}solid", re.IGNORECASE)
_UNSEEN = ("style", "script", "head", "title")


def says_more(html: str) -> bool:
    """Whether the HTML may say what marks in the text do not: signatures, indented own words."""
    return _MORE.search(html, 0, _LONGEST) is not None


def names_heads(html: str) -> bool:
    """Whether the HTML says which line introduces a quote."""
    return _HEAD.search(html, 0, _LONGEST) is not None


def marks(lines: Sequence[str], html: str) -> list[Mark | None]:
    """For each line of the text what the HTML says of it; None where it says nothing."""
    html = html[:_LONGEST]
    none: list[Mark | None] = [None] * len(lines)
    if not _ANY.search(html):
        return none
    pieces = _pieces(html)
    if all(mark is Mark.OWN for _, mark in pieces):
        return none
    return _carried(lines, pieces, none)


def _pieces(html: str) -> list[tuple[str, Mark]]:
    """The text of the HTML in order, without blanks, each piece with its mark."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return []
    if root is None:
        return []
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    _set_signs(root)
    whole = etree.tostring(root, method="text", encoding="unicode")
    pieces: list[tuple[str, Mark]] = []
    opened = [Mark.OWN]
    rest = False
    for part in _SIGNS.split(whole):
        opens = _OPENED_BY.get(part)
        if opens is not None:
            outer = opened[-1]
            rest = rest or (outer is Mark.OWN and opens is _Opens.REST)
            opened.append(opens.mark if outer is Mark.OWN else outer)
        elif part == _CLOSE:
            if len(opened) > 1:
                opened.pop()
        elif bare := "".join(part.split()):
            pieces.append((bare, Mark.QUOTED if rest else opened[-1]))
    return pieces


def _set_signs(root: etree._Element) -> None:
    """Puts a sign into the text where an element of some meaning begins, and one where it ends."""
    known: dict[tuple[object, ...], _Opens | None] = {}
    for element in root.iter():
        attributes = element.items()
        if not attributes and element.tag != "blockquote":
            continue
        key = (element.tag, *attributes)
        if key not in known:
            known[key] = _opens(str(element.tag), dict(attributes))
        opens = known[key]
        if opens is _Opens.REST_BELOW_LABELS:
            head = "".join(islice(element.itertext(), 40))
            opens = _Opens.REST if head.count(":") >= 3 else None
        if opens is not None:
            element.text = opens.value + _REFUSED.sub("", element.text or "")
            element.tail = _CLOSE + _REFUSED.sub("", element.tail or "")


def _opens(tag: str, attributes: dict[str, str]) -> _Opens | None:
    """What an element is by its own attributes, None for one of no meaning."""
    named = (attributes.get("class"), attributes.get("id"), attributes.get("data-marker"))
    names = " ".join(filter(None, named))
    if names:
        if _REST.search(names):
            return _Opens.REST
        if _SIGNATURE.search(names):
            return _Opens.SIGNATURE
        if _QUOTE.search(names):
            return _Opens.QUOTED
    style = attributes.get("style", "")[:400]
    bare = not attributes or _INDENT.search(style)
    if tag == "blockquote" and bare and not attributes.get("type"):
        return _Opens.INDENTED
    cited = attributes.get("type") == "cite" or attributes.get("cite") or names
    if tag == "blockquote" and cited:
        return _Opens.QUOTED
    if attributes.get("data-signatureblock"):
        return _Opens.SIGNATURE
    return _Opens.REST_BELOW_LABELS if tag == "div" and _BORDER.search(style) else None


def _carried(
    lines: Sequence[str], pieces: Sequence[tuple[str, Mark]], found: list[Mark | None]
) -> list[Mark | None]:
    """The marks of the pieces, carried over to the lines that have the same words."""
    whole = "".join(text for text, _ in pieces)
    ends: list[int] = []
    length = 0
    for text, _ in pieces:
        length += len(text)
        ends.append(length)
    position, piece, misses = 0, 0, 0
    for number, line in enumerate(lines[:_LINES]):
        key = "".join(line[:200].lstrip("> *•-").split())[:_KEY]
        if not key:
            continue
        ahead = _AHEAD if len(key) > 12 else 200
        at = whole.find(key, position, position + ahead)
        if at < 0:
            misses += 1
            if misses > _MISSES:
                break
            continue
        while ends[piece] <= at:
            piece += 1
        found[number] = pieces[piece][1]
        position = at + len(key)
    return _between(found)


def _between(found: list[Mark | None]) -> list[Mark | None]:
    """A line that was not found, between two of one mark, has theirs."""
    before: Mark | None = None
    waiting: list[int] = []
    for number, mark in enumerate(found):
        if mark is None:
            waiting.append(number)
            continue
        if mark is before and mark is not Mark.OWN:
            for open_line in waiting:
                found[open_line] = mark
        before, waiting = mark, []
    if before is Mark.QUOTED:
        for open_line in waiting:
            found[open_line] = Mark.QUOTED
    return found
