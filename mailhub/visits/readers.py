"""Secret links for feed readers, which cannot sign in: one for each person, as long as they want it.

A link is a signed token with the number of a row; without the row it opens nothing, and a new row makes another link. What
it opens is asked anew each time: whoever leaves a community reads it no more.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.orm import Session

from mailhub.addresses import Purpose, Token, Tokens
from mailhub.models import ReaderLink

_OWNER = select(ReaderLink.person_id).where(
    ReaderLink.id == bindparam("number"), ReaderLink.person_id == bindparam("person")
)


def reader_link(session: Session, tokens: Tokens, person_id: int) -> str:
    """The token of a person's link; "" where they have none."""
    number = session.scalar(select(ReaderLink.id).where(ReaderLink.person_id == person_id))
    return tokens.sign(Token(Purpose.READER, number, person_id)) if number else ""


def make_reader_link(session: Session, person_id: int, now: datetime) -> None:
    """A new link for a person, which ends the one that they had."""
    end_reader_link(session, person_id)
    session.add(ReaderLink(person_id=person_id, made_at=now))
    session.flush()


def end_reader_link(session: Session, person_id: int) -> None:
    """From now on a person's link opens nothing."""
    session.execute(delete(ReaderLink).where(ReaderLink.person_id == person_id))


def reader(db: Connection, tokens: Tokens, text: str) -> int | None:
    """Whose link this is the token of; None where it is nobody's any more."""
    token = tokens.read(Purpose.READER, text)
    if token is None:
        return None
    return db.execute(_OWNER, {"number": token.object, "person": token.person}).scalar()
