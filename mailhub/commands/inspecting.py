"""What `mailhub inspect --as` says of a letter: the verbs that are promised to other programs, and no more of
them than a person meant."""

from __future__ import annotations

from dataclasses import replace

from mailhub.commands import digest_words
from mailhub.commands.command import Command
from mailhub.commands.grammar import Place, understand
from mailhub.commands.named import SLUGGED
from mailhub.letter import Letter
from mailhub.models.communities import DELIVERIES

_TIMES = ("digest_day ", "digest_hour ")
_DIGESTED = (Place.SETTINGS, Place.DIGEST)
_NAMED = {"find": "communities"}  # "communities about housing"


def understood_at(letter: Letter, place: Place) -> tuple[Command, ...]:
    """The commands of a letter at a place. When digests are to come stands as the argument of how often:
    `weekly`, `friday 16`."""
    found = digest_words.understand(letter) if place in _DIGESTED else ()
    if found and found[0].verb in DELIVERIES:
        times = [one for one in found[1:] if (one.argument or "").startswith(_TIMES)]
        said = " ".join((one.argument or "").partition(" ")[2] for one in times)
        return (replace(found[0], argument=said or None), *(o for o in found[1:] if o not in times))
    return found or tuple(map(_promised, understand(letter, place)))


def _promised(command: Command) -> Command:
    """Without the community that is left or joined, which is not promised."""
    argument = None if command.verb in SLUGGED else command.argument
    return replace(command, verb=_NAMED.get(command.verb, command.verb), argument=argument)
