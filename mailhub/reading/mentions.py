"""Recipients named in the prose of a notice, and what the ways of finding them have in common.

In: the lines of a Notice. Out: Mentions, each an address with the words that belong to it. The ways
themselves stand in `transcripts`, and the weak ones in `passing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mailhub.reading.notices import Line
from mailhub.reading.phrases import first_of, phrases
from mailhub.reading.reports import MAX_RECIPIENTS
from mailhub.reading.statuses import is_telling
from mailhub.reading.systems import is_system

_WORDS_LINES = 14  # how many lines below an address may speak of it
_LIST_LINES = 40  # how far above an address the words of failure may stand

# "o" and "-" are bullets only before a blank: else an address begins with them.
BULLET = r"\s{0,60}(?:[*>•·?]{1,4}\s{0,4}|[o-]{1,2}>?\s{1,4}|\d{1,3}[.)]\s{1,4})?"
PLAIN = (
    r"(?:mailto:|smtp:)?(?P<address>\"?[^\s<>()\[\]\",;:|\\]{1,128}@[^\s<>()\[\]\",;:|\\]{1,255})"
)
ALONE = re.compile(
    BULLET
    + r"['\"(\[]?"
    + PLAIN
    + r"['\")\]]?\s{0,4}(?:[(<](?:mailto:)?[^\s<>()]{1,300}[)>])?\s{0,4}[:,;.]?\s*$",
    re.I,
)
REFUSAL = re.compile(r"(?<![\d.])[45]\d\d[ \-#:]")
OPENING = " :=<>[('\"*`"


@dataclass(frozen=True, slots=True)
class Mention:
    """A recipient named in prose. `words` are its own words; "" where none stand near it. One that
    `is_listed` as a recipient may be a postmaster's; in other places that is somebody to ask."""

    address: str
    words: str
    is_listed: bool = False


Reader = Callable[[Sequence[Line]], Iterable[Mention]]


def mentions(
    prose: Sequence[Line], barred: frozenset[str], readers: Sequence[Reader]
) -> tuple[Mention, ...]:
    """The recipients that the first successful of `readers` finds in the lines of a notice.

    At most 100, each once. Folded addresses in `barred` are passed over.
    """
    for reader in readers:
        named: dict[str, Mention] = {}
        for mention in reader(prose):
            folded = mention.address.casefold()
            if not folded or folded in barred or (is_system(folded) and not mention.is_listed):
                continue
            if folded not in named or (mention.words and not named[folded].words):
                named[folded] = mention
            if len(named) >= MAX_RECIPIENTS:
                break
        if named:
            return tuple(named.values())
    return ()


def is_bystander(line: Line) -> bool:
    """Whether the line names an address that did not fail: a postmaster to ask, a sender."""
    return bool(first_of(line.folded, phrases("returns", "bystanders")))


def stands_in_list(prose: Sequence[Line], number: int) -> bool:
    """Whether words of failure stand above a line, not too far, and none of success below them."""
    for line in reversed(prose[max(0, number - _LIST_LINES) : number]):
        if first_of(line.folded, phrases("returns", "successes")):
            return False
        if line.speaks:
            return True
    return False


def words_after(prose: Sequence[Line], number: int, rest: str) -> str:
    """The words of a mention: those behind it, and the lines below up to the next address.

    They end at a blank line once they say why; if they never do, the first paragraph is all.
    """
    words = [rest.strip(" :;,")]
    paragraph = ""
    for line in prose[number + 1 : number + 1 + _WORDS_LINES]:
        bare = line.text.strip()
        if not bare and any(words):
            so_far = " ".join(words)
            if is_telling(so_far):
                break
            paragraph = paragraph or so_far
        if "@" in bare and ((bare[:1] == "<" and ">:" in bare) or ALONE.match(line.text)):
            break
        if bare.strip("-=*_#|~ "):
            words.append(bare)
    found = " ".join(" ".join(words).split())
    return found if is_telling(found) else " ".join((paragraph or found).split())
