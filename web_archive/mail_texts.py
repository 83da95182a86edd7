"""The words of a mail's HTML, set into what is written only at its end: an address that runs over several of them is
still found and hidden."""

from __future__ import annotations

from html import escape

from web_archive.discretion import hide_across
from web_archive.introductions import LOOKED_BACK

_GAP = -1  # the place of what stands between two blocks, which is not written


class Texts:
    """Texts by their places in what is written, and after how many letters words came that are the writer's own."""

    def __init__(self) -> None:
        self.letters = 0
        self._texts: list[str] = []
        self._places: list[int] = []
        self._signed = False  # the mark above a signature was written
        self._own: list[int] = []  # letters, each time that words stood outside of earlier mails

    def add(self, text: str, place: int, *, is_own: bool) -> bool:
        """One more text; whether it says anything. `is_own`: it stands outside of earlier mails."""
        stripped = text.strip()
        if stripped:
            self.letters += len(stripped)
            self._signed = self._signed or stripped == "--"
            if is_own and not self._signed:
                self._own.append(self.letters)
        self._texts.append(text)
        self._places.append(place)
        return bool(stripped)

    def gap(self) -> None:
        """Words before and after a block are not one word."""
        self._texts.append("\n")
        self._places.append(_GAP)

    def last(self) -> str:
        """The end of all that was said."""
        return "".join(self._texts[-12:])

    def nearby(self) -> dict[int, str]:
        """The last texts by their places."""
        last = zip(self._places[-LOOKED_BACK:], self._texts[-LOOKED_BACK:], strict=True)
        return {place: text for place, text in last if place != _GAP}

    def has_own(self, after: int = -1) -> bool:
        """Whether the writer said something of their own, after so many letters."""
        return bool(self._own) and self._own[-1] > after

    def disown(self, begin: int) -> None:
        """What stands at this place and behind it are not the writer's own words."""
        said = 0
        for place, text in zip(reversed(self._places), reversed(self._texts), strict=True):
            if _GAP != place < begin:
                break
            said += len(text.strip())
        while self._own and self._own[-1] > self.letters - said:
            self._own.pop()

    def put_into(self, out: list[str]) -> None:
        """Each text at its place, escaped."""
        for place, text in zip(self._places, hide_across(self._texts), strict=True):
            if place != _GAP:
                out[place] = escape(text, quote=False)
