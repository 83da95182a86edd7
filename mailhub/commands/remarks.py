"""Parts of a line that are no command themselves: "She is one of ours. Approve." Whether they leave what the
other parts say what it is."""

from __future__ import annotations

from collections.abc import Sequence

from mailhub.commands.command import Command, Place
from mailhub.commands.tables import languages
from mailhub.words.line import MORE, Line

_DECLINING = ("reject", "discard", "ban")
_UNCLEAR = frozenset({"?", MORE})


def leave_as_it_is(
    remarks: Sequence[str], found: Sequence[Command], pieces: Sequence[str], place: Place
) -> bool:
    """Whether remarks beside commands change nothing about them; `pieces` are all parts of the line."""
    said = found[0]
    if place is Place.SETTINGS:
        return len(found) == 1 and not any(_weighs(remark, said.verb) for remark in remarks)
    return said.argument is None and _leaves_decided(remarks, said, pieces)


def _weighs(remark: str, verb: str) -> bool:
    """Whether a remark beside a wish is doubtful, or has a word of another wish in it."""
    for language in languages():
        wishes = language.places["settings"].verbs - {verb}
        others = (language.signs.get(other, frozenset()) for other in wishes)
        barred = language.doubts | language.turns | _UNCLEAR
        barred |= frozenset().union(*others) - language.signs.get(verb, frozenset())
        if not barred.isdisjoint(Line(remark).words):
            return True
    return False


def _leaves_decided(remarks: Sequence[str], said: Command, pieces: Sequence[str]) -> bool:
    """Beside a decision. What is only a yes says too little for that."""
    declines = said.verb in _DECLINING
    for language in languages():
        barred = language.doubts | language.contrary | language.weighty | _UNCLEAR
        barred |= frozenset() if declines else language.negations
        if declines:
            barred -= language.regrets
        if any(not barred.isdisjoint(Line(remark).words) for remark in remarks):
            return False
    strong = frozenset().union(*(language.signs.get(said.verb, ()) for language in languages()))
    weak = frozenset().union(*(language.signs.get("yes", ()) for language in languages()))
    weak |= frozenset().union(*(language.signs.get("no", ()) for language in languages()))
    own = {word for piece in pieces if piece not in remarks for word in Line(piece).words}
    return not own.isdisjoint(strong - weak)
