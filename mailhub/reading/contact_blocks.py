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
_NAME_LINES = 3  # below a closing
_SHORTEST = 2  # characters of a part of a name that tells anything

_AROUND = " \t*_|,.!\xa0"
_ENDS = (".", "!", "?", ":", ";", ",", "。", "？", "！")
_SENTENCE_ENDS = (".", "!", "?", "。", "？", "！")
# "Jane Doe | Performance Officer", "Jane Doe (she/her)"
_BEHIND_NAME = re.compile(r"\s*[|,/•·(–—]|\s-\s|\s{3,}")
_AND = re.compile(r" (?:and|&|/|a|und|en|et|y|e|och|og) |, ")
_INITIAL = re.compile(r"[^\W\d_]\.\s?[^\W\d_]")
# "Where: Civic Hall" is somebody's words, "Tel: 0113 496 0000" none.
_LABEL = re.compile(r"([^\W\d_][\w '’./-]{0,30}?)\s?[:：]\s")
_PART = re.compile(r"[^\W\d_]+")
_PICTURE = re.compile(r"\s*\[(?:cid:|https?://)[^\]]{1,120}\](?:<[^<>]{1,120}>)?\s*")
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
    for start, closed in _below_names(lines, names):
        end = _end(lines, start) if closed else _end_of_all(lines, start)
        if end > start:
            return _with_pictures(lines, start), end
    return len(lines), len(lines)


def _with_pictures(lines: Sequence[str], start: int) -> int:
    """Where a block begins with the pictures above it, which stand in text as "[cid:image001.png@01DC]"."""
    for number in range(start - 1, max(start - 6, 0), -1):
        if _PICTURE.fullmatch(lines[number][:_LONGEST]):
            start = number
        elif lines[number].strip():
            break
    return start


def _end(lines: Sequence[str], start: int) -> int:
    """Where a block that begins at `start`, below a closing, ends; `start` where it is none. What follows
    it is a few words: a motto, a postscript."""
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


def _end_of_all(lines: Sequence[str], start: int) -> int:
    """The same for one with no closing above: it is the last paragraph."""
    paragraph = next((n for n in range(start, len(lines)) if not lines[n].strip()), len(lines))
    if any(line.strip() for line in lines[paragraph:]):
        return start
    end = _end(lines, start)
    return end if end == len(lines) else start


def _may_belong(line: str) -> bool:
    bare = line.strip()
    if len(bare) > _LONGEST or len(bare.split()) > _MOST_WORDS:
        return False
    if _POSTSCRIPT.match(bare[:20]) or _FOOTNOTE.match(bare):
        return False
    label = _LABEL.match(bare)
    if label and label[1].lower() not in signature_words().contact_labels:
        return False
    return not bare.endswith(_ENDS) or _is_closing(bare) or _REACHED.search(bare) is not None


def _below_names(lines: Sequence[str], names: frozenset[str]) -> Iterator[tuple[int, bool]]:
    """(the line below the author's whole name, or that of the name where it stands there a second time or
    more stands in it; whether a closing stands above)."""
    above = ""
    since = _NAME_LINES  # lines since the closing
    for number in range(max(len(lines) - _TAIL, 0), len(lines)):
        line = lines[number].strip()
        if not line:
            continue
        name, whole = _name_in(line)
        # "J. Doe", or Jane Doe of "Jane Doe - Leeds City Council"
        part = bool(name) and name <= names and (len(name) > 1 or bool(_INITIAL.match(line)))
        if _is_closing(line, names):
            since = 0
        elif (name >= names or part) and since < _NAME_LINES:
            again = since > 0 or not _is_closing(above)  # the first name stands above already
            yield (number if again or not whole else number + 1), True
        elif name >= names and len(names) > 1 and _ends_words(above):
            yield (number + 1 if whole else number), False
        else:
            since += 1
        above = line


def _ends_words(above: str) -> bool:
    """Whether the words end with this line: with a sentence, a rule, or nothing above at all."""
    bare = above.rstrip()
    return bare.endswith(_SENTENCE_ENDS) or _RULE.fullmatch(bare[:_LONGEST]) is not None


def _is_closing(line: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether a line is a closing, or two: "Thanks and best wishes"; the author's first name may follow."""
    if len(line) > _LONGEST:
        return False
    words = line.strip(_AROUND).lower().split()
    if len(words) > 1 and words[-1] in names:
        words.pop()
    closing = " ".join(words).rstrip(",")
    known = signature_words().closings
    return closing in known or all(each in known for each in _AND.split(closing))


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
