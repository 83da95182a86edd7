"""The lines of a letter that its author wrote, in the order in which they are to be read.

Greetings go off the top. What a mail program broke in two is one line again. A closing ("Thanks,"), or
a line that is the author's name, ends the words: what stands below is a signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailhub.commands.command import Command, Place
from mailhub.commands.lines import Reader
from mailhub.letter import Letter

MAX_LINES = 1_000
MAX_LENGTH = 4_000  # characters of a line
_LONGEST_REASON = 1_000
_LOOKED_AT = 12  # lines above the first that says something
_WRAPPED = range(55, 81)  # the length at which mail programs break a line
_WIDTH = 66
_LONGEST_CLOSING = 80  # characters
_LONGEST_SIGNATURE = 30  # lines
_MOST_IN_SIGNATURE = 14  # words of a line
_LONGEST_SUBJECT = 200
_MARKED = re.compile(r"(?:re|fwd?|fw|aw|sv|vs|tr|antw|ynt|atb|yml)\s?:\s{0,4}", re.IGNORECASE)
_ENDS_PROSE = (".", "!", "?", ":", ";", ",")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The lines to be read, blank ones among them; what stands below the closing; the subject, where
    its author may have written it. Without any lines of its own a letter says what its subject says."""

    lines: tuple[str, ...]
    below: tuple[str, ...]
    subject: str

    @property
    def first(self) -> str:
        """The line that decides."""
        return self.lines[0] if self.lines else ""

    @property
    def ends_plainly(self) -> bool:
        """Whether what stands below the closing is no more than a signature."""
        return ends_plainly(self.below)

    @property
    def second_paragraph(self) -> str:
        """The paragraph below the first line, if it is one and no signature."""
        rest = list(self.lines[1:])
        while rest and not rest[0]:
            rest.pop(0)
        paragraph = rest[: rest.index("")] if "" in rest else rest
        text = " ".join(paragraph)
        is_prose = (
            len(text.split()) >= 4
            and (len(paragraph[0].split()) >= 4 or text.endswith(_ENDS_PROSE))
            if paragraph
            else False
        )
        return text[:_LONGEST_REASON] if is_prose else ""


def ends_plainly(below: Iterable[str]) -> bool:
    """Whether lines below a closing are no more than a signature."""
    written = [line for line in below if line]
    return len(written) <= _LONGEST_SIGNATURE and not any(
        len(line.split()) > _MOST_IN_SIGNATURE and line.endswith(_ENDS_PROSE) for line in written
    )


def is_answer(letter: Letter) -> bool:
    """Whether a letter answers another."""
    return bool(
        letter.in_reply_to
        or letter.references
        or letter.thread_index[22:]
        or _MARKED.match(letter.subject.strip()[:20])
    )


def own_words(letter: Letter, reader: Reader) -> OwnWords:
    """What a letter says, without greeting and closing; what its subject says where that is nothing."""
    lines = _unwrapped(letter.new_text)
    subject = _own_subject(letter)
    written = [number for number, line in enumerate(lines) if line]
    said: tuple[Command, ...] | None = ()
    start = 0
    for start in written[:_LOOKED_AT]:
        said = reader.line(lines[start])
        if said != ():
            break
    if said == ():
        only = (subject,) if subject and len(written) <= _LOOKED_AT else ()
        return OwnWords(only, (), "")
    if said is None and reader.place is Place.LIST:
        return OwnWords((lines[start],), (), subject)  # a post, as most are: no need to read on
    ends = (n for n in written if n > start and _closes(lines[n], reader))
    end = next(ends, len(lines))
    return OwnWords(tuple(lines[start:end]), tuple(lines[end:]), subject)


def _unwrapped(text: str) -> list[str]:
    lines: list[str] = []
    last, joins = "", False
    for row in text[: MAX_LINES * 200].splitlines()[:MAX_LINES]:
        row = row.strip()[:MAX_LENGTH]
        first = row.partition(" ")[0]
        if joins and row and len(last) + 1 + len(first) > _WIDTH:
            lines[-1] += f" {row}"
        else:
            lines.append(row)
        last, joins = row, len(row) in _WRAPPED and len(lines[-1]) < MAX_LENGTH
    return lines


def _closes(line: str, reader: Reader) -> bool:
    return len(line) <= _LONGEST_CLOSING and reader.is_closing(line)


def _own_subject(letter: Letter) -> str:
    """The subject, where its author may have written it: in an answer it is the subject of what is
    answered, which may be a mail of ours."""
    subject = letter.subject[:_LONGEST_SUBJECT].strip()
    bare = subject
    for _ in range(5):
        bare = _MARKED.sub("", bare, count=1) if _MARKED.match(bare) else bare
    if bare != subject and (letter.in_reply_to or letter.references or letter.thread_index[22:]):
        return ""
    return bare
