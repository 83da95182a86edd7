"""Where earlier mails begin and end in what is written of a mail's HTML, and which of them are folded away."""

from __future__ import annotations

from enum import StrEnum
from html import escape
from typing import NamedTuple

from web_archive.introductions import begins_at
from web_archive.mail_texts import Texts
from web_archive.quoted_html import begins_rest, is_quote

MAX_FOLD = 3  # folds within folds
MAX_INTRODUCED = 500  # folds to which the line above them is looked for
SHORT = 400  # letters; a quote up to this is not folded where an answer stands below it
_SHUT, _SHOWN = '<details class="earlier">', '<details class="earlier" open="">'


class Fold(StrEnum):
    """What an earlier mail is: a quote, which ends, or all the rest."""

    QUOTE = "quote"
    REST = "rest"


class _Quote(NamedTuple):
    begin: int  # its places in what is written
    end: int
    letters_before: int
    letters: int
    depth: int  # of what it stands in


class Folds:
    """The earlier mails in `out`, a row of tags and of room for `texts`. A fold is written at the end: until then it is
    only a note of what stands before a place. `name` is what a fold is called; with `shut` False all stand open."""

    def __init__(self, out: list[str], texts: Texts, name: str, shut: bool) -> None:
        self._out = out
        self._texts = texts
        self._summary = f'<summary aria-label="{escape(name)}"></summary>'
        self._shut = shut
        self.depth = 0  # folds that what comes now stands in
        self._has_rest = False
        self._rest_begins = 0
        self._begun: dict[int, str] = {}  # what begins a fold, by the place that it stands before
        self._quotes: list[tuple[int, int]] = []  # the open ones: begin, letters before
        self._last = _Quote(-1, 0, 0, -1, 0)  # the quote that ended last
        self._short: list[_Quote] = []

    def beginning(self, element: str, attributes: dict[str, str]) -> Fold | None:
        """The earlier mail that begins with this element, if one does that is to be folded."""
        if self._has_rest or self.depth >= MAX_FOLD:
            return None
        if begins_rest(element, attributes):
            self._has_rest = True
            return Fold.REST
        if is_quote(element, attributes, self._texts.last()):
            return Fold.QUOTE
        return None

    def goes_on(self, depth: int) -> bool:
        """Whether a quote that begins now stands right below another, so deep too: then both are one."""
        last = self._last
        if last.letters != self._texts.letters or last.depth != depth:
            return False
        between = self._out[last.end + 1 :]
        if last.begin not in self._begun or any(part not in ("", "<br>") for part in between):
            return False
        self._out[last.end] = ""
        self._short = [short for short in self._short if short.end != last.end]
        self._quotes.append((last.begin, last.letters_before))
        self.depth += 1
        return True

    def begin(self, fold: Fold) -> None:
        """An earlier mail begins now, with the line above it that introduces it."""
        begin = self._introduced() if fold is Fold.QUOTE else None
        if begin is None:
            begin = len(self._out)
            self._out.append("")
        if fold is Fold.QUOTE:
            self._quotes.append((begin, self._texts.letters))
        else:
            self._rest_begins = begin + 1
        is_shut = self._shut and self._texts.letters > 0
        self._begun[begin] = (_SHUT if is_shut else _SHOWN) + self._summary
        self.depth += 1

    def end(self, fold: Fold, depth: int) -> None:
        """The innermost has ended with what was written last; `depth` is that of what it stands in."""
        self.depth -= 1
        if fold is Fold.REST:
            return
        begin, before = self._quotes.pop()
        self._last = _Quote(begin, len(self._out) - 1, before, self._texts.letters, depth)
        if self._last.letters - before <= SHORT:
            self._short.append(self._last)

    def finish(self) -> None:
        """Set each fold into what is written, where the texts are by now. A short one that an answer stands below is
        none; where there is nothing else to read, the first stands open."""
        for short in self._short:
            if self._texts.has_own(after=short.letters):
                self._undo(short)
        for number, (place, beginning) in enumerate(self._begun.items()):
            if not number and not self._texts.has_own():
                beginning = beginning.replace(_SHUT, _SHOWN, 1)
            self._out[place] = beginning + self._out[place]

    def _introduced(self) -> int | None:
        """Where the line begins that introduces the quote that comes now. An iPhone has it in a quote
        of its own, which is no fold then."""
        if len(self._begun) >= MAX_INTRODUCED:
            return None
        least = max(self._rest_begins, *(begin + 1 for begin, _ in self._quotes), 0)
        begin = begins_at(self._out, self._texts.nearby(), least)
        if begin is None:
            return None
        if self._last.begin >= begin:
            self._undo(self._last)
        if next(reversed(self._begun), -1) >= begin:
            return None
        self._texts.disown(begin)
        return begin

    def _undo(self, quote: _Quote) -> None:
        """What is in this fold stands open."""
        self._begun.pop(quote.begin, None)
        self._out[quote.end] = ""
