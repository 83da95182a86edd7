"""The trail: every change to a person, a membership or a community leaves a row that says who made it,
when, and by which mail. Nothing else writes these rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from mailhub.models import Address, Change, Community, Inbound, Person


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, and how: by mail, by a link (one click to leave), or as the operator."""

    how: str
    person_id: int | None = None
    inbound_id: int | None = None


OPERATOR = By("operator")


def keep(
    session: Session,
    by: By,
    now: datetime,
    *,
    of: str,
    what: str,
    community_id: int | None = None,
    person_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Change:
    """Leave a row for one change: of a membership, mute, address, person or community."""
    change = Change(
        at=now,
        how=by.how,
        by_id=by.person_id,
        inbound_id=by.inbound_id,
        of=of,
        what=what,
        community_id=community_id,
        person_id=person_id,
        before=before,
        after=after,
    )
    session.add(change)
    session.flush()
    return change


def tried(
    session: Session,
    by: By,
    now: datetime,
    why: str,
    *,
    said: dict[str, Any],
    community_id: int | None = None,
    person_id: int | None = None,
) -> None:
    """Leave a row for an answer that was not listened to. `person_id` is who was asked; `by` names
    nobody where it is not proven who answered."""
    keep(
        session,
        by,
        now,
        of="answer",
        what=why,
        community_id=community_id,
        person_id=person_id,
        after=said,
    )


def told(
    session: Session,
    *,
    person_id: int | None = None,
    community_id: int | None = None,
    latest: int = 0,
) -> Sequence[Change]:
    """The trail of a person (what they did, and what was done to them) or of a community, the
    earliest first; only the `latest` so many, unless that is 0."""
    found = select(Change).order_by(Change.id.desc())
    if person_id is not None:
        found = found.where(or_(Change.by_id == person_id, Change.person_id == person_id))
    if community_id is not None:
        found = found.where(Change.community_id == community_id)
    return session.scalars(found.limit(latest or None)).all()[::-1]


def told_plainly(session: Session, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """A trail as an operator reads it: people by name and address, communities by slug, the mail by its
    Message-ID, what was changed from what to what. No control characters: a stranger chose some of it."""
    people = {one for change in changes for one in (change.by_id, change.person_id) if one}
    names = _names(session, people)
    slugs = _pairs(session, select(Community.id, Community.slug))
    mails = _pairs(
        session,
        select(Inbound.id, Inbound.message_id).where(
            Inbound.id.in_({change.inbound_id for change in changes if change.inbound_id})
        ),
    )
    return [
        {
            "id": change.id,
            "at": change.at,
            "how": change.how,
            "by": names.get(change.by_id or 0, ""),
            "mail": clean(mails.get(change.inbound_id or 0, "")),
            "of": change.of,
            "what": change.what,
            "community": slugs.get(change.community_id or 0, ""),
            "person": names.get(change.person_id or 0, ""),
            "changed": _changed(change),
            "undone_at": change.undone_at,
        }
        for change in changes
    ]


def clean(said: str) -> str:
    """On one line, without what a terminal would obey or show the other way round."""
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in said).strip()[:500]


def _changed(change: Change) -> dict[str, Any]:
    """Only what differs: {"delivery": ["each", "weekly"]}; all of it where there was nothing before."""
    before, after = change.before or {}, change.after or {}
    return {
        key: [_plain(before.get(key)), _plain(after.get(key))]
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    }


def _plain(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _names(session: Session, people: Collection[int]) -> dict[int, str]:
    """ "Jane Doe <jane@…>", or a number where nobody is there any more."""
    first: dict[int, str] = {}
    for person_id, address in session.execute(
        select(Address.person_id, Address.address)
        .where(Address.person_id.in_(people))
        .order_by(Address.id.desc())
    ):
        first[person_id] = address
    said = _pairs(session, select(Person.id, Person.name).where(Person.id.in_(people)))
    return {
        one: clean(f"{said.get(one, '')} <{first[one]}>") if one in first else f"person {one}"
        for one in people
    }


def _pairs(session: Session, statement: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(statement)}
