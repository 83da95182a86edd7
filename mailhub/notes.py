"""Notes: mail of the hub's own, from a template to one person, and how often anybody gets one.

What somebody asked for, a receipt or a question about their own command, goes up to MOST_A_DAY to one
address; what nobody asked for goes once a day for one cause, and MOST_HINTS a day of all causes. Answers
to mail that anybody may have written in somebody's name are counted apart, so that a forger cannot use up
those of whom they name. Who looks after a community is told of all that waits there; what else they are told of it is counted
apart as well, up to MOST_DUTIES a day, so that no hint keeps it from them. No note goes to an address of the hub, nor to what is
no address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from mailhub import addresses, outbox
from mailhub.addresses import HUB, Token
from mailhub.compose import own
from mailhub.compose.own import Enclosure, Templates
from mailhub.letter import Mailbox
from mailhub.models import Community, Hint, Person
from mailhub.site import Site

MOST_A_DAY = 50
MOST_UNPROVEN = 20  # of these, to mail that is not proven and answers none of ours
MOST_HINTS = 10
MOST_DUTIES = 200  # of those that have a cause
_UNPROVEN = "unproven"
_DUTY = "duty "  # before the kind of a cause
_IS_DUTY = Hint.kind.startswith(_DUTY)
_IS_HINT = and_(Hint.kind != _UNPROVEN, ~_IS_DUTY)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """What notes are written with."""

    site: Site
    templates: Templates


@dataclass(frozen=True, slots=True)
class Note:
    """One mail of ours. `community` is None where the platform itself writes.

    `token` says what an answer to it means. `cause` is (kind, object) of what nobody asked for. A `duty` tells
    somebody of what they look after, or have to know: with a cause once a day for it, else however much that is. An
    `automatic` one answers a mail and has a null sender (RFC 3834); of any other it is known when it
    does not arrive.
    """

    template: str
    to: str
    community: Community | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    person_id: int | None = None
    token: Token | None = None
    cause: tuple[str, str] | None = None
    automatic: bool = True
    in_reply_to: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    duty: bool = False
    unproven: bool = False  # it answers what anybody may have written
    language: str = ""  # else the one that its reader has chosen
    bounded: bool = False  # whoever sends it sees to how often: links to sign in
    people: tuple[tuple[str, int | None], ...] = ()  # (address, person); `to` is then the list's


def send(session: Session, desk: Desk, notes: Sequence[Note], now: datetime) -> list[int]:
    """Queue these notes; the Outgoings, fewer where manners forbid one."""
    sent = []
    for note in notes:
        if _may_go(session, desk, note, now):
            sent.append(_queue(session, desk, _in_their_language(session, note), now))
    return sent


def _in_their_language(session: Session, note: Note) -> Note:
    """A note in the language that its reader has chosen; where there are no words in it, in English."""
    reader = session.get(Person, note.person_id) if note.person_id and not note.language else None
    return replace(note, language=reader.language) if reader else note


def written(desk: Desk, note: Note, now: datetime) -> tuple[str, bytes]:
    """(Message-ID, the mail) of a note, as it would be sent."""
    site, community = desk.site, note.community
    slug = community.slug if community else HUB
    name = community.name if community else desk.templates.line("platform.txt")
    address = site.address(slug)
    subject, body = desk.templates.render(
        note.template,
        note.language,
        site=site,
        community=name,
        slug=slug,
        address=address,
        is_hub=community is None,
        **note.facts,
    )
    return own.written(
        site,
        sender=Mailbox(name, site.address(slug, "notices") if community else address),
        to=note.to,
        subject=subject,
        body=body,
        now=now,
        token=note.token,
        slug=slug,
        in_reply_to=note.in_reply_to,
        automatic=note.automatic,
        enclosures=note.enclosures,
    )


def _queue(session: Session, desk: Desk, note: Note, now: datetime) -> int:
    message_id, raw = written(desk, note, now)
    return outbox.for_addresses(
        session,
        note.people or [(addresses.fold(note.to), note.person_id)],
        message_id,
        raw,
        now,
        community_id=note.community.id if note.community else None,
        automatic=note.automatic,
    )


def _may_go(session: Session, desk: Desk, note: Note, now: datetime) -> bool:
    to = addresses.fold(note.to)
    if note.people:
        return True  # the same mail to many, each of whom is a member
    if not addresses.is_address(to) or addresses.is_at(to, desk.site.domain):
        return False
    if note.bounded:
        _count_unproven(session, to, now)
        return True
    if note.cause is None:
        return note.duty or _is_due(session, note, to, now)
    kind, of = note.cause
    most, alike = MOST_HINTS, _IS_HINT
    if note.duty:
        kind, most, alike = _DUTY + kind, MOST_DUTIES, _IS_DUTY
    said = session.get(Hint, (to, kind, of))
    if (said is None or said.last_at <= now - DAY) and (
        _hints_since(session, to, now - DAY, alike) >= most
    ):
        return False
    if said is None:
        session.add(Hint(address=to, kind=kind, object=of, last_at=now))
    elif said.last_at > now - DAY:
        return False
    else:
        said.last_at = now
    session.flush()
    return True


def _is_due(session: Session, note: Note, to: str, now: datetime) -> bool:
    """Whether one more answer may go to an address today."""
    unproven = _hints_since(session, to, now - DAY, Hint.kind == _UNPROVEN)
    if not note.unproven:
        return outbox.answers_since(session, to, now - DAY) - unproven < MOST_A_DAY
    if unproven >= MOST_UNPROVEN:
        return False
    _count_unproven(session, to, now)
    return True


def _count_unproven(session: Session, to: str, now: datetime) -> None:
    """One more answer to what anybody may have asked for in somebody's name."""
    number = _hints_since(session, to, now - DAY, Hint.kind == _UNPROVEN)
    one = f"{now.isoformat()} {number}"
    session.add(Hint(address=to, kind=_UNPROVEN, object=one, last_at=now))
    session.flush()


def _hints_since(session: Session, to: str, since: datetime, which: ColumnElement[bool]) -> int:
    found = select(func.count()).select_from(Hint)
    return session.scalar(found.where(Hint.address == to, Hint.last_at > since, which)) or 0
