"""What the hub keeps of people, when its time has come: data asked for is sent, people are forgotten, old
posts and old rows go. Each is a timer, in transactions of its own."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership, notes, privacy
from mailhub.compose.own import Enclosure
from mailhub.database import Database
from mailhub.models import Person, Request, constant
from mailhub.notes import Desk, Note
from mailhub.privacy import forgetting
from mailhub.process.work import Tools

MOST_MAILS = 10  # to one person, of what is held on them


def asked_for(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: send people what is held on them, and forget those who asked for that."""
    for request_id in _waiting(tools.database, "my-data"):
        send_data(tools, request_id, now)
    for request_id in _waiting(tools.database, forgetting.KIND):
        forget(tools, request_id, now)


def send_data(tools: Tools, request_id: int, now: datetime) -> None:
    """Send a person what is held on them: a mail with all of it as text and JSON, with their posts as an
    mbox, and more mails where that is large. Each is noted as it is queued, so that none goes twice."""
    desk = Desk(tools.site, tools.templates)
    while True:
        with tools.database.reading() as session:
            request = session.get(Request, request_id)
            if request is None or request.state != "waiting":
                return
            person = membership.became(session, request.person_id)
            if person is None:  # forgotten meanwhile
                return
            after, number = request.detail.get("after", 0), request.detail.get("mails", 0)
            enclosures = []
            facts: dict[str, Any] = {"held": None, "number": number + 1}
            if not number:
                facts["held"] = held_on(tools, session, person)
                told = json.dumps(facts["held"], ensure_ascii=False, indent=2)
                enclosures.append(Enclosure("my-data.json", "application/json", told.encode()))
            part = next(privacy.mboxes(session, person, after), None)
        if part is not None:
            filename = f"my-posts-{number + 1}.mbox"
            enclosures.append(Enclosure(filename, "application/mbox", part[1]))
        is_last = part is None or number + 1 >= MOST_MAILS
        with tools.database.writing() as session:
            request = session.get_one(Request, request_id, with_for_update=True)
            owner = membership.person_of(session, request.address)
            same = request.detail.get("mails", 0) == number and request.state == "waiting"
            if not same or owner is None or owner.id != request.person_id:
                return  # another process was first, or the address is nobody's any more
            if enclosures:
                left = part is not None and is_last
                note = Note(
                    "my-data",
                    request.address,
                    None,
                    facts | {"left": left},
                    request.person_id,
                    enclosures=tuple(enclosures),
                )
                notes.send(session, desk, [note], now)
            request.detail = {"after": part[0] if part else after, "mails": number + 1}
            if is_last:
                request.state, request.settled_at = "done", now
        if is_last:
            return


def held_on(tools: Tools, session: Session, person: Person) -> dict[str, Any]:
    """Everything held on a person, that of the tools too."""
    people = privacy.all_of(session, person)
    held = privacy.held_on(session, tools.site, person)
    for tool in tools.of_communities:
        if tool.my_data is not None:
            held |= privacy.plain(tool.my_data(session, people))
    return held


def forget(tools: Tools, request_id: int, now: datetime) -> dict[str, Any] | None:
    """Forget somebody, and tell them that it is done; the figures, None where some of it has to wait."""
    done = privacy.go_on(tools.database, tools.blobs, tools.site, request_id, now)
    if done is None:
        return None
    with tools.database.writing() as session:
        request = session.get_one(Request, request_id, with_for_update=True)
        for tool in tools.of_communities:
            if tool.forget is not None and request.state == "waiting":
                tool.forget(session, request.detail["people"])
        address = forgetting.end(session, request_id, now)
        if address:
            desk = Desk(tools.site, tools.templates)
            notes.send(session, desk, [Note("forgotten", address, None, done)], now)
    return done


def retention(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: facilitators are told what will go; a week later it goes."""
    with tools.database.writing() as session:
        stewards = membership.stewards(session, tools.stewards)
        privacy.retention.tell(session, Desk(tools.site, tools.templates), stewards, now)
    with tools.database.reading() as session:
        due = privacy.retention.due_communities(session, now)
    for community_id in due:
        privacy.retention.enforce(tools.database, tools.blobs, tools.site, community_id, now)


def clearing(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: what the platform itself need not keep."""
    privacy.clearing.run(tools.database, now)


def _waiting(database: Database, kind: str) -> list[int]:
    with database.reading() as session:
        found = session.scalars(
            select(Request.id)
            .where(Request.kind == kind, Request.state == constant("waiting"))
            .order_by(Request.id)
        )
        return list(found)
