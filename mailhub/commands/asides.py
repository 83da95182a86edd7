"""What may stand beside a command without making another of it: a reason, a remark, who they are.

Each is a slot of the tables: words up to a mark or to the end of the line, in which nothing stands that
would take the command back, put it off or ask for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mailhub.commands.tables import Language
from mailhub.words.line import MORE, Line
from mailhub.words.patterns import Slot

MARKS = ("(", ",", ":", ";", ".", "!", "-", "–", "—")
_APART = re.compile(r"[,;:.!(–—-]")  # between two parts of a line
_ENDS = re.compile(r"[.!;…]")  # of a sentence
_ENDLESS = frozenset({"?", MORE})


def slots(language: Language) -> Mapping[str, Slot]:
    """The slots of one language for what stands beside a command."""
    doubts, negations = language.doubts, language.negations
    unsure = doubts | negations
    grave = unsure | language.contrary | language.weighty | _ENDLESS
    rubbish = language.signs.get("discard", frozenset())
    coming = grave | language.pending | language.elsewhere
    hanging = language.conditions | language.maybes | language.turns
    open_ended = doubts | language.contrary | _ENDLESS
    return {
        # words with no doubt and no "not" in them, which matter to nobody
        "clause": _sentence(unsure),
        # the same, but a "not" may be in them
        "why": _sentence(doubts),
        # a clause behind a yes, with nothing still to come
        "affirmed": _sentence(unsure | language.pending | language.others),
        # words around a loose pattern: no doubt, no "not", nobody else
        "gap": _around(unsure | language.others),
        # the same, with nothing of how much or how often: "stop emailing me so much" is no wish to leave
        "amountless": _around(unsure | language.others | language.amounts),
        # the same, with no word of another wish: around what says that somebody wants to leave
        "plain": _around(unsure | language.others | _of_other_wishes(language)),
        # words around a question, which changes nothing: "what settings have I got?"
        "ask": _around(negations | language.others),
        # any words in front of a "but" behind which a wish stands
        "preamble": _around(frozenset()),
        # words around an answer, doubts of manner ("I regret that") among them; nothing on which it hangs
        "unless": _around(hanging | language.others),
        # words behind "I will be there"
        "along": _around(hanging | negations | language.company),
        # words beside a regret, that are no answer to an invitation themselves
        "excuse": _around(
            hanging | language.partly | language.firmly | language.belated | language.faults
        ),
        # words behind a no
        "onward": _around(hanging),
        # words around a doubt
        "whatever": _around(language.turns | language.company),
        # words around a no to what the writer alone was asked; nothing that may be a yes
        "refused": _around(hanging | language.contrary | language.signs["yes"]),
        # words around a decision in which nothing is said
        "light": _light(language),
        # behind a no: of the writer, or another "not", or set apart: what leaves a no a no
        "denied": _beside(open_ended, language.personal | negations),
        # behind a decision, set apart or a reason ("as she is one of ours"): what leaves it one
        "remark": _beside(grave, language.reasons),
        # the same behind a word that throws away, which may say what the thing is: "it is phishing"
        "cast_out": _beside(grave - rubbish, language.reasons),
        # behind a yes to somebody's mail: who they are, that it is fine; nothing still to come
        "vouched": _beside(coming),
        # behind a yes of whoever alone was asked: who they are, what for
        "own_remark": _beside(coming | language.others),
        # behind what may name what is to be done first
        "loose_remark": _beside(open_ended - language.regrets),
    }


def _of_other_wishes(language: Language) -> frozenset[str]:
    """Words of any wish but leaving, days among them."""
    wishes = language.places["settings"].verbs - {"leave"}
    said = frozenset().union(*(language.signs.get(verb, ()) for verb in wishes))
    return said | language.dates.months.keys() | language.dates.weekdays.keys()


def _beside(barred: frozenset[str], begun: frozenset[str] = frozenset()) -> Slot:
    """Words up to the end of the line that are set apart, or begin with one of these, and none of which
    is barred."""

    def slot(line: Line, at: int) -> Iterator[tuple[int, None]]:
        is_beside = line.words[at] in begun or _APART.search(line.between(at))
        if is_beside and barred.isdisjoint(line.words[at:]):
            yield len(line), None

    return slot


def _light(language: Language) -> Slot:
    """Words that say nothing by themselves. At the head of a line some make a question of it."""

    def slot(line: Line, at: int) -> Iterator[tuple[int, None]]:
        if at == 0 and line.words[0] in language.asking:
            return
        for end in range(at, len(line)):
            if language.light.isdisjoint(line.readings(end)):
                return
            yield end + 1, None

    return slot


def _sentence(barred: frozenset[str]) -> Slot:
    """Words up to the end of the sentence, a question or one that is barred."""

    def slot(line: Line, at: int) -> Iterator[tuple[int, None]]:
        for end in range(at, len(line)):
            if line.words[end] in _ENDLESS or not barred.isdisjoint(line.readings(end)):
                return
            yield end + 1, None
            if end + 1 < len(line) and _ENDS.search(line.between(end + 1)):
                return

    return slot


def _around(barred: frozenset[str]) -> Slot:
    """Words up to one that is barred, a question or an address."""

    def slot(line: Line, at: int) -> Iterator[tuple[int, None]]:
        for end in range(at, len(line)):
            word = line.words[end]
            if word in _ENDLESS or "@" in word or not barred.isdisjoint(line.readings(end)):
                return
            yield end + 1, None

    return slot
