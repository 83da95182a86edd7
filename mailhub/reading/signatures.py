"""Takes off what is surely signature: what stands below "-- ", a phone's own line, notices, footers.

Titles and telephone numbers go where they stand below a name that ends the mail; those that are set apart by
nothing stay: they might be somebody's words. Nothing is looked for in the middle of a text but a phone's own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailhub.reading import contact_blocks, disclaimers
from mailhub.reading.phone_lines import is_apology, is_phone_line
from mailhub.reading.quote_words import PROBE, signature_words

# A signature below "--" is short; what is longer was somebody's own line of dashes.
_LONGEST_SIGNATURE = 25
_WORDS_OF_PROSE = 9
_LONGEST_FOOTER = 14
_LONGEST_BANNER = 12
# Signatures and notices are looked for in so many last lines, in so many rounds.
_TAIL = 150
_ROUNDS = 6
_LOOKED_AT = 5_000

_RULE = re.compile(r"\s*(?:[-_=*~—–]{2,}[\s\-_=*~—–]*|#{5,}\s*)")
_SIGDASH = re.compile(r"\s{0,3}--\s*")
_POSTSCRIPT = re.compile(r"\W*p\.?\s?s\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taken:
    """The words that stay, the signature, and what stood below a phone's line with no mark."""

    words: list[str]
    signature: list[str]
    below: list[str]


def take_off(lines: Sequence[str], *, last: bool, author: str = "") -> Taken:
    """Parts the lines of one stretch of own words. `last` where nothing comes after it in the mail;
    `author` is the name in the mail's From."""
    words, above = _without_banner(list(lines))
    words, phone, below = _without_phone_line(words, last=last)
    body, words = words[:-_TAIL], words[-_TAIL:]
    signature: list[str] = []
    for _ in range(_ROUNDS):
        count = len(words)
        for rule in (_without_footer, _without_notice, _without_marking, _without_last_phone_line):
            words, taken = rule(words)
            signature = taken + signature
        start, end = contact_blocks.block(words, author)
        signature = words[start:end] + signature
        words[start:end] = []
        if len(words) == count:
            break
    words, dashed = _without_sigdash(words)
    return Taken(body + words, above + dashed + signature + phone, below)


def _without_banner(lines: list[str]) -> tuple[list[str], list[str]]:
    """Takes a gateway's warning or a protective marking off the top, line by line."""
    words = signature_words()
    top, warned = 0, False
    for number, line in enumerate(lines[:_LONGEST_BANNER]):
        row = line[:PROBE].lower()
        if not row.strip():
            warned = False
        elif (
            not (
                _is_marking(line)
                or _has(words.banner, row)
                or (warned and _has(words.banner_more, row))
            )
            or "?" in row
        ):
            break
        else:
            top, warned = number + 1, True
    return lines[top:], lines[:top]


def _without_sigdash(lines: list[str]) -> tuple[list[str], list[str]]:
    """Takes off what is below "-- " (RFC 3676, 4.3); below one "--" if it does not read like prose."""
    dashes = [
        n for n, line in enumerate(lines) if "--" in line[:8] and _SIGDASH.fullmatch(line[:200])
    ]
    for number in dashes:
        line = lines[number]
        if len(dashes) > 1 and not line.startswith("-- "):
            continue  # several set paragraphs apart
        below = [rest for rest in lines[number + 1 :] if rest.strip()]
        prose = sum(1 for rest in below if len(rest[:PROBE].split()) > _WORDS_OF_PROSE)
        if line.startswith("-- ") or (len(below) <= _LONGEST_SIGNATURE and prose * 2 <= len(below)):
            return lines[:number], lines[number:]
    return lines, []


def _without_phone_line(lines: list[str], *, last: bool) -> tuple[list[str], list[str], list[str]]:
    """Takes out a phone's line with text below it: the words, that line, what was below it.

    Where that text ends the mail it is the earlier mail, which some phones quote without a mark;
    where an earlier mail is marked further down, it is somebody's own.
    """
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    for number in range(first + 1, min(len(lines), _LOOKED_AT)):
        if not is_phone_line(lines[number]):
            continue
        following = range(number + 1, len(lines))
        below = next((lines[n] for n in following if lines[n].strip()), "")
        if not below or is_phone_line(below) or is_apology(below):
            continue
        if last and not _POSTSCRIPT.match(below[:20]):
            return lines[:number], lines[number : number + 1], lines[number + 1 :]
        return lines[:number] + lines[number + 1 :], lines[number : number + 1], []
    return lines, [], []


def _without_last_phone_line(lines: list[str]) -> tuple[list[str], list[str]]:
    end = _last_word(lines)
    if end > 0 and is_apology(lines[end]) and is_phone_line(lines[end - 1]):
        return lines[: end - 1], lines[end - 1 :]
    if end >= 0 and is_phone_line(lines[end]):
        return lines[:end], lines[end:]
    return lines, []


def _without_marking(lines: list[str]) -> tuple[list[str], list[str]]:
    end = _last_word(lines)
    if end >= 0 and _is_marking(lines[end]):
        return lines[:end], lines[end:]
    return lines, []


def _without_footer(lines: list[str]) -> tuple[list[str], list[str]]:
    """Takes a mailing list's own lines off the end, with the line of underscores above them."""
    end = _last_word(lines)
    for number in range(end, max(end - _LONGEST_FOOTER, -1), -1):
        if len(lines[number]) <= 200 and _RULE.fullmatch(lines[number]):
            below = " ".join(line[:PROBE] for line in lines[number + 1 : end + 1]).lower()
            # What underlines a heading sets nothing apart, and what a colon announces is somebody's own.
            heading = number > 0 and lines[number].strip()[0] in "-=~" and lines[number - 1].strip()
            announced = lines[_last_word(lines[:number])].rstrip().endswith((":", "："))
            if not below.strip() or (
                not (heading or announced) and _has(signature_words().footer, below)
            ):
                return lines[:number], lines[number:]
            return lines, []
    return lines, []


def _without_notice(lines: list[str]) -> tuple[list[str], list[str]]:
    cut = disclaimers.first_line(lines, _RULE)
    return lines[:cut], lines[cut:]


def _has(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


def _is_marking(line: str) -> bool:
    if len(line) > 60:
        return False
    bare = line.strip(" \t*_-[]()\xa0").lower()
    bare = bare.removeprefix("classification:").removeprefix("sensitivity:").strip()
    return bare in signature_words().marking and (line.strip().isupper() or ":" in line)


def _last_word(lines: Sequence[str]) -> int:
    """The number of the last line that is not blank, -1 if there is none."""
    return next((n for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), -1)
