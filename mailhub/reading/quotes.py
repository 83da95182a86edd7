"""Parts the new words of a letter from what it quotes and from its signature.

`split` takes the whole text and gives three: the new words, the signature, the quoted rest.
Answers set between quoted lines stay, in their order; the quoted lines go. A forwarded mail with a
line of its sender's own above it is quoted; with nothing above it, it is what was sent, and stays.
Where it is not sure that something is a quote, it stays: nobody's own words are lost. It refuses
nothing, and its time grows with the length of the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailhub.reading import armour, attributions, signatures
from mailhub.reading.openings import Form, Opening, asked_above, openings
from mailhub.reading.quote_words import quote_words
from mailhub.reading.quoted_headers import Opens, label_of, names_an_address, rule_opens
from mailhub.reading.quoted_lines import (
    Line,
    filled,
    has_own,
    keep_own_citations,
    kinds_of,
    last_word,
    next_word,
)

# What comes after so many lines is read as one more line.
_LINES = 20_000
# Signatures are looked for in so many stretches of own words between quotes.
_STRETCHES = 200
# Between a head and marked quotes further down, at most so much is somebody's own.
_ANSWER_ABOVE_QUOTE = 40
# Below an unmarked head so many lines may be a quote and an answer to it.
_SHORT = 40

# They set a direction or nothing at all, and would stand between a pattern and its words.
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SUBJECT_MARK = re.compile(r"\s*(?:\[[^\]]{1,60}\]\s*)?([^\W\d_]{1,12})\s?(?:\[\d{1,3}\])?\s?[:：]")
# "[...]", "[snip]": the quote was left out.
_LEFT_OUT = re.compile(r"\s*(?:[\[(<{]\s*(?:\.{2,}|…|[^\W\d_]{3,12}\.{0,3})\s*[\])>}]|\.{3,}|…)\s*")
# "JD> words", "| words": other marks than ">", believed right below a head.
_OTHER_MARK = re.compile(r"\s{0,4}(?:[A-Za-z]{1,10}>|[|¦])(?:\s|>|$)")


@dataclass(frozen=True, slots=True)
class NewWords:
    """A letter's text in three parts, each stripped of blank lines around it."""

    new_text: str
    signature: str
    quoted: str


def split(
    text: str, html: str = "", subject: str = "", author: str = "", *, answers: bool = True
) -> NewWords:
    """The new words, the signature and the quoted rest of a mail.

    `text` is the whole mail as text; `html` its HTML body or "", whose structure helps to find the
    quotes; `subject` tells a forwarded mail from an answer where Outlook writes the same head
    above both; `author` is the name in its From; `answers` is False where no field of its header names
    another mail. No line of `text` is in none of the three.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = (text if text.isascii() else _UNSEEN.sub("", text)).split("\n", _LINES)
    kinds = kinds_of(lines, html)
    if "-----BEGIN PGP SIGNED" in text:
        armour.set_apart(lines, kinds)
    fresh = bool(subject) and not (answers or _is_reply(subject) or _is_forward(subject))
    if fresh:
        keep_own_citations(lines, kinds)
    cut = min(_cut(lines, kinds, subject, html, fresh=fresh), asked_above(lines, kinds))
    if not has_own(kinds, len(kinds)) and not _is_reply(subject):
        _keep_what_was_sent_on(lines, kinds)
    unmarked = subject == "" or _is_reply(subject)
    return _gather(lines, kinds, cut, unmarked=unmarked, author=author)


def _cut(lines: list[str], kinds: list[Line], subject: str, html: str, *, fresh: bool) -> int:
    """Marks the heads above marked quotes; gives the line from which all is quoted. `fresh` where
    neither the subject nor the header says that it answers or sends on."""
    for opening in openings(lines, kinds):
        bare = opening.form is Form.LABELS
        head = lines[opening.start : opening.end + 1]
        if fresh and opening.typed_by_anybody and not names_an_address(head):
            continue  # a memo, a press release, an agenda
        if opening.opens is Opens.FORWARD or (bare and _is_forward(subject)):
            return _forwarded(lines, kinds, opening)
        if _is_above_quote(lines, kinds, opening):
            for number in range(opening.start, opening.end + 1):
                kinds[number] = Line.QUOTED
        elif opening.sure and not has_own(kinds, opening.start) and _is_no_reply(subject, bare):
            # With nothing above it, it is a mail sent on, or a memo that somebody typed.
            return len(lines)
        elif opening.sure and _may_be_answered_below(lines, kinds, opening, html):
            kinds[:] = [Line.FORWARDED] * len(kinds)
            return len(lines)
        elif opening.sure:
            return opening.start
    return len(lines)


def _may_be_answered_below(
    lines: Sequence[str], kinds: Sequence[Line], opening: Opening, html: str
) -> bool:
    """Whether somebody may have answered below a quote without a mark, which then stays with it.

    Only where there is no HTML to show the structure, nothing stands above the head, and the whole
    is short: what is long is an earlier mail, sent back as it came.
    """
    if html or has_own(kinds, opening.start):
        return False
    below = [kind for kind in kinds[opening.end + 1 :] if kind is not Line.BLANK]
    return 1 < len(below) <= _SHORT and not any(kind is Line.QUOTED for kind in below)


def _forwarded(lines: Sequence[str], kinds: list[Line], opening: Opening) -> int:
    """A forwarded mail stays, whole, where nothing of its sender's own stands above it."""
    if has_own(kinds, opening.start) and _gather(lines, kinds, opening.start).new_text:
        return opening.start
    kinds[opening.start :] = [Line.FORWARDED] * (len(kinds) - opening.start)
    return len(lines)


def _keep_what_was_sent_on(lines: Sequence[str], kinds: list[Line]) -> None:
    """Keeps a mail that only the structure of the HTML shows as quoted, from its head on."""
    for number, line in enumerate(lines):
        if kinds[number] is Line.QUOTED:
            if label_of(line) is not None or rule_opens(line) is not None:
                kinds[number:] = [Line.FORWARDED] * (len(kinds) - number)
            return


def _is_above_quote(lines: Sequence[str], kinds: list[Line], opening: Opening) -> bool:
    """Whether what the head introduces is marked, so that what is not marked is somebody's own."""
    below = next_word(kinds, opening.end + 1)
    if below is None or kinds[below] is Line.QUOTED:
        return below is not None
    if opening.form is not Form.SENTENCE:
        return False
    if _LEFT_OUT.fullmatch(lines[below][:40]):
        kinds[below] = Line.QUOTED
        return True
    if _OTHER_MARK.match(lines[below][:20]):
        for number in range(below, len(lines)):
            if _OTHER_MARK.match(lines[number][:20]):
                kinds[number] = Line.QUOTED
        return True
    return opening.sure and _answers_above_quote(lines, kinds, opening.end)


def _answers_above_quote(lines: Sequence[str], kinds: Sequence[Line], end: int) -> bool:
    """Whether somebody wrote between the head and the quote that it belongs to."""
    for number in range(end + 1, min(end + _ANSWER_ABOVE_QUOTE, len(lines))):
        if kinds[number] is Line.QUOTED:
            above = last_word(kinds, number)
            return above is None or not attributions.may_end(lines[above])
    return False


def _gather(
    lines: Sequence[str],
    kinds: Sequence[Line],
    cut: int,
    *,
    unmarked: bool = False,
    author: str = "",
) -> NewWords:
    """Puts the three parts together. `unmarked` where a phone may have quoted with no mark at all."""
    # Blank lines belong to what is somebody's own.
    kinds = [Line.OWN if kind is Line.BLANK else kind for kind in filled(kinds)]
    parts: dict[Line, list[str]] = {Line.OWN: [], Line.SIGNATURE: [], Line.QUOTED: []}
    new = parts[Line.OWN]
    number, stretches = 0, 0
    while number < cut:
        kind, end = kinds[number], number
        while end < cut and kinds[end] is kind:
            end += 1
        stretch = list(lines[number:end])
        if kind is Line.OWN:
            stretches += 1
            if stretches <= _STRETCHES:
                last = unmarked and end == len(lines)
                taken = signatures.take_off(stretch, last=last, author=author)
                stretch = taken.words
                parts[Line.SIGNATURE] += taken.signature
                parts[Line.QUOTED] += taken.below
            stretch = ["", *_without_blank_ends(stretch)]
        if kind is Line.FORWARDED:
            new += stretch
        else:
            parts[kind] += stretch
        number = end
    quoted = parts[Line.QUOTED] + list(lines[cut:])
    return NewWords(_joined(new), _joined(parts[Line.SIGNATURE]), _joined(quoted))


def _without_blank_ends(lines: list[str]) -> list[str]:
    words = [number for number, line in enumerate(lines) if line and not line.isspace()]
    return lines[words[0] : words[-1] + 1] if words else []


def _joined(lines: Sequence[str]) -> str:
    """The lines as they were written, without the blank ones around them."""
    return "\n".join(lines).strip()


def _is_forward(subject: str) -> bool:
    return _mark_of(subject) in quote_words().forward_subjects


def _is_reply(subject: str) -> bool:
    return _mark_of(subject) in quote_words().reply_subjects


def _is_no_reply(subject: str, bare: bool) -> bool:
    """Whether a head with nothing above it introduces no quote; a block of labels tells less."""
    return not _is_reply(subject) and (bare or subject != "")


def _mark_of(subject: str) -> str:
    match = _SUBJECT_MARK.match(subject[:200])
    return match[1].lower() if match else ""
