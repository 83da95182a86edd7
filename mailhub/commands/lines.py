"""What one line says at one place: commands, nothing of weight, or something that is not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailhub.commands import parts, whose
from mailhub.commands.command import Command, Place
from mailhub.commands.matches import closest, doubtful, fullest, lesser, of_match
from mailhub.commands.parts import Part, Sort
from mailhub.commands.tables import FRESH, Language, languages
from mailhub.commands.together import MANY
from mailhub.commands.writer import Writer
from mailhub.words.line import Line
from mailhub.words.patterns import Match, Patterns

_REGRETTED = ("no", "reject", "discard")  # "sorry" behind one of them takes nothing back
_NEVER_ASKED = (
    Place.CONFIRM,
    Place.DECISION,
    Place.RSVP,
    Place.ARRANGING,
    Place.FACILITATOR,
)
# Where words beside what is meant may be passed over.
_REMARKED = (Place.CONFIRM, Place.DECISION, Place.LIST, Place.RSVP, Place.SETTINGS)
_ON_LISTS = (Place.LIST, Place.ARRANGING)
_PAUSE, _HELP = (Command("pause"),), (Command("help"),)
_VAGUE = (_PAUSE, _HELP)
_NEARER = {"pause": ("pause",), "leave": ("none",)}  # as what it may be read then
_QUESTIONS = frozenset({Command("help"), Command("status"), Command("communities")})
_RETITLES = "edit"
# Between sentences; and between the parts of one, where that says nothing.
_SENTENCES = r"(?<=[.!?;…])\s+"
_PARTS = rf"{_SENTENCES}|[,:]\s+|\s+(?=\()|[-–—]{{2,}}"
_BETWEEN = re.compile(rf"{_PARTS}|\s+[-–—]+\s+")
_APART = (re.compile(_SENTENCES), re.compile(_PARTS), _BETWEEN)
_MOST_PIECES = 20
_LONGEST_LOOSE = 30  # words
_ON_LIST = 300  # characters; what says more is a post
_LOOKED_AT = 300


@dataclass(frozen=True)
class Reader:
    """Reads the lines of one writer at one place, in every language. `fresh` where the letter answers no
    other, so that no question of anybody can be meant."""

    writer: Writer
    place: Place
    fresh: bool = False

    def line(self, text: str) -> tuple[Command, ...] | None:
        """The commands of a line; none where it says nothing of weight; None where it, or a part of it,
        is not understood, or says two things that cannot both be meant."""
        return _read(self, text)

    def _line(self, text: str) -> tuple[Command, ...] | None:
        if self.place in _ON_LISTS and len(text) > _ON_LIST:
            return None
        whole = self._said(text)
        if whole is not None:
            unclear = whole in _VAGUE or (self.place in MANY and parts.reads_elsewhere(whole, text))
            nearer = self._nearer(text, whole) if unclear else None
            return nearer or whole or None
        found = self._in_parts(text) or self._loosely(text)
        return () if found is None and self.says_nothing(text) else found

    def _nearer(self, text: str, whole: tuple[Command, ...]) -> tuple[Command, ...] | None:
        """What a line says in its parts beside a pause without days, or beside a puzzled question: "I am away
        till Friday, can you pause my mail"; "I don't know how I got here, please take me off"."""
        for found in (self._in_parts(text), self._loosely(text)):
            more = tuple(one for one in found or () if (one,) not in _VAGUE)
            if len(more) == 1 and more[0].verb in _NEARER.get(whole[0].verb, (more[0].verb,)):
                return more
        return None

    def _in_parts(self, text: str) -> tuple[Command, ...] | None:
        """What a line says in several parts, taken apart in ever smaller ones."""
        last: list[str] = []
        many = languages() if self.place in MANY else ()
        also = [language.also for language in many]
        for between in (*_APART, *(language.politely for language in many), *also):
            pieces = pieces_of(text, between)
            is_apart = len(pieces) > 1 and pieces != last
            if is_apart and (found := self._pieced(pieces, wholly=between in also)):
                return found
            last = pieces
        return None

    def _pieced(self, pieces: Sequence[str], *, wholly: bool) -> tuple[Command, ...] | None:
        """What a line says in several parts, `wholly` if none but commands count; None where it is not sure
        what they say together."""
        found: list[Part] = []
        for piece in pieces:
            part = self._part(piece)
            beside = part is not None and part.sort in (Sort.REMARK, Sort.LOOSE)
            if part is None or (beside and (wholly or self.place not in _REMARKED)):
                return None
            found.append(part)
        return parts.told(found, self.place)

    def _part(self, piece: str) -> Part | None:
        """What a part of a line is; None where it could say several things."""
        said = self._said(piece)
        if said is not None:
            return Part(piece, Sort.SAID, said) if said else None
        if self.says_nothing(piece):
            return Part(piece, Sort.NOTHING)
        loose = self._loosely(piece) if self.place in parts.LOOSE else None
        return Part(piece, Sort.LOOSE, loose) if loose else Part(piece, Sort.REMARK)

    def _loosely(self, text: str) -> tuple[Command, ...] | None:
        """The one command whose words stand among others: "I'd find a weekly digest more useful". Only
        in words of the writer's own wish, with no doubt in them; never on a list."""
        found: set[Command] = set()
        for language in languages():
            patterns = language.loose[self.table]
            line = Line(text, language.skipped, language.corrections.of)
            polite = self._may_ask(text, language)
            asks = line.without_question_mark()
            if self.place in MANY:
                asks = asks or whose.begins_asking(line, language)
                is_own = polite or whose.is_own(text, language)
            else:
                is_own = not whose.tells_of_another(line, language, self.writer)
            if not is_own or not patterns.verbs or len(line) > _LONGEST_LOOSE:
                continue
            for match in patterns.whole(line, self.writer.slots(language)):
                if asks and not polite and match.meaning.verb not in language.harmless:
                    continue
                command = self._of(match, text, everywhere=language.says_everywhere(line))
                if command is not None:
                    found.add(command)
            if whose.says_yes(line, language):
                found.discard(Command("maybe"))
        only = lesser(doubtful(fullest(found)))
        if len(only) > 1 and Command("help") in only and not found - _QUESTIONS:
            return _HELP  # "how do I see my settings?"
        return only if len(only) == 1 else None

    def one(self, text: str) -> Command | None:
        """The one command that a text is."""
        found = self.line(text)
        return found[0] if found and len(found) == 1 else None

    def takes_back(self, text: str, said: Command) -> bool:
        """Whether a line below a command says something else, or makes it doubtful."""
        text = text[:_LOOKED_AT]
        for language in languages():
            line = Line(text, language.skipped)
            doubtful = language.doubts | language.negations
            if said.verb in _REGRETTED:
                doubtful -= language.regrets
            if len(line) and line.words[0] in doubtful:
                return True
        return any(command.verb != said.verb for command in self.line(text) or ())

    def is_closing(self, text: str) -> bool:
        """Whether a line ends somebody's words: "Kind regards", or their name."""
        return self.writer.is_name(text) or self.is_kind(lambda language: language.closings, text)

    def is_kind(self, kind: Callable[[Language], Patterns], text: str) -> bool:
        """Whether a text is as a whole what some language has of this kind."""
        return any(
            kind(language).whole(Line(text, language.skipped), self.writer.slots(language))
            for language in languages()
        )

    @property
    def table(self) -> str:
        return FRESH if self.fresh and self.place is Place.LIST else self.place

    def _said(self, text: str) -> tuple[Command, ...] | None:
        """The one command that a text is, without being taken apart; none where it could be several;
        None where it is no command."""
        close: set[Command] = set()
        free: list[Command] = []
        for language in languages():
            for match, everywhere in self._matches(text, language):
                command = self._of(match, text, everywhere=everywhere)
                if command is not None and match.meaning.free:
                    free.append(command)
                elif command is not None:
                    close.add(command)
        sure = doubtful(fullest(close)) if self.place in MANY else fullest(close)
        found = lesser(sure) or closest(free)
        if not found:
            return None
        return found if len(found) == 1 else ()

    def _of(self, match: Match, text: str, *, everywhere: bool) -> Command | None:
        """The command of a match. A pause that is over today is none."""
        command = of_match(match, text, everywhere=everywhere)
        today = self.writer.today.isoformat() if self.writer.today else ""
        return (
            None if command and command.verb == "pause" and command.argument == today else command
        )

    def _matches(self, text: str, language: Language) -> Iterator[tuple[Match, bool]]:
        """What a text is in one language, and whether it is said to be for all communities."""
        # Nothing that is put to the members of a list may be set right on the way.
        corrected = None if self.place in _ON_LISTS else language.corrections.of
        slots = self.writer.slots(language)
        line = Line(text, language.skipped, corrected)
        asking = line.without_question_mark()
        for match in language.places[self.table].whole(line, slots):
            verb = match.meaning.verb
            # A subject may be a question: "subject: who has re-procured?"
            harmless = verb in language.harmless or (verb == _RETITLES and ":" in text)
            if not asking or harmless or self._may_ask(text, language):
                yield match, language.says_everywhere(line)

    def _may_ask(self, text: str, language: Language) -> bool:
        """Whether a question is only a polite way to say it: "Could you take me off the list?" """
        if self.place in _NEVER_ASKED:
            return False
        line = Line(text)
        slots = self.writer.slots(language)
        return any(language.requests.beginnings(line, slots, at) for at in range(len(line)))

    def says_nothing(self, text: str) -> bool:
        """Whether a text is of no weight, as a whole or in each of its parts."""
        if self._is_aside(text):
            return True
        pieces = pieces_of(text)
        return len(pieces) > 1 and all(map(self._is_aside, pieces))

    def _is_aside(self, text: str) -> bool:
        return self.writer.is_name(text) or any(
            not len(line := Line(text, language.skipped))
            or language.asides[self.table].whole(line, self.writer.slots(language))
            for language in languages()
        )


def pieces_of(text: str, between: re.Pattern[str] = _BETWEEN) -> list[str]:
    """The parts of a line, without blank ones; none where it has more than can be read."""
    pieces = [piece for piece in between.split(text, _MOST_PIECES) if piece.strip()]
    return pieces if len(pieces) <= _MOST_PIECES else []


@lru_cache(256)
def _read(reader: Reader, text: str) -> tuple[Command, ...] | None:
    """A line of a letter is asked for several times: where its words begin, and what they say."""
    return reader._line(text)
