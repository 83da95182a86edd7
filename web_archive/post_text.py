"""A plain text post as HTML: paragraphs, links, levels of quotes; earlier mails folded.

Lines that a mail program broke at a column are joined again, so that a phone can break them where it needs; lists,
tables and anything indented keep their lines. Works line by line, in time linear to the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby, takewhile

from web_archive.discretion import hide

MAX_TEXT = 200_000  # characters of a text that a page shows
MAX_LEVEL = 5
SHORT = 400  # characters; a quote up to this is not folded where an answer stands below it
_QUOTED = re.compile(r"(?:[>|] ?){1,40}")
_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^]{3,2000}", re.IGNORECASE)
_LIST = re.compile(r"\s{0,12}(?:[-*•–]|\d{1,3}[.)]|[a-z][.)])\s")
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S|^[ \t]{4}|[-=_+|]{8}")
_EARLIER = re.compile(
    r"\s*(?:>|-{2,} ?\w[\w ]{0,40}-{2,}|_{10,}|From:\s|Von:\s|De ?:\s|Van:\s|Od:\s|[^\n]{1,200}:$)"
)
_WIDE = 60  # a paragraph is taken for broken at a column from this width on


def render(text: str, new_text: str, earlier: str) -> str:
    """The whole text as HTML. `earlier` is the name of a fold, a word for people."""
    lines = hide(text).splitlines()
    head = hide(new_text).strip().splitlines()
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    end = start + len(head)
    if head and [s.rstrip() for s in lines[start:end]] == [s.rstrip() for s in head]:
        rest = lines[end:]
        cut = next((n for n, line in enumerate(rest) if _EARLIER.match(line)), len(rest))
        parts = [_levels(lines[start:end], earlier), _signature(rest[:cut])]
        if any(line.strip() for line in rest[cut:]):
            parts.append(_folded(_levels(rest[cut:], ""), earlier))
        return "".join(parts)
    return _levels(lines, earlier)


def _signature(lines: list[str]) -> str:
    written = "<br>".join(_line(line) for line in "\n".join(lines).strip("\n ").splitlines())
    return f'<p class="signature">{written}</p>' if written else ""


def _folded(html: str, earlier: str) -> str:
    name = escape(earlier)
    return f'<details class="earlier"><summary aria-label="{name}"></summary>{html}</details>'


def _levels(lines: list[str], earlier: str) -> str:
    """Runs of lines of the same level. A quote is folded where `earlier` names folds, unless it is
    short and stands above an answer."""
    runs = [(is_quote, list(run)) for is_quote, run in groupby(lines, key=_is_quoted)]
    answers = [n for n, (is_quote, run) in enumerate(runs) if not is_quote and _says(run)]
    last = answers[-1] if answers else -1
    out = []
    for number, (is_quote, run) in enumerate(runs):
        if not is_quote:
            out.append("".join(_paragraphs(run)))
            continue
        stays = number < last and sum(map(len, run)) <= SHORT
        html = _quotes(run)
        out.append(html if stays or not earlier else _folded(html, earlier))
    return "".join(out)


def _is_quoted(line: str) -> bool:
    return line.startswith(">")


def _says(lines: list[str]) -> bool:
    """Whether there are words in these lines, above a signature."""
    return any(line.strip() for line in takewhile(lambda line: line.rstrip() != "--", lines))


def _quotes(lines: list[str]) -> str:
    out, depth = [], 0
    levelled = (_level(line) for line in lines)
    for level, run in groupby(levelled, key=lambda pair: pair[0]):
        out.append("<blockquote>" * (level - depth) + "</blockquote>" * (depth - level))
        out.extend(_paragraphs([line for _, line in run]))
        depth = level
    return "".join(out) + "</blockquote>" * depth


def _level(line: str) -> tuple[int, str]:
    mark = _QUOTED.match(line)
    if mark is None:
        return 1, line
    return min(mark[0].count(">"), MAX_LEVEL) or 1, line[mark.end() :]


def _paragraphs(lines: list[str]) -> Iterator[str]:
    for is_blank, run in groupby(lines, key=lambda line: not line.strip()):
        if is_blank:
            continue
        paragraph = list(run)
        if len(paragraph) > 1 and sum(1 for line in paragraph if _COLUMNS.search(line)) > 1:
            yield "<pre>" + "\n".join(_line(line) for line in paragraph) + "</pre>"
        else:
            yield "<p>" + _flowed(paragraph) + "</p>"


def _flowed(lines: list[str]) -> str:
    """A paragraph: a line end stays where the next word would have had room on the line."""
    width = max(len(line) for line in lines)
    out = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        out.append(_line(line.strip()))
        if not following:
            break
        word = len(following.split(None, 1)[0])
        broken = _WIDE <= width <= 120 and len(line) + 1 + word > width
        out.append(" " if broken and not _LIST.match(following) else "<br>")
    return "".join(out)


def _line(line: str) -> str:
    """One line with its links."""
    out, at = [], 0
    for match in _LINK.finditer(line):
        address = _trimmed(match[0])
        if "@…" in address:
            continue
        out.append(escape(line[at : match.start()], quote=False))
        written = escape(address)
        out.append(f'<a href="{written}" rel="nofollow noreferrer noopener ugc">{written}</a>')
        at = match.start() + len(address)
    return "".join(out) + escape(line[at:], quote=False)


def _trimmed(address: str) -> str:
    """A link without the full stop or bracket that belongs to the sentence around it."""
    address = address.rstrip(".,;:!?*_'’”\"»")
    while address.endswith((")", "]")) and address.count("(") + address.count("[") < (
        address.count(")") + address.count("]")
    ):
        address = address[:-1].rstrip(".,;:!?")
    return address
