"""The lines of a letter that its author wrote, in the order in which they are to be read.

Greetings go off the top. What a mail program broke in two is one line again. A closing ("Thanks,"), or
a line that is the author's name, ends the words: what stands below is a signature.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailhub.commands.tables import languages
from mailhub.commands.writer import Writer
from mailhub.letter import Letter
from mailhub.words.line import Line

MAX_LINES = 400
MAX_LENGTH = 4_000  # characters of a line
_WRAPPED = range(55, 81)  # the length at which mail programs break a line
_WIDTH = 66
_MARKED = re.compile(r"(?:re|fwd?|fw|aw|sv|vs|tr|antw|ynt|atb|ymlaen)\s?:\s{0,4}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The lines to be read, and what stands below them. `from_subject` where the body had no words."""

    lines: tuple[str, ...]
    below: tuple[str, ...] = ()
    from_subject: bool = False

    @property
    def first(self) -> str:
        """The line that decides."""
        return self.lines[0] if self.lines else ""


def own_words(letter: Letter, writer: Writer) -> OwnWords:
    """What a letter says, without greeting and closing; its subject where that is nothing."""
    lines = _unwrapped(letter.new_text)
    kinds = [_kind(line, writer) for line in lines]
    start = next((n for n, kind in enumerate(kinds) if kind == "words"), None)
    if start is None:
        subject = _own_subject(letter)
        return OwnWords((subject,) if subject else (), (), from_subject=True)
    ends = (n for n in range(start + 1, len(lines)) if kinds[n] in ("closing", "name"))
    end = next(ends, len(lines))
    return OwnWords(tuple(lines[start:end]), tuple(lines[end:]))


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


def _kind(text: str, writer: Writer) -> str:
    """ "blank", "greeting", "closing", "aside", "name", or "words"."""
    if not text:
        return "blank"
    if writer.is_name(text):
        return "name"
    for language in languages():
        line = Line(text, language.skipped)
        if not len(line):
            return "blank"  # "please", "---"
        found = language.lines.whole(line, writer.slots(language))
        if found:
            return found[0].meaning.verb
    return "words"


def _own_subject(letter: Letter) -> str:
    """The subject, where its author may have written it: in an answer it is the subject of what is
    answered, which may be a mail of ours."""
    subject = letter.subject[:200].strip()
    bare = subject
    for _ in range(5):
        bare = _MARKED.sub("", bare, count=1) if _MARKED.match(bare) else bare
    answers = letter.in_reply_to or letter.references or letter.thread_index[22:]
    return "" if bare != subject and answers else bare
