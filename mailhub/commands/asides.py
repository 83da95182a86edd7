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
    grave = doubts | negations | language.contrary | language.weighty | _ENDLESS
    own = grave | language.others | language.pending | language.elsewhere
    wishes = language.places["settings"].verbs - {"leave"}
    meant = frozenset().union(*(language.signs.get(verb, ()) for verb in wishes))
    meant |= language.dates.months.keys() | language.dates.weekdays.keys()
    rubbish = language.signs.get("discard", frozenset())

    def set_apart(line: Line, at: int) -> bool:
        return bool(_APART.search(line.between(at)))

    def remark(line: Line, at: int) -> Iterator[tuple[int, None]]:
        """Set apart, or a reason ("as she is one of ours"), with nothing of weight in it."""
        if set_apart(line, at) or line.words[at] in language.reasons:
            yield from _to_the_end(line, at, grave)

    def cast_out(line: Line, at: int) -> Iterator[tuple[int, None]]:
        """The same behind a word that throws away, which may say what the thing is: "it is phishing"."""
        if set_apart(line, at) or line.words[at] in language.reasons:
            yield from _to_the_end(line, at, grave - rubbish)

    def light(line: Line, at: int) -> Iterator[tuple[int, None]]:
        if at == 0 and line.words[0] in language.asking:
            return
        for end in range(at, len(line)):
            if language.light.isdisjoint(line.readings(end)):
                return
            yield end + 1, None

    def vouched(line: Line, at: int) -> Iterator[tuple[int, None]]:
        """Set apart, behind a yes to somebody's mail: who they are, that it is fine; nothing still to come."""
        if set_apart(line, at):
            yield from _to_the_end(line, at, grave | language.pending | language.elsewhere)

    def own_remark(line: Line, at: int) -> Iterator[tuple[int, None]]:
        """Set apart, behind a yes: who they are, what for. Nobody else, nothing still to come."""
        if _APART.search(line.between(at)):
            yield from _to_the_end(line, at, own)

    def loose_remark(line: Line, at: int) -> Iterator[tuple[int, None]]:
        if set_apart(line, at):
            yield from _to_the_end(
                line, at, doubts - language.regrets | language.contrary | _ENDLESS
            )

    def denied(line: Line, at: int) -> Iterator[tuple[int, None]]:
        """Set apart by a mark, or of the writer, or another "not": what leaves a no a no."""
        if line.words[at] in language.personal | negations or set_apart(line, at):
            yield from _to_the_end(line, at, doubts | language.contrary | _ENDLESS)

    return {
        # words with no doubt and no "not" in them, which matter to nobody
        "clause": lambda line, at: _sentence(line, at, doubts | negations),
        # the same, but a "not" may be in them
        "why": lambda line, at: _sentence(line, at, doubts),
        # a clause behind a yes, with nothing still to come
        "affirmed": lambda line, at: _sentence(
            line, at, doubts | negations | language.pending | language.others
        ),
        # words around a loose pattern: no doubt, no "not", nobody else
        "gap": lambda line, at: _around(line, at, doubts | negations | language.others),
        # the same, with nothing of how much or how often: "stop emailing me so much" is no wish to leave
        "amountless": lambda line, at: _around(
            line, at, doubts | negations | language.others | language.amounts
        ),
        # the same, with no word of another wish: around what says that somebody wants to leave
        "plain": lambda line, at: _around(line, at, doubts | negations | language.others | meant),
        # words around a question, which changes nothing: "what settings have I got?"
        "ask": lambda line, at: _around(line, at, negations | language.others),
        "light": light,  # words around a decision in which nothing is said
        "denied": denied,  # words behind a no
        "remark": remark,  # words behind a decision that leave it one
        "cast_out": cast_out,
        "vouched": vouched,  # words behind a yes to what somebody else wrote
        "own_remark": own_remark,  # words behind a yes of whoever alone was asked
        "loose_remark": loose_remark,  # where it may name what is to be done first
    }


def _to_the_end(line: Line, at: int, barred: frozenset[str]) -> Iterator[tuple[int, None]]:
    """All words up to the end of the line, where none of them is barred."""
    if barred.isdisjoint(line.words[at:]):
        yield len(line), None


def _sentence(line: Line, at: int, barred: frozenset[str]) -> Iterator[tuple[int, None]]:
    """Words up to the end of the sentence, a question or one that is barred."""
    for end in range(at, len(line)):
        if line.words[end] in _ENDLESS or not barred.isdisjoint(line.readings(end)):
            return
        yield end + 1, None
        if end + 1 < len(line) and _ENDS.search(line.between(end + 1)):
            return


def _around(line: Line, at: int, barred: frozenset[str]) -> Iterator[tuple[int, None]]:
    """Words up to one that is barred, a question or an address."""
    for end in range(at, len(line)):
        word = line.words[end]
        if word in _ENDLESS or "@" in word or not barred.isdisjoint(line.readings(end)):
            return
        yield end + 1, None
