"""Writes the tokens of strangers' HTML anew: well-formed, no deeper than `MAX_DEPTH`, styles as classes,
earlier mails folded, pictures and addresses as the archive shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from web_archive.discretion import hide, hide_across
from web_archive.html_tokens import Close, Open, attributes_of
from web_archive.introductions import LOOKED_BACK, begins_at
from web_archive.mail_elements import (
    BECOMES,
    ENDS,
    INLINE,
    KEPT,
    TABLE_PARTS,
    VOID,
    WALLS,
    host_of,
    size_of,
    written,
)
from web_archive.quoted_html import begins_rest, is_quote

MAX_DEPTH = 60
MAX_FOLD = 3  # folds within folds
MAX_INTRODUCED = 500  # folds to which the line above them is looked for
SHORT = 400  # characters; a quote up to this is not folded where an answer stands below it
_SHUT, _SHOWN = '<details class="earlier">', '<details class="earlier" open="">'
# Elements of ours, in the stack of open ones.
_REGION, _QUOTE, _REST = "region", "quote", "rest"
_OURS = {_REGION: "div", _QUOTE: "details", _REST: "details"}


@dataclass(frozen=True, slots=True)
class Shown:
    """How a post's HTML is to be shown. `picture` gives our address of a picture by its Content-ID;
    the other two are words for people."""

    picture: Callable[[str], str]
    earlier: str  # the name of a fold
    table: str  # the name of a region that scrolls
    fold: bool = True  # False: earlier mails stay open, as in a mail that was forwarded


class MailWriter:
    """Writes tokens as well-formed HTML. Texts are put in place at the end, so that an address which
    runs over several of them is still found."""

    def __init__(self, shown: Shown, apart: bool = False) -> None:
        self._shown = shown
        self._apart = apart  # its style sheet sets Outlook's paragraphs apart
        self._out: list[str] = []
        self._open: list[str] = []
        self._texts: list[str] = []
        self._places: list[int] = []  # of the texts in _out; -1: a gap between blocks
        self._folds = 0
        self._begun: dict[
            int, str
        ] = {}  # what begins a fold, by the place in _out that it is before
        self._quotes: list[tuple[int, int]] = []  # where each begins in _out, letters before it
        self._rests = 0  # where the last fold to the end begins in _out
        self._closed = (-1, 0, 0, -1, 0)  # the last: begin, end, letters before and after, depth
        self._letters = 0
        self._short: list[tuple[int, int, int]] = []  # quotes: begin and end in _out, letters then
        self._signed = False  # the mark above a signature was written
        self._new: list[int] = []  # letters each time that words outside of quotes were written
        self._is_rest = False
        self._said = False  # a word that is not blank has been written
        self._fresh = 0  # so many of the innermost open elements have no word in them yet

    def words(self, text: str) -> None:
        """Text, to be escaped."""
        if stripped := text.strip():
            self._said = True
            self._fresh = 0
            self._letters += len(stripped)
            self._signed = self._signed or stripped == "--"
            if not self._folds and not self._signed:
                self._new.append(self._letters)
        self._texts.append(text)
        self._places.append(len(self._out))
        self._out.append("")

    def open(self, tag: Open) -> None:
        """A start tag: written as what it becomes, or passed over."""
        name = BECOMES.get(tag.name, tag.name)
        if name == "img":
            self._picture(attributes_of(tag))
            return
        if name not in KEPT:
            return
        attributes = attributes_of(tag) if tag.attributes else {}
        if name not in INLINE:
            self._gap()
        while self._open and self._open[-1] in ENDS.get(name, ()):
            self._pop()
        if len(self._open) >= MAX_DEPTH:
            return
        self._fold(tag.name, attributes)
        if name == "table" and _REGION not in self._open:
            label = escape(self._shown.table)
            self._push(_REGION, f' class="wide" role="region" tabindex="0" aria-label="{label}"')
        self._push(name, written(tag.name, name, attributes, self._apart))

    def close(self, tag: Close) -> None:
        """An end tag: it closes the nearest element of its name, and what stands open in that."""
        name = BECOMES.get(tag.name, tag.name)
        if name not in KEPT:
            return
        if name not in INLINE:
            self._gap()
        for above, standing in enumerate(reversed(self._open), start=1):
            if standing == name:
                for _ in range(above):
                    self._pop()
                break
            if standing in WALLS and name not in TABLE_PARTS:
                break
        while self._open and self._open[-1] in (_REGION, _QUOTE):
            self._pop()  # each holds one element

    def finish(self) -> str:
        """All that was written."""
        while self._open:
            self._pop()
        for begin, end, letters in self._short:
            if self._new and letters < self._new[-1]:
                self._undo(begin, end)
        for place, text in zip(self._places, hide_across(self._texts), strict=True):
            if place >= 0:
                self._out[place] = escape(text, quote=False)
        for number, (place, beginning) in enumerate(self._begun.items()):
            if not number and not self._new:  # there is nothing else to read
                beginning = beginning.replace(_SHUT, _SHOWN, 1)
            self._out[place] = beginning + self._out[place]
        return "".join(self._out)

    def _fold(self, name: str, attributes: dict[str, str]) -> None:
        if self._is_rest or self._folds >= MAX_FOLD:
            return
        if begins_rest(name, attributes):
            self._is_rest = True
            fold = _REST
        elif is_quote(name, attributes, "".join(self._texts[-12:])):
            fold = _QUOTE
        else:
            return
        self._folds += 1
        # Outlook wraps its line once more: the fold has to hold what follows the wrapper too.
        wrappers = [self._open[-n] for n in range(self._fresh, 0, -1)] if fold == _REST else []
        if any(w not in ("div", "span") for w in wrappers):
            wrappers = []
        for _ in wrappers:
            self._pop()
        beginning = _SHUT if self._shown.fold and self._said else _SHOWN
        if fold == _QUOTE and self._goes_on():
            return
        looks = fold == _QUOTE and len(self._begun) < MAX_INTRODUCED
        begin = self._introduced() if looks else None
        if begin is None:
            begin = len(self._out)
            self._out.append("")
        if fold == _QUOTE:
            self._quotes.append((begin, self._letters))
        else:
            self._rests = begin + 1
        label = escape(self._shown.earlier)
        self._begun[begin] = f'{beginning}<summary aria-label="{label}"></summary>'
        self._open.append(fold)
        self._fresh += 1
        for wrapper in wrappers:
            self._push(wrapper, "")

    def _introduced(self) -> int | None:
        """Where the line begins that introduces the quote that comes now. An iPhone has it in a quote
        of its own, which is no fold then."""
        texts = zip(self._places[-LOOKED_BACK:], self._texts[-LOOKED_BACK:], strict=True)
        least = max(self._rests, *(begin + 1 for begin, _ in self._quotes), 0)
        begin = begins_at(self._out, {n: text for n, text in texts if n >= 0}, least)
        if begin is None:
            return None
        first, end, *_ = self._closed
        if first >= begin:
            self._undo(first, end)
        if next(reversed(self._begun), -1) >= begin:
            return None
        said = 0
        for place, text in zip(reversed(self._places), reversed(self._texts), strict=True):
            if 0 <= place < begin:
                break
            said += len(text.strip())
        while self._new and self._new[-1] > self._letters - said:
            self._new.pop()
        return begin

    def _undo(self, begin: int, end: int) -> None:
        """What is in this fold stands open."""
        self._begun.pop(begin, None)
        self._out[end] = ""

    def _goes_on(self) -> bool:
        """Whether this quote stands right below another; then both are in one fold."""
        begin, end, before, letters, depth = self._closed
        if letters != self._letters or depth != len(self._open):
            return False
        if begin not in self._begun or any(
            part not in ("", "<br>") for part in self._out[end + 1 :]
        ):
            return False
        self._out[end] = ""
        self._short = [short for short in self._short if short[1] != end]
        self._quotes.append((begin, before))
        self._open.append(_QUOTE)
        return True

    def _picture(self, attributes: dict[str, str]) -> None:
        source = attributes.get("src", "").strip()
        alt = attributes.get("alt", "").strip()[:200]
        if source[:4].lower() == "cid:":
            size = size_of(attributes)
            address = escape(self._shown.picture(source[4:].strip("<> ")))
            self._out.append(f'<img src="{address}" alt="{escape(hide(alt))}"{size}>')
        elif name := " ".join(p for p in (alt, host_of(source, attributes)) if p):
            self._out.append('<span class="picture">')
            self.words(name)
            self._out.append("</span>")

    def _gap(self) -> None:
        """Words before and after a block are not one word."""
        self._texts.append("\n")
        self._places.append(-1)

    def _push(self, name: str, attributes: str) -> None:
        self._out.append(f"<{_OURS.get(name, name)}{attributes}>")
        if name not in VOID:
            self._open.append(name)
            self._fresh += 1

    def _pop(self) -> None:
        name = self._open.pop()
        self._fresh = max(self._fresh - 1, 0)
        self._out.append(f"</{_OURS.get(name, name)}>")
        if name in (_QUOTE, _REST):
            self._folds -= 1
        if name == _QUOTE:
            begin, before = self._quotes.pop()
            end = len(self._out) - 1
            self._closed = (begin, end, before, self._letters, len(self._open))
            if self._letters - before <= SHORT:
                self._short.append((begin, end, self._letters))
