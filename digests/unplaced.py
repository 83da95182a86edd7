"""Words in answer to a digest that have no place in it: they are asked about, and the answer to that places them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from digests.placing import Placed, placed
from mailhub import commands, reading
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked, Told
from mailhub.letter import Letter
from mailhub.membership import requests
from mailhub.models import Digest, DigestPiece, Person, RawMail, Request
from mailhub.news import Door
from mailhub.notes import Note
from mailhub.process.work import Mail, Work

KIND = "digest-answer"  # of a request: words that wait for their place
MOST_LISTED = 60  # things among which somebody is asked to choose
_NUMBERS = re.compile(r"#?(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Answering:
    """One answer to one digest, while it is dealt with."""

    work: Work
    mail: Mail
    asked: Asked
    digest: Digest
    person: Person
    doors: Sequence[Door]
    pieces: Mapping[int, DigestPiece]  # by their numbers; only what the person may read now

    @property
    def titles(self) -> dict[int, str]:
        """What stands in it."""
        return {number: piece.title for number, piece in self.pieces.items()}


def ask_where(here: Answering) -> Told:
    """Ask for the place of what has none. The words stay in the mail that brought them."""
    session = here.work.session
    request = requests.ask(
        session,
        KIND,
        here.asked.address,
        here.work.now,
        person=here.person,
        inbound_id=here.mail.inbound.id,
        detail={"digest": here.digest.id},
    )
    token = Token(Purpose.PLACE, request.id, here.person.id, request.expires)
    return Told("asked", (listed(here, "digest-where", token),))


def settled(here: Answering, request: Request) -> Told | tuple[Letter, Placed] | None:
    """The answer to that: a number, or several, as the first letter and the places of its words; "no" drops them.
    None where it says all by itself, as an answer to the digest would."""
    new = here.asked.letter.new_text
    session = here.work.session
    first = next((line.strip() for line in new.splitlines() if line.strip()), "")
    numbers = [int(one) for one in _NUMBERS.findall(first[:200])]
    if not numbers:
        said = commands.confirms(here.asked.letter)
        if said == "no":
            requests.settle(session, request, "declined", request.address, here.work.now)
            return Told("declined", (here.asked.note("digest-dropped"),))
        return None if placed(here.asked.letter, here.titles) else _again(here, request)
    if any(number not in here.pieces for number in numbers):
        return _again(here, request)
    raw = session.scalar(select(RawMail.raw).where(RawMail.inbound_id == request.inbound_id))
    if raw is None:
        return Told("answered", (here.asked.note("digest-over", once=""),))
    requests.settle(session, request, "done", request.address, here.work.now)
    letter = reading.read(raw)
    words = letter.new_text.strip()
    return letter, Placed(dict.fromkeys(dict.fromkeys(numbers), words))


def _again(here: Answering, request: Request) -> Told:
    token = Token(Purpose.PLACE, request.id, here.person.id, request.expires)
    return Told("answered", (listed(here, "digest-where", token),))


def explain(here: Answering) -> Told:
    return Told("answered", (listed(here, "digest-empty"),))


def listed(here: Answering, template: str, token: Token | None = None) -> Note:
    """A note with the things of the digest and their numbers."""
    chosen = list(here.titles.items())
    return here.asked.note(
        template,
        token=token or Token(Purpose.DIGEST, here.digest.id, here.person.id),
        listed=chosen[:MOST_LISTED],
        more=len(chosen) - len(chosen[:MOST_LISTED]),
        words=here.asked.letter.new_text.strip()[:500],
    )
