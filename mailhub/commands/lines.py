"""What one line says at one place: commands, nothing of weight, or something that is not understood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mailhub.commands.command import Command, Place
from mailhub.commands.matches import PLAIN, closest, fullest, is_return, of_match
from mailhub.commands.tables import FRESH, Language, languages
from mailhub.commands.writer import Writer
from mailhub.words.line import MORE, Line
from mailhub.words.patterns import Match, Patterns

# Of each group only one can be meant in a line.
_EXCLUSIVE = (
    {"join", "leave", "each", "daily", "weekly", "monthly", "none", "forget-me"},
    {"join", "leave", "pause", "resume"},
    {"mute", "unmute"},
    {"copy", "no-copy"},
    {"listed", "unlisted"},
    {"yes", "no", "maybe"},
)
_REGRETTED = ("no", "reject", "discard")  # "sorry" behind one of them takes nothing back
# One of two decisions in a line has the other in it: who is banned has written what is discarded.
_WITHIN = ({"ban", "discard"}, {"trust", "approve"}, {"edit", "approve"})
_CONTAINED = ("discard", "approve")
_DECLINING = ("reject", "discard", "ban")
_NEVER_ASKED = (
    Place.CONFIRM,
    Place.DECISION,
    Place.RSVP,
    Place.ARRANGING,
    Place.FACILITATOR,
)
_ON_LISTS = (Place.LIST, Place.ARRANGING)
_RETITLES = "edit"
_MANY = (Place.SETTINGS, Place.DIGEST, Place.FACILITATOR)  # elsewhere a line says one thing
# Between sentences, and between the parts of one.
_BETWEEN = re.compile(r"(?<=[.!?;…])\s+|\s+[-–—]+\s+|[,:]\s+|[-–—]{2,}")
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
        if self.place in _ON_LISTS and len(text) > _ON_LIST:
            return None
        whole = self._said(text)
        if whole:
            return whole
        pieces = [piece for piece in _BETWEEN.split(text, _MOST_PIECES) if piece.strip()]
        if whole is None and 1 < len(pieces) <= _MOST_PIECES:
            found = self._pieced(pieces)
            if found:
                return found
        if whole is not None:
            return None
        loosely = self._loosely(text)
        return () if loosely is None and self._says_nothing(text) else loosely

    def _pieced(self, pieces: Sequence[str]) -> tuple[Command, ...] | None:
        """What a line says in several parts, each of which is understood, or a remark on a decision."""
        found: list[Command] = []
        remarks: list[str] = []
        for piece in pieces:
            said = self._said(piece)
            if not said and (said is not None or not self._says_nothing(piece)):
                if said is not None or self.place is not Place.DECISION:
                    return None
                remarks.append(piece)
            found += said or ()
        together = self.together(found)
        if remarks and together and not self._are_remarks(remarks, together[0], pieces):
            return None
        return together

    def _are_remarks(self, remarks: Sequence[str], said: Command, pieces: Sequence[str]) -> bool:
        """Whether these parts of a line leave a decision in the others what it is: "She is one of ours.
        Approve." What is only a yes says too little for that."""
        if said.argument is not None:
            return False
        declines = said.verb in _DECLINING
        for language in languages():
            barred = language.doubts | language.contrary | language.weighty | {"?", MORE}
            barred |= frozenset() if declines else language.negations
            if declines:
                barred -= language.regrets
            if any(not barred.isdisjoint(Line(remark).words) for remark in remarks):
                return False
        strong = frozenset().union(*(language.signs.get(said.verb, ()) for language in languages()))
        weak = frozenset().union(*(language.signs.get("yes", ()) for language in languages()))
        weak |= frozenset().union(*(language.signs.get("no", ()) for language in languages()))
        own = {w for piece in pieces if piece not in remarks for w in Line(piece).words}
        return not own.isdisjoint(strong - weak)

    def _loosely(self, text: str) -> tuple[Command, ...] | None:
        """The one command whose words stand among others: "I'd find a weekly digest more useful". Only
        in words of the writer's own wish, with no doubt in them; never on a list."""
        found: set[Command] = set()
        for language in languages():
            patterns = language.loose[self._table]
            line = Line(text, language.skipped, language.corrections.of)
            asked = line.without_question_mark()
            if (
                not patterns.verbs
                or len(line) > _LONGEST_LOOSE
                or (asked and not self._may_ask(text, language))
            ):
                continue
            if self.place in _MANY and language.personal.isdisjoint(Line(text).words):
                continue
            for match in patterns.whole(line, self.writer.slots(language)):
                command = of_match(match, text, everywhere=language.says_everywhere(line))
                if command is not None:
                    found.add(command)
        only = fullest(found)
        return only if len(only) == 1 else None

    def together(self, commands: Iterable[Command]) -> tuple[Command, ...] | None:
        """What several parts of one line say; None where they contradict each other."""
        found: dict[tuple[str, int | None], Command] = {}
        for command in commands:
            key = command.verb, command.item
            known = found.setdefault(key, command)
            if known.argument in PLAIN:
                found[key] = command if command.argument else known
            elif command.argument not in (*PLAIN, known.argument):
                if not is_return(known, command):
                    return None
                found[key] = max(known, command, key=lambda one: one.argument or "")
        verbs = {verb for verb, _ in found}
        if any(len(verbs & group) > 1 for group in _EXCLUSIVE):
            return None
        if len(verbs) > 1 and self.place not in _MANY:
            greater = [command for command in found.values() if command.verb not in _CONTAINED]
            return tuple(greater) if verbs in _WITHIN and len(greater) == 1 else None
        return tuple(found.values())

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
        return self.writer.is_name(text) or self._is(lambda language: language.closings, text)

    def is_courtesy(self, text: str) -> bool:
        """Whether a line is thanks, praise or a nod, in each of its parts."""
        pieces = [piece for piece in _BETWEEN.split(text, _MOST_PIECES) if piece.strip()]
        courteous = [self._is(lambda language: language.courtesies, piece) for piece in pieces]
        return (
            len(pieces) <= _MOST_PIECES
            and any(courteous)
            and all(
                said
                or self.writer.is_name(piece)
                or self._is(lambda language: language.forms, piece)
                for said, piece in zip(courteous, pieces, strict=True)
            )
        )

    def verbs_near(self, text: str) -> list[str]:
        """The verbs whose words a line has, the likeliest first."""
        found: Counter[str] = Counter()
        for language in languages():
            line = Line(text[:_LOOKED_AT], language.skipped, language.corrections.of)
            said = {word for at in range(len(line)) for word in line.readings(at)}
            for verb, signs in language.signs.items():
                if verb in language.places[self._table].verbs and said & signs:
                    found[verb] += len(said & signs)
        return [verb for verb, _ in found.most_common()]

    def _is(self, kind: Callable[[Language], Patterns], text: str) -> bool:
        """Whether a text is as a whole what some language has of this kind."""
        return any(
            kind(language).whole(Line(text, language.skipped), self.writer.slots(language))
            for language in languages()
        )

    @property
    def _table(self) -> str:
        return FRESH if self.fresh and self.place is Place.LIST else self.place

    def _said(self, text: str) -> tuple[Command, ...] | None:
        """The one command that a text is, without being taken apart; none where it could be several;
        None where it is no command."""
        close: set[Command] = set()
        free: list[Command] = []
        for language in languages():
            for match, everywhere in self._matches(text, language):
                command = of_match(match, text, everywhere=everywhere)
                if command is not None and match.meaning.free:
                    free.append(command)
                elif command is not None:
                    close.add(command)
        found = fullest(close) or closest(free)
        if not found:
            return None
        return found if len(found) == 1 else ()

    def _matches(self, text: str, language: Language) -> Iterator[tuple[Match, bool]]:
        """What a text is in one language, and whether it is said to be for all communities."""
        # Nothing that is put to the members of a list may be set right on the way.
        corrected = None if self.place in _ON_LISTS else language.corrections.of
        slots = self.writer.slots(language)
        line = Line(text, language.skipped, corrected)
        asking = line.without_question_mark()
        for match in language.places[self._table].whole(line, slots):
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

    def _says_nothing(self, text: str) -> bool:
        if self.writer.is_name(text):
            return True
        for language in languages():
            line = Line(text, language.skipped)
            if not len(line) or language.asides[self._table].whole(
                line, self.writer.slots(language)
            ):
                return True
        return False
