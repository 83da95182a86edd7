"""What the slots of the tables stand for in the lines of one writer: `<date>`, `<name>`, `<reason>` …

A slot is asked at a word and says before which words it may end, and what it then stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice

from mailhub.commands import asides
from mailhub.commands.asides import MARKS
from mailhub.commands.tables import Language, languages
from mailhub.words.line import MORE, Line, fold, tidy
from mailhub.words.patterns import Days, Slot

_FEW = 4
_MOST_NAMES = 3
_LONGEST_PLACE = 8  # words
_NAMED = re.compile(
    r"#?[1-9][0-9]{0,8}\b(?![.@/:])|https?://[^\s<>\"]{1,400}[^\s<>\".,;!?]|<[^\s<>]{3,250}>"
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?![^\s.,;!]|\.\S)")
_NEAR = 3  # words between a "not" and what it takes back


class Slots:
    """The slots for one writer in one language."""

    def __init__(
        self, language: Language, names: frozenset[str], address: str, today: date | None
    ) -> None:
        self._language = language
        self._names = names
        self._address = address
        self._today = today
        self.table: Mapping[str, Slot] = {
            "number": language.dates.number,
            "count": lambda line, at: ((end, None) for end, _ in language.dates.number(line, at)),
            "plus": self._plus,  # "+1"
            "others": self._others,  # a number of people, less the writer
            "date": self._date,
            "start": lambda line, at: ((end, Days("", day)) for end, day in self._date(line, at)),
            "span": self._span,
            "period": self._period,  # "next week", from its first day on
            "name": self._name,
            "signed": self._signed,  # a name below an answer: "Yes, Jane"
            "signature": self._signature,  # the writer's name, and what they are
            "who": self._who,  # somebody, by a word of no table
            "title": self._title,  # "Jane Doe, Leeds City Council"
            **asides.slots(language),
            "words": self._words,  # any words
            "rest": lambda line, at: [(len(line), tidy(line.rest(at)))],
            "few": self._few,  # the rest, if that is a few words
            "anything": lambda line, at: [(len(line), None)],  # the rest, which matters to nobody
            "reason": self._reason,  # the rest, unless it says something else than the verb in front
            "coloned": self._coloned,  # any words behind a colon
            "titled": self._titled,  # behind a colon any words, questions too
            "after_mark": self._after_mark,  # the same, set apart by a mark
            "ground": self._ground,  # the same, with no word of a verb in front
            "asked_alone": _asked_alone,  # a line of nothing but a question mark
            "address": _address,
            "named": self._named,  # a discussion or post: its number, address or Message-ID
            "slug": self._slug,  # a community: its short name, in small letters and in no table
            "place": self._place,  # a community: a few words to the end, or one word
            "own_name": self._own_name,
            "own_address": self._own_address,
            "other_address": self._other_address,
        }

    def _date(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        if self._today and (found := self._language.dates.day(line, at, self._today)):
            yield found[0], found[1].isoformat()

    def _span(self, line: Line, at: int) -> Iterator[tuple[int, Days]]:
        if self._today and (found := self._language.dates.span(line, at, self._today)):
            end, day, begins = found
            yield end, Days(day.isoformat(), begins.isoformat() if begins else "")

    def _period(self, line: Line, at: int) -> Iterator[tuple[int, Days]]:
        if self._today and (found := self._language.dates.period(line, at, self._today)):
            end, begins, day = found
            yield end, Days(day.isoformat(), begins.isoformat())

    def _plus(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        if line.words[at].startswith("+"):
            yield from self._language.dates.number(line, at)

    def _others(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        for end, number in self._language.dates.number(line, at):
            if number != "0":
                yield end, str(int(number) - 1)

    def _name(self, line: Line, at: int) -> Iterator[tuple[int, None]]:
        """The writer's name, or a capital letter on a word of no table, whatever its language."""
        word = line.words[at]
        capital = line.written(at)[:1].isupper() and word.isalpha()
        if word in self._names or (
            capital and not any(word in language.vocabulary for language in languages())
        ):
            yield at + 1, None

    def _signed(self, line: Line, at: int) -> Iterator[tuple[int, None]]:
        """Up to three names to the end of the line, the writer's own or set apart by a mark."""
        is_own = line.words[at] in self._names or bool(line.between(at))
        names = [end for end in range(at, len(line)) if any(self._name(line, end))]
        if is_own and len(line) - at <= _MOST_NAMES and len(names) == len(line) - at:
            yield len(line), None

    def _signature(self, line: Line, at: int) -> Iterator[tuple[int, None]]:
        """The writer's name, and capital letters to the end: "Jane Doe, Leeds City Council"."""
        small = (*self._language.joining, *self._language.of_names)
        is_own = line.words[at] in self._names and len(line) - at > 1
        if is_own and all(
            line.written(word)[:1].isupper() or line.words[word] in small
            for word in range(at, len(line))
        ):
            yield len(line), None

    def _who(self, line: Line, at: int) -> Iterator[tuple[int, None]]:
        """A name as a telephone may write it: a word that no table knows."""
        word = line.words[at]
        if word.isalpha() and len(word) > 1 and word not in self._language.vocabulary:
            yield at + 1, None

    def _title(self, line: Line, at: int) -> Iterator[tuple[int, None]]:
        """Words with capital letters, as of people, jobs and organisations; none of them doubtful."""
        small = (*self._language.joining, *self._language.of_names)
        for end, _ in self.table["clause"](line, at):
            word = line.written(end - 1)
            if word[:1].isupper():
                yield end, None
            elif line.words[end - 1] not in small:
                return

    def _words(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        return ((end, tidy(line.rest(at, end))) for end in range(at + 1, len(line) + 1))

    def _few(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        if len(line) - at <= _FEW:
            yield len(line), tidy(line.rest(at))

    def _reason(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        if self._begun(line, at):
            return
        if ":" in line.between(at) or not self._says_otherwise(line, at):
            yield len(line), tidy(self._without_please(line.rest(at)))

    def _begun(self, line: Line, at: int) -> bool:
        """Whether a sentence began with the word before: "reject: this is an advert"."""
        return (
            at > 1
            and line.between(at - 1).startswith(MARKS)
            and not line.between(at)
            and (line.words[at - 1] in self._language.pronouns or any(self._name(line, at - 1)))
        )

    def _without_please(self, text: str) -> str:
        """Of "reject please, it is an advert" what is the reason."""
        first, mark, rest = text[:80].partition(",")
        return rest.lstrip() + text[80:] if mark and fold(first) in self._language.skipped else text

    def _after_mark(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        if line.between(at).startswith(MARKS):
            yield from self._reason(line, at)

    def _ground(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        signs, verbs = self._language.signs, self._language.places["decision"].verbs
        if not any(line.words[at] in signs.get(verb, ()) for verb in verbs):
            yield from self._after_mark(line, at)

    def _titled(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        yield from self._coloned(line, at) or self._after_mark(line, at)

    def _coloned(self, line: Line, at: int) -> list[tuple[int, str]]:
        is_behind = line.between(at).lstrip().startswith(":")
        return [(len(line), tidy(line.rest(at)))] if is_behind else []

    def _says_otherwise(self, line: Line, at: int) -> bool:
        """Whether a reason may be none: "reject if Tom agrees", "reject or hold", "no, I think it is ok"."""
        language = self._language
        first, rest = line.words[at], line.words[at:]
        if first in language.doubts - language.regrets or first in language.joining or "?" in rest:
            return True
        if not line.between(at) and not language.turns.isdisjoint(rest):
            return True
        return any(
            word in language.contrary
            and language.negations.isdisjoint(rest[max(0, number - _NEAR) : number])
            for number, word in enumerate(rest)
        )

    def _named(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        if found := _NAMED.match(line.rest(at)):
            yield from ((end, found[0].lstrip("#")) for end in _ends(line, at, found[0]))

    def _slug(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        found = _SLUG.match(line.rest(at))
        if found and found[0] not in self._language.vocabulary and not found[0].isdigit():
            yield from ((end, found[0]) for end in _ends(line, at, found[0]))

    def _place(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        barred = self._language.doubts | self._language.negations | {"?", MORE}
        if len(line) - at <= _LONGEST_PLACE and barred.isdisjoint(line.words[at:]):
            yield len(line), tidy(line.rest(at).rstrip("."))
            if at + 1 < len(line):
                # One word, where the verb comes last: "nach housing verschieben".
                yield at + 1, tidy(line.written(at))

    def _own_name(self, line: Line, at: int) -> Iterator[tuple[int, None]]:
        if line.words[at] in self._names and line.written(at)[:1].isupper():
            yield at + 1, None

    def _own_address(self, line: Line, at: int) -> Iterator[tuple[int, None]]:
        if any(one.lower() == self._address for _, one in _address(line, at)):
            yield at + 1, None

    def _other_address(self, line: Line, at: int) -> Iterator[tuple[int, str]]:
        return (found for found in _address(line, at) if found[1].lower() != self._address)


def _ends(line: Line, at: int, written: str) -> Iterator[int]:
    """Before which word something ends that is written so."""
    ends = (end for end in range(at + 1, len(line) + 1) if line.rest(at, end).startswith(written))
    return islice(ends, 1)  # what is skipped between two words stands behind the first


def _asked_alone(line: Line, at: int) -> Iterator[tuple[int, None]]:
    if line.words == ["?"]:
        yield at + 1, None


def _address(line: Line, at: int) -> Iterator[tuple[int, str]]:
    if "@" in line.words[at]:
        yield at + 1, line.written(at).strip(".")


@lru_cache(64)
def slots(
    language: Language, names: frozenset[str], address: str, today: date | None
) -> Mapping[str, Slot]:
    """The slots for one writer in one language; a few writers are remembered."""
    return Slots(language, names, address, today).table
