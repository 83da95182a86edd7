"""Finds who somebody is and how to reach them, below the name that ends a mail.

"Kind regards / Jane Doe / Performance Officer / 0113 496 0000": the closing and the name stay, they are
the writer's own; what stands below is signature. It is one only where the author's own name stands above,
after a closing or a sentence, every line is short and no sentence, a number, an address or a link is in
it, and the mail ends there but for a few words. A list of officers, or a helpline's new number, is
somebody's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailhub.reading.quote_words import signature_words

_TAIL = 60  # lines in which a name is looked for
_MOST_LINES = 25
_FEW = 4  # lines below a block
_LONGEST = 160
_MOST_WORDS = 24
_WORDS_OF_NAME = 6
_SHORTEST = 2  # characters of a part of a name that tells anything

_AROUND = " \t*_|,.!\xa0"
_ENDS = (".", "!", "?", ":", ";", ",", "。", "？", "！")
_SENTENCE_ENDS = (".", "!", "?", "。", "？", "！")
# "Jane Doe | Performance Officer", "Jane Doe (she/her)"
_BEHIND_NAME = re.compile(r"\s*[|,/•·(–—]|\s-\s|\s{3,}")
_PART = re.compile(r"[^\W\d_]+")
_RULE = re.compile(r"[\s*_=~–—-]{3,}")
# "[1] https://…", "1 - https://…": what the words above lean on.
_FOOTNOTE = re.compile(r"\[?\d{1,2}(?:\]|\s?[-.):])\s{0,3}(?:https?:|www\.|\S{0,300}$)")
_POSTSCRIPT = re.compile(r"\W*p\.?\s?s\b", re.IGNORECASE)
_REACHED = re.compile(
    r"(?:\+|\(|\b)\d[\d ()./-]{6,18}\d\b|\S@\w|\bwww\.|https?://|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)


def block(lines: Sequence[str], author: str) -> tuple[int, int]:
    """(the first line of such a block, the line behind it); both the number of lines where there is none.

    `author` is the name in the mail's From. Without one, or with another name below the closing,
    nothing is sure.
    """
    names = _parts(author)
    tail = "\n".join(line[:_LONGEST] for line in lines[-_TAIL:])
    lowered = tail.lower()
    if not any(name in lowered for name in names) or not _REACHED.search(tail):
        return len(lines), len(lines)  # most letters
    for start in _below_names(lines, names):
        end = _end(lines, start)
        if end > start:
            return start, end
    return len(lines), len(lines)


def _end(lines: Sequence[str], start: int) -> int:
    """Where a block that begins at `start` ends; `start` where it is none. What follows it is a few
    words: a motto, a postscript."""
    stop = next((n for n in range(start, len(lines)) if not _may_belong(lines[n])), len(lines))
    reached = next((n for n in range(start, stop) if _REACHED.search(lines[n])), None)
    if reached is None or stop - start > _MOST_LINES:
        return start
    if stop == len(lines):
        return stop
    below = [line for line in lines[stop:] if line.strip()]
    if len(below) > _FEW or any("?" in line for line in below):
        return start
    return next((n for n in range(reached, stop) if not lines[n].strip()), stop)


def _may_belong(line: str) -> bool:
    bare = line.strip()
    if len(bare) > _LONGEST or len(bare.split()) > _MOST_WORDS:
        return False
    if _POSTSCRIPT.match(bare[:20]) or _FOOTNOTE.match(bare):
        return False
    return not bare.endswith(_ENDS) or _is_closing(bare) or _REACHED.search(bare) is not None


def _below_names(lines: Sequence[str], names: frozenset[str]) -> Iterator[int]:
    """The lines below the author's name, or that of the name where it stands there a second time or more
    stands in it."""
    above = ""
    signed = False  # the first name stands above already
    for number in range(max(len(lines) - _TAIL, 0), len(lines)):
        line = lines[number].strip()
        if not line:
            continue
        name, whole = _name_in(line)
        closed = _is_closing(above.strip())
        if closed and name & names:
            signed = True
            if not (name < names and len(names) > 1 and _next_is_name(lines, number, names)):
                yield number + 1 if whole else number
        elif name >= names and len(names) > 1 and (signed or _ends_words(above)):
            yield number if signed or not whole else number + 1
        above = line


def _next_is_name(lines: Sequence[str], number: int, names: frozenset[str]) -> bool:
    """Whether the whole name follows the first name: "Jane", and below it "Jane Doe"."""
    following = next((n for n in range(number + 1, len(lines)) if lines[n].strip()), None)
    return following is not None and _name_in(lines[following].strip())[0] >= names


def _ends_words(above: str) -> bool:
    """Whether the words end with this line: with a sentence, a rule, or nothing above at all."""
    bare = above.rstrip()
    return bare.endswith(_SENTENCE_ENDS) or _RULE.fullmatch(bare[:_LONGEST]) is not None


def _is_closing(line: str) -> bool:
    return len(line) <= _LONGEST and " ".join(line.strip(_AROUND).lower().split()) in (
        signature_words().closings
    )


def _name_in(line: str) -> tuple[frozenset[str], bool]:
    """(the parts of what may be a name at the beginning of a line, whether it is all that stands there)."""
    bare = line[:_LONGEST].strip(_AROUND)
    behind = _BEHIND_NAME.search(bare)
    name = bare[: behind.start()] if behind else bare
    if len(name.split()) > _WORDS_OF_NAME or _REACHED.search(name):
        return frozenset(), False
    return _parts(name), behind is None or bare[behind.start() :].strip().startswith("(")


def _parts(name: str) -> frozenset[str]:
    """The parts of a name, folded: of "Doe, Jane (Leeds)" jane and doe."""
    name = name[:_LONGEST].partition("(")[0].partition("@")[0]
    return frozenset(part.lower() for part in _PART.findall(name) if len(part) >= _SHORTEST)
