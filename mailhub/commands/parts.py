"""What a line says in several parts, some of which are no command themselves: "She is one of ours. Approve."

On a list every part has to be understood. Elsewhere a part that is not may stand beside a command, where it
changes nothing about it. A no to what was asked of the writer alone does nothing, and so is one with any
words beside it but a yes. A yes to an invitation is one with a question or a remark beside it, where nothing
hangs on that, and nobody else may be meant. What stands in front of a wish is why somebody has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from mailhub.commands.command import Command, Place
from mailhub.commands.remarks import leave_as_it_is, weighs
from mailhub.commands.tables import Language, languages
from mailhub.commands.together import together
from mailhub.words.line import MORE, Line

LOOSE = (Place.DECISION, Place.SETTINGS)  # where a part may be a command among other words
_MOST_REASONS, _LONGEST_REASON = 2, 16  # words
_ANSWERED = (Place.CONFIRM, Place.RSVP)


class Sort(Enum):
    """What a part of a line is."""

    SAID = "a command as a whole"
    LOOSE = "a command among other words"
    NOTHING = "nothing of weight"
    REMARK = "not understood"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line, what it says by itself, and of which sort that is."""

    text: str
    sort: Sort
    said: tuple[Command, ...] = ()


def told(parts: Sequence[Part], place: Place) -> tuple[Command, ...] | None:
    """What the parts say together; None where that is not sure."""
    if place is Place.SETTINGS:
        return _wished(parts)
    remarks = [part.text for part in parts if part.sort is Sort.REMARK]
    if remarks and place is Place.LIST:
        return _left(parts, remarks)
    if remarks and place in _ANSWERED:
        return _answered(parts, place)
    said = together((one for part in parts for one in part.said), place)
    if not remarks or not said:
        return said
    pieces = [part.text for part in parts]
    return said if place is Place.DECISION and leave_as_it_is(remarks, said, pieces) else None


def _left(parts: Sequence[Part], remarks: Sequence[str]) -> tuple[Command, ...] | None:
    """A wish to leave that says what is left, and short reasons beside it: "I am no councillor any more, please
    remove me from this list"."""
    said = {command for part in parts for command in part.said}
    wish = [word for part in parts if part.said for word in Line(part.text).words]
    if said != {Command("leave")} or len(remarks) > _MOST_REASONS:
        return None
    for language in languages():
        if len(language.listing.intersection(wish)) > 1 and all(
            _is_reason(remark, language) for remark in remarks
        ):
            return tuple(said)
    return None


def _is_reason(text: str, language: Language) -> bool:
    words = Line(text).words
    barred = language.doubts | language.others | {"?", MORE}
    is_short = 1 < len(words) <= _LONGEST_REASON
    return is_short and words[0] in language.opening and barred.isdisjoint(words)


def _wished(parts: Sequence[Part]) -> tuple[Command, ...] | None:
    """A wish as a whole goes before words among others, which may be its reason: "I get mails every day.
    Monthly please". A remark behind it must not weigh."""
    sorts = [part.sort for part in parts]
    sure = Sort.SAID if Sort.SAID in sorts else Sort.LOOSE
    if sure not in sorts:
        return None
    first, last = sorts.index(sure), len(sorts) - 1 - sorts[::-1].index(sure)
    verbs = {one.verb for part in parts if part.sort is sure for one in part.said}
    counted = (
        one
        for number, part in enumerate(parts)
        for one in part.said
        if part.sort is sure or number > last or one.verb in verbs
    )
    said = together(counted, Place.SETTINGS)
    remarks = [part.text for part in parts[first:] if part.sort is Sort.REMARK]
    if not said or reads_elsewhere(said, " ".join(part.text for part in parts)):
        return None
    if not (remarks or first):
        return said
    is_clear = len(said) == 1 and not any(weighs(text, said[0].verb) for text in remarks)
    return said if is_clear else None


def reads_elsewhere(said: Sequence[Command], text: str) -> bool:
    """Whether who wants no mail reads what is written elsewhere, and need not leave: "I look at the site"."""
    if [command.verb for command in said] != ["leave"]:
        return False
    words = Line(text).words
    return any(
        not language.signs.get("none", frozenset()).isdisjoint(words) for language in languages()
    )


def _answered(parts: Sequence[Part], place: Place) -> tuple[Command, ...] | None:
    said = {command for part in parts for command in part.said}
    if len(said) != 1:
        return None
    (command,) = said
    if command.verb == "no":
        return (command,)
    if command.verb != "yes" or place is not Place.RSVP:
        return None
    answers = [part.text for part in parts if part.sort is Sort.SAID]
    is_sure = any(_is_firm(language, answers) for language in languages())
    hangs = any(_hangs(part.text) for part in parts if part.sort is Sort.REMARK)
    return (command,) if is_sure and not hangs else None


def _is_firm(language: Language, answers: Sequence[str]) -> bool:
    said = {word for text in answers for word in Line(text).words}
    return not language.firmly.isdisjoint(said) and language.wishful.isdisjoint(said)


def _hangs(text: str) -> bool:
    """Whether an answer may hang on what stands beside it, or tell of others who come."""
    line = Line(text)
    asks = line.without_question_mark()
    said = frozenset(line.words)
    if MORE in said:
        return True
    for language in languages():
        barred = language.company | language.conditions
        if asks:
            barred = language.company
        elif language.partly.isdisjoint(said):
            barred |= language.negations | language.maybes | language.turns
        if not barred.isdisjoint(said):
            return True
    return False
