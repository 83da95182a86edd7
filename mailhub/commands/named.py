"""The community that somebody names in what they ask for: "leave housing", "weekly for Housing Options".

By its short name behind the verb, of all that they may know of; by its whole name, of those that they are
in. What names none means the community to whose address it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailhub import membership
from mailhub.commands.asked import Asked
from mailhub.commands.command import Command, Place
from mailhub.commands.lines import Reader
from mailhub.commands.own_words import own_words
from mailhub.commands.writer import Writer
from mailhub.models import Community
from mailhub.words.line import Line

SLUGGED = ("join", "leave")  # their argument is a short name
_LOOKED_AT = 3  # lines


def community_meant(asked: Asked, commands: tuple[Command, ...]) -> Asked | None:
    """The same mail as if it had come to the address of the community that it names; None where it names
    one that this person cannot know of."""
    slugs = {one.argument for one in commands if one.verb in SLUGGED and one.argument}
    if slugs:
        slug = slugs.pop()
        who = asked.person.id if asked.person else None
        is_known = not slugs and membership.is_listed(asked.session, slug, who)
        found = membership.community_of(asked.session, slug) if is_known else None
        return replace(asked, community=found) if found else None
    if asked.person is None or not commands:
        return asked
    said = list(_said(asked))
    mine = [one for one, _ in membership.of_person(asked.session, asked.person.id)]
    named = [one for one in mine if any(_names(line, one) for line in said)]
    return replace(asked, community=named[0]) if len(named) == 1 else asked


def _said(asked: Asked) -> Iterator[list[str]]:
    """The words of the first lines that say anything."""
    reader = Reader(Writer.of(asked.letter), Place.SETTINGS)
    lines = filter(None, own_words(asked.letter, reader).lines)
    for line, _ in zip(lines, range(_LOOKED_AT), strict=False):
        yield Line(line).words


def _names(said: list[str], community: Community) -> bool:
    """Whether these words have the whole name of a community in them. One word alone may mean anything."""
    name = Line(community.name).words
    return len(name) > 1 and any(
        said[at : at + len(name)] == name for at in range(len(said) - len(name) + 1)
    )
