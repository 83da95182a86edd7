"""Answers that stand, whatever is said beside them: "No, I never asked for this", "Yes. Will there be lunch?"

A no to what was asked of the writer alone does nothing, and so is one with any words beside it but a yes. A
yes to an invitation is one with a question or a remark beside it, where nothing hangs on that, and nobody
else may be meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailhub.commands.command import Command, Place
from mailhub.commands.tables import Language, languages
from mailhub.words.line import MORE, Line

PLACES = (Place.CONFIRM, Place.RSVP)
# A part of a line, and what it says by itself: None where that is not understood.
Part = tuple[str, tuple[Command, ...] | None]


def standing(parts: Sequence[Part], place: Place) -> tuple[Command, ...] | None:
    """What is answered, where that is sure in spite of parts that are not understood."""
    said = {command for _, found in parts for command in found or ()}
    if len(said) != 1 or any(found == () for _, found in parts):
        return None
    (command,) = said
    if command.verb == "no":
        return (command,)
    if command.verb != "yes" or place is not Place.RSVP:
        return None
    answers = [text for text, found in parts if found]
    others = [text for text, found in parts if found is None]
    is_sure = any(_is_firm(language, answers) for language in languages())
    return (command,) if is_sure and not any(map(_hangs, others)) else None


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
        partly = not language.partly.isdisjoint(said)
        barred = language.company if asks or partly else language.company | language.conditions
        if not asks and not partly:
            barred |= language.negations | language.turns
        if not barred.isdisjoint(said):
            return True
    return False
