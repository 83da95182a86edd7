"""What is said to whoever has answered a digest: where their answers went, once for one mail.

Nothing is said of what they hear of anyway: an event notes its answers itself, and a copy comes to whoever wants
those of their own posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import select

from digests.unplaced import Answering
from mailhub.addresses import Purpose, Token
from mailhub.commands.grammar import Place, understand
from mailhub.models import Community, Membership
from mailhub.notes import Note


def of(here: Answering, answers: Mapping[int, str]) -> Iterator[Note]:
    """One note of these answers, by the numbers of what they are to; none where all are heard of."""
    copied = _copied(here)
    told = [
        number
        for number, words in answers.items()
        if here.pieces[number].community_id not in copied and not _is_noted(here, number, words)
    ]
    if not told:
        return
    ids = {here.pieces[number].community_id for number in told}
    rows = here.work.session.execute(
        select(Community.id, Community.name).where(Community.id.in_(ids))
    )
    names: dict[int, str] = dict(rows.all())
    yield here.asked.note(
        "digest-answered",
        token=Token(Purpose.DIGEST, here.digest.id, here.person.id),
        went=[
            (number, here.pieces[number].title, names[here.pieces[number].community_id])
            for number in told
        ],
    )


def _is_noted(here: Answering, number: int, words: str) -> bool:
    """Whether an event says itself what it takes it for."""
    if here.pieces[number].answer[:1] != Purpose.EVENT:
        return False
    letter = replace(here.asked.letter, new_text=words, subject="")
    return bool(understand(letter, Place.RSVP))


def _copied(here: Answering) -> frozenset[int]:
    """The communities that send them what they write."""
    return frozenset(
        here.work.session.scalars(
            select(Membership.community_id).where(
                Membership.person_id == here.person.id,
                Membership.own_posts,
                Membership.delivery == "each",
            )
        )
    )
