"""Parts of a line that are no command themselves: "She is one of ours. Approve." Whether they leave what the
other parts say what it is."""

from __future__ import annotations

from collections.abc import Sequence

from mailhub.commands.command import Command
from mailhub.commands.tables import languages
from mailhub.words.line import MORE, Line

_DECLINING = ("reject", "discard", "ban")
_UNCLEAR = frozenset({"?", MORE})


def weighs(remark: str, verb: str) -> bool:
    """Whether a remark behind a wish is doubtful, or has a word of another wish in it that changes
    something."""
    for language in languages():
        wishes = language.places["settings"].verbs - {verb} - language.harmless
        others = (language.signs.get(other, frozenset()) for other in wishes)
        barred = language.doubts | language.turns | _UNCLEAR
        barred |= frozenset().union(*others) - language.signs.get(verb, frozenset())
        if not barred.isdisjoint(Line(remark).words):
            return True
    return False


def leave_as_it_is(remarks: Sequence[str], found: Sequence[Command], pieces: Sequence[str]) -> bool:
    """Whether remarks beside a decision change nothing about it; `pieces` are all parts of the line. What is
    only a yes says too little for that."""
    said = found[0]
    if said.argument is not None:
        return False
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
