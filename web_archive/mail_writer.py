"""Writes the tokens of strangers' HTML anew: well-formed, no deeper than `MAX_DEPTH`, styles as classes,
earlier mails folded, pictures and addresses as the archive shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from web_archive.discretion import hide
from web_archive.html_tokens import Close, Open, attributes_of
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
from web_archive.mail_folds import Fold, Folds
from web_archive.mail_texts import Texts

MAX_DEPTH = 60
# Elements of ours, in the stack of open ones.
_REGION = "region"
_OURS = {_REGION: "div", Fold.QUOTE: "details", Fold.REST: "details"}


@dataclass(frozen=True, slots=True)
class Shown:
    """How a post's HTML is to be shown. `picture` gives our address of a picture by its Content-ID;
    the other two are words for people."""

    picture: Callable[[str], str]
    earlier: str  # the name of a fold
    table: str  # the name of a region that scrolls
    fold: bool = True  # False: earlier mails stay open, as in a mail that was forwarded


class MailWriter:
    """Writes tokens as well-formed HTML."""

    def __init__(self, shown: Shown, apart: bool = False) -> None:
        self._shown = shown
        self._apart = apart  # its style sheet sets Outlook's paragraphs apart
        self._out: list[str] = []
        self._open: list[str] = []
        self._fresh = 0  # so many of the innermost open elements have no word in them yet
        self._texts = Texts()
        self._folds = Folds(self._out, self._texts, shown.earlier, shown.fold)

    def words(self, text: str) -> None:
        """Text, to be escaped."""
        if self._texts.add(text, len(self._out), is_own=not self._folds.depth):
            self._fresh = 0
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
            self._texts.gap()
        while self._open and self._open[-1] in ENDS.get(name, ()):
            self._pop()
        if len(self._open) >= MAX_DEPTH:
            return
        self._fold(tag.name, attributes)
        if name == "table" and _REGION not in self._open:
            label = escape(self._shown.table)
            self._push(_REGION, f' class="wide" role="group" tabindex="0" aria-label="{label}"')
        self._push(name, written(tag.name, name, attributes, self._apart))

    def close(self, tag: Close) -> None:
        """An end tag: it closes the nearest element of its name, and what stands open in that."""
        name = BECOMES.get(tag.name, tag.name)
        if name not in KEPT:
            return
        if name not in INLINE:
            self._texts.gap()
        for above, standing in enumerate(reversed(self._open), start=1):
            if standing == name:
                for _ in range(above):
                    self._pop()
                break
            if standing in WALLS and name not in TABLE_PARTS:
                break
        while self._open and self._open[-1] in (_REGION, Fold.QUOTE):
            self._pop()  # each holds one element

    def finish(self) -> str:
        """All that was written."""
        while self._open:
            self._pop()
        self._texts.put_into(self._out)
        self._folds.finish()
        return "".join(self._out)

    def _fold(self, name: str, attributes: dict[str, str]) -> None:
        """Where this element is an earlier mail, begin a fold around it."""
        fold = self._folds.beginning(name, attributes)
        if fold is None:
            return
        # Outlook wraps its line once more: the fold has to hold what follows the wrapper too.
        wrappers = self._open[len(self._open) - self._fresh :] if fold is Fold.REST else []
        if any(wrapper not in ("div", "span") for wrapper in wrappers):
            wrappers = []
        for _ in wrappers:
            self._pop()
        if fold is Fold.QUOTE and self._folds.goes_on(len(self._open)):
            self._open.append(fold)
            return
        self._folds.begin(fold)
        self._open.append(fold)
        self._fresh += 1
        for wrapper in wrappers:
            self._push(wrapper, "")

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

    def _push(self, name: str, attributes: str) -> None:
        self._out.append(f"<{_OURS.get(name, name)}{attributes}>")
        if name not in VOID:
            self._open.append(name)
            self._fresh += 1

    def _pop(self) -> None:
        name = self._open.pop()
        self._fresh = max(self._fresh - 1, 0)
        self._out.append(f"</{_OURS.get(name, name)}>")
        if isinstance(name, Fold):
            self._folds.end(name, len(self._open))
