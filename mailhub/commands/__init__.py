"""What people ask for by mail: the words of a mail to `+settings` and `+help`, and their answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from mailhub import library, membership
from mailhub.blobs import Blobs
from mailhub.commands import grammar
from mailhub.compose.own import Enclosure
from mailhub.letter import Letter
from mailhub.models import Community, Person
from mailhub.sight import Viewer


@dataclass(frozen=True, slots=True)
class Answer:
    """A template of templates/mail/, its facts, and the files that go with it."""

    template: str
    facts: dict[str, Any] = field(default_factory=dict)
    enclosures: tuple[Enclosure, ...] = ()


def answer(
    session: Session,
    blobs: Blobs,
    letter: Letter,
    community: Community,
    person: Person,
    *,
    help_wanted: bool,
) -> Answer:
    """The answer to the first of the letter's commands.

    What is not understood brings the guide, which says what can be asked.
    """
    if not help_wanted:
        for command in grammar.understand(letter, grammar.Place.SETTINGS)[:1]:
            asked = library.understand(command.argument or "")
            if command.verb == "get" and asked is not None:
                found = library.answer(session, blobs, Viewer(person.id), community, asked)
                return Answer(found.template, found.facts, found.enclosures)
    member = membership.membership_of(session, community.id, person.id)
    return Answer("help", {"member": member, "understood": help_wanted})
