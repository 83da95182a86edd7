"""What several parts of one line say together: the same thing, things that go beside each other, or what
cannot both be meant."""

from __future__ import annotations

from collections.abc import Iterable

from mailhub.commands.command import Command, Place
from mailhub.commands.matches import PLAIN, is_return

# Where a line may say several things; elsewhere it says one.
MANY = (Place.SETTINGS, Place.DIGEST, Place.FACILITATOR)
# Of each group only one can be meant in a line.
_EXCLUSIVE = (
    {"join", "leave", "each", "daily", "weekly", "monthly", "none", "forget-me"},
    {"join", "leave", "pause", "resume"},
    {"mute", "unmute"},
    {"copy", "no-copy"},
    {"listed", "unlisted"},
    {"yes", "no", "maybe"},
)
# One of two decisions in a line has the other in it: who is banned has written what is discarded.
_WITHIN = ({"ban", "discard"}, {"trust", "approve"}, {"edit", "approve"})
_CONTAINED = ("discard", "approve")


def together(commands: Iterable[Command], place: Place) -> tuple[Command, ...] | None:
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
    if verbs == {"pause", "leave"}:  # "on leave for three weeks, please stop the emails"
        return tuple(one for one in found.values() if one.verb == "pause" and one.argument)
    if verbs == {"forget-me", "leave"}:  # who is forgotten has left
        return tuple(one for one in found.values() if one.verb == "forget-me")
    if verbs == {"mute", "leave"}:  # "this thread is not for me, stop sending me replies to it"
        return tuple(one for one in found.values() if one.verb == "mute")
    if any(len(verbs & group) > 1 for group in _EXCLUSIVE):
        return None
    if len(verbs) > 1 and place not in MANY:
        greater = [command for command in found.values() if command.verb not in _CONTAINED]
        return tuple(greater) if verbs in _WITHIN and len(greater) == 1 else None
    return tuple(found.values())
