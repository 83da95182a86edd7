"""Forgetting a person: what will go, and its going, step by step.

`begin` ends everything by which they take part, at once: memberships, addresses, mutes. What they left
behind goes in `go_on`, a bounded transaction at a time, until nothing is left; the request that they
confirmed stays open so long, and says up to which row it is theirs: whoever comes back meanwhile under the
same address is a new person. An empty row of the person stays, to which the trail leads.

What stays: their words in other people's answers, papers that they filed (unless they asked otherwise),
the Message-IDs of their mails, that something was done and when.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailhub import library, membership
from mailhub.blobs import Blobs
from mailhub.database import Database
from mailhub.library.tables import Document, Version
from mailhub.membership import By, trail
from mailhub.models import Community, Delivery, Inbound, Person, Post, Request
from mailhub.privacy import left_behind, left_rows, posts, tombstones
from mailhub.privacy.left_behind import Theirs
from mailhub.privacy.tombstones import Scrubber
from mailhub.site import Site

BATCH = 50  # posts of one transaction
KIND = "forget"  # of the request


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What goes in one community."""

    community: str
    role: str  # "" where they are no member any more
    posts: int
    papers: int  # versions that they filed


def foresee(session: Session, person: Person) -> list[Foreseen]:
    """What there is of a person, community by community, by name."""
    people = left_behind.all_of(session, person)
    written = dict(
        session.execute(
            select(Post.community_id, func.count())
            .where(Post.author_id.in_(people))
            .group_by(Post.community_id)
        ).all()
    )
    filed = dict(
        session.execute(
            select(Document.community_id, func.count())
            .join(Version, Version.document_id == Document.id)
            .where(Version.filed_by_id.in_(people))
            .group_by(Document.community_id)
        ).all()
    )
    roles = {community.id: m.role for community, m in membership.of_person(session, person.id)}
    found = session.scalars(
        select(Community)
        .where(Community.id.in_({*written, *filed, *roles}))
        .order_by(func.lower(Community.name))
    )
    return [
        Foreseen(one.name, roles.get(one.id, ""), written.get(one.id, 0), filed.get(one.id, 0))
        for one in found
    ]


def begin(
    session: Session,
    person: Person,
    now: datetime,
    *,
    everything: bool,
    request: Request,
    by: By,
) -> None:
    """From now on they are nobody here; the request keeps what `go_on` needs."""
    people = left_behind.all_of(session, person)
    given = Theirs(
        people=people,
        addresses=list(membership.addresses_of(session, person.id)),
        names=left_behind.names(session, people),
        begun_at=now.isoformat(),
        last_post=session.scalar(select(func.max(Post.id))) or 0,
        last_mail=session.scalar(select(func.max(Inbound.id))) or 0,
        last_delivery=session.scalar(select(func.max(Delivery.id))) or 0,
        everything=everything,
    )
    for _, member in membership.of_person(session, person.id):
        membership.leave(session, member, now, by=by)
    left_behind.end_now(session, given)
    request.detail = asdict(given)
    request.state, request.waiting_since, request.person_id = "waiting", now, person.id
    session.flush()


def go_on(
    database: Database, blobs: Blobs, site: Site, request_id: int, now: datetime
) -> dict[str, Any] | None:
    """Forget all that is left of one person; the figures once nothing is, None where some of it is under
    way and has to be waited for. Repeat it as often as you like."""
    with database.reading() as session:
        request = session.get(Request, request_id)
        if request is None or request.kind != KIND or request.state != "waiting":
            return None
        theirs = Theirs(**request.detail)
    scrub = Scrubber.of(theirs.names, theirs.addresses)
    kept = (lambda said: tombstones.text("forgotten")) if theirs.everything else scrub.clean
    done = {
        "posts": _posts(database, site, theirs, kept, scrub),
        "papers": _papers(database, blobs, theirs, scrub, now),
        "mails": left_behind.mails(database, theirs),
    }
    if not left_behind.deliveries(database, theirs):
        return None
    with database.writing() as session:
        left_rows.small_rows(session, theirs, request_id)
    return done


def end(session: Session, request_id: int, now: datetime) -> str:
    """Nothing is left: the request is settled and empty, the trail says so. The address to tell, "" where
    another process was first."""
    request = session.get_one(Request, request_id, with_for_update=True)
    if request.state != "waiting":
        return ""
    address, person_id = request.address, request.person_id
    request.state, request.settled_at, request.settled_by = "done", now, ""
    request.address, request.domain, request.detail = "", "", {}
    by = By("mail" if request.inbound_id else "operator", person_id, request.inbound_id)
    trail.keep(session, by, now, of="person", what="forgotten", person_id=person_id)
    return address


def _posts(
    database: Database,
    site: Site,
    theirs: Theirs,
    kept: Callable[[str], str],
    scrub: Scrubber,
) -> int:
    count = 0
    for some in left_behind.posts(database, theirs, BATCH):
        with database.writing() as session:
            posts.take_words(session, site, some, "forgotten", words=kept, subject=scrub.clean)
        count += len(some)
    return count


def _papers(
    database: Database, blobs: Blobs, theirs: Theirs, scrub: Scrubber, now: datetime
) -> int:
    """Papers stay, without the name of whoever filed them; or go, where that was asked for."""
    with database.reading() as session:
        filed = session.scalars(
            select(Version.id).where(
                Version.filed_by_id.in_(theirs.people), Version.filed_at <= theirs.at
            )
        ).all()
    for start in range(0, len(filed), BATCH):
        some = filed[start : start + BATCH]
        with database.writing() as session:
            hashes: Collection[str] = ()
            if theirs.everything:
                hashes = library.remove(session, some)
            for version in session.scalars(select(Version).where(Version.id.in_(some))):
                version.filed_by_id, version.note = None, scrub.clean(version.note)
        library.drop_blobs(database, blobs, hashes, now)
    return len(filed)
