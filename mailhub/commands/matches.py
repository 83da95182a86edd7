"""Which command a match of a line's words is, and which of several says most."""

from __future__ import annotations

from datetime import date, timedelta

from mailhub.commands.command import Command
from mailhub.commands.tables import WHOLE
from mailhub.words.patterns import Days, Match

_SOUGHT = ("find",)  # "do you have communities about housing?"
_LESS = ("none", "pause", "mute")  # than leaving
_TAKEN_BACK = (
    ("yes", {"no", "maybe"}),
    ("my-data", {"forget-me", "status"}),
    ("resume", {"pause"}),  # "start again on 2 January"
)
_BACK_WITHIN = timedelta(days=4)
PLAIN = (None, "0")  # arguments that say nothing more


def of_match(match: Match, text: str, *, everywhere: bool) -> Command | None:
    """The command of a match; None where what its argument is made of was left out."""
    argument = match.meaning.argument
    if match.meaning.verb == "pause":
        return _pause(match, everywhere=everywhere)
    captures = [
        one.until if isinstance(one, Days) else one
        for one in match.captures
        if not isinstance(one, Days) or one.until
    ]
    if argument == WHOLE:
        argument = text.strip(" .!")
    elif "{" in argument:
        if len(captures) < argument.count("{"):
            return None
        argument = argument.format(*captures)
    elif not argument and captures:
        argument = captures[0]
    if match.meaning.verb in _SOUGHT:
        argument = argument.rstrip(" ?")
    if argument.startswith("#"):
        item, _, argument = argument[1:].partition(" ")
        return Command(match.meaning.verb, argument or None, int(item))
    return Command(match.meaning.verb, argument or None, everywhere=everywhere)


def _pause(match: Match, *, everywhere: bool) -> Command:
    """From when and until when, as far as it is said."""
    days = [one if isinstance(one, Days) else Days(one) for one in match.captures]
    until = next((day.until for day in days if day.until), None)
    begins = next((day.begins for day in days if day.begins), None)
    return Command("pause", until, everywhere=everywhere, begins=begins)


def fullest(close: set[Command]) -> tuple[Command, ...]:
    """Of commands that are the same but that one says more, that one: "yes" and "yes, with two"."""
    begun = {command for command in close if command.begins}
    if begun and {command.verb for command in close} == {"pause"}:
        close = begun  # "away next week" is no day of coming back
    full = {command for command in close if command.argument not in PLAIN}
    same = len({(command.verb, command.item) for command in close}) == 1
    return tuple(full if full and same else close)


def lesser(found: tuple[Command, ...]) -> tuple[Command, ...]:
    """Of leaving and one wish that goes less far, the lesser: "no emails, I read the archive"."""
    less = tuple(command for command in found if command.verb != "leave")
    return less if len(less) == 1 and less[0].verb in _LESS else found


def doubtful(found: tuple[Command, ...]) -> tuple[Command, ...]:
    """Of a yes and what takes it back, that: "I would love to come but it depends on the trains". Of what
    is known of somebody and its end, the end, which is asked about once more."""
    verbs = {command.verb for command in found}
    for less, more in _TAKEN_BACK:
        if len(verbs) == 2 and less in verbs and not more.isdisjoint(verbs):
            return tuple(command for command in found if command.verb != less)
    return found


def is_return(last: Command, first: Command) -> bool:
    """Whether two days are the last one away and that of coming back: "away to Friday, back on Monday"."""
    if last.verb != "pause" or not last.argument or not first.argument:
        return False
    days = date.fromisoformat(first.argument) - date.fromisoformat(last.argument)
    return abs(days) <= _BACK_WITHIN


def closest(free: list[Command]) -> tuple[Command, ...]:
    """Of commands with free text those that leave the least of it."""
    least = min((len(command.argument or "") for command in free), default=0)
    return tuple({command for command in free if len(command.argument or "") == least})
