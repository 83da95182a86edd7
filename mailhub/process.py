"""What becomes of a mail that was taken: the whole story on one page.

A mail is read outside of any transaction; then one transaction decides and files it, and writes the
outbox rows. It may run twice, late, or on another machine: what is done is not done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailhub import (
    addresses,
    commands,
    forum,
    holds,
    library,
    membership,
    outbox,
    policy,
    reading,
    search,
)
from mailhub.addresses import Destination, Purpose
from mailhub.blobs import Blobs
from mailhub.compose import own
from mailhub.compose.own import Templates
from mailhub.database import Database
from mailhub.letter import Kind, Letter
from mailhub.library import Prepared
from mailhub.models import Community, Inbound, Outcome, Person, Post, RawMail
from mailhub.policy import Action, Case
from mailhub.site import Site

MAX_RECEIVED = (
    50  # more Received lines are a loop (RFC 5321 6.3 says at least 100 may pass; ours is a list)
)
MAX_TRIES = 12
ROBOTS = frozenset({Kind.BOUNCE, Kind.AUTO_REPLY, Kind.COMPLAINT, Kind.RECEIPT, Kind.REACTION})


@dataclass(frozen=True, slots=True)
class Tools:
    """What processing needs of the hub."""

    database: Database
    blobs: Blobs
    site: Site
    templates: Templates
    stewards: tuple[str, ...] = ()


@dataclass(slots=True)
class Followed:
    """What came of a group of mails: what is to be sent and indexed now."""

    outgoing: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    outcomes: list[tuple[int, str]] = field(default_factory=list)  # (inbound, what)


@dataclass(slots=True)
class _Mail:
    """One mail on its way through."""

    inbound: Inbound
    letter: Letter
    prepared: Sequence[Prepared]
    author: Person | None
    now: datetime


def process(tools: Tools, ids: Sequence[int], now: datetime) -> Followed:
    """Process these mails, as far as they wait; one transaction for all of them.

    If one of them fails, each is tried alone, and the failing one is due again later; after
    MAX_TRIES it is `failed` and an operator must look.
    """
    try:
        return _process(tools, ids, now)
    except Exception as error:
        if len(ids) == 1:
            _put_off(tools.database, ids[0], error, now)
            raise
    followed = Followed()
    for inbound_id in ids:
        try:
            one = _process(tools, [inbound_id], now)
        except Exception as error:
            _put_off(tools.database, inbound_id, error, now)
            followed.outcomes.append((inbound_id, f"put off: {type(error).__name__}"))
            continue
        followed.outgoing += one.outgoing
        followed.versions += one.versions
        followed.outcomes += one.outcomes
    return followed


def _process(tools: Tools, ids: Sequence[int], now: datetime) -> Followed:
    with tools.database.reading() as session:
        raws = session.execute(
            select(RawMail.inbound_id, RawMail.raw)
            .join(Inbound, Inbound.id == RawMail.inbound_id)
            .where(RawMail.inbound_id.in_(ids), Inbound.state == "waiting")
        ).all()
    letters = {inbound_id: reading.read(raw) for inbound_id, raw in raws}
    prepared = {i: library.prepare(tools.blobs, letter) for i, letter in letters.items()}

    followed = Followed()
    with tools.database.writing() as session:
        waiting = (
            select(Inbound)
            .where(Inbound.id.in_(list(letters)), Inbound.state == "waiting")
            .order_by(Inbound.id)
        )
        if not tools.database.is_sqlite:
            waiting = waiting.with_for_update(skip_locked=True)
        for inbound in session.scalars(waiting).all():
            letter = letters[inbound.id]
            author = _author(session, letter)
            mail = _Mail(inbound, letter, prepared[inbound.id], author, now)
            inbound.message_id = letter.message_id
            _destine(tools, session, mail, followed)
            inbound.state = "done"
    return followed


def _author(session: Session, letter: Letter) -> Person | None:
    """The person whom From names, where it can be read in one way only."""
    if letter.ambiguous_author or len(letter.authors) != 1:
        return None
    return membership.person_of(session, letter.author.address)


def _destine(tools: Tools, session: Session, mail: _Mail, followed: Followed) -> None:
    """Each recipient of the envelope has its outcome."""
    for recipient in dict.fromkeys(mail.inbound.recipients):
        found = resolve(session, recipient, tools.site)
        post: Post | None = None
        if found is None:
            what = "unknown-address"
        else:
            community, destination = found
            what, post = _arrive(tools, session, mail, community, destination, recipient, followed)
        session.add(
            Outcome(
                inbound_id=mail.inbound.id,
                recipient=recipient,
                what=what,
                post_id=post.id if post else None,
                at=mail.now,
            )
        )
        followed.outcomes.append((mail.inbound.id, what))


def resolve(
    session: Session, address: str, site: Site
) -> tuple[Community | None, Destination] | None:
    """What an address is here: its community (None for the platform's own) and its destination; None
    where there is no such address."""
    for destination in addresses.destinations(address, site.domain, site.tokens):
        if not destination.slug:
            return None, destination
        community = membership.community_of(session, destination.slug)
        if community is not None:
            return community, destination
    return None


def _arrive(
    tools: Tools,
    session: Session,
    mail: _Mail,
    community: Community | None,
    destination: Destination,
    recipient: str,
    followed: Followed,
) -> tuple[str, Post | None]:
    """(what became of the mail at one address, the post it is)."""
    letter, token = mail.letter, destination.token
    if token is not None and token.purpose == Purpose.UNSUBSCRIBE:
        # Before every other rule, and never answered: the token acts alone.
        return ("unsubscribed" if membership.unsubscribe(session, token) else "again"), None
    if letter.kind in ROBOTS or letter.kind == Kind.CALENDAR_REPLY:
        return letter.kind.value, None
    if token is not None and token.purpose == Purpose.RETURN:
        return "bounce", None  # nobody writes there by hand
    if not mail.inbound.mail_from and letter.kind != Kind.UNREADABLE:
        return Kind.AUTO_REPLY.value, None  # a null sender wants no answer (RFC 3834 section 2)
    if _is_loop(letter, tools.site):
        return "loop", None
    if community is None:
        return _to_stewards(tools, session, mail, recipient, followed), None
    match destination.verb:
        case "":
            answered = token.object if token else None
            return _post(tools, session, mail, community, recipient, answered, followed)
        case "docs":
            return _file(tools, session, mail, community, recipient, followed), None
        case "facilitators":
            return _to_facilitators(tools, session, mail, community, recipient, followed), None
        case _:
            return _command(tools, session, mail, community, destination.verb, followed), None


def _is_loop(letter: Letter, site: Site) -> bool:
    ours = f".{site.domain}"
    return letter.received_count > MAX_RECEIVED or any(
        list_id.rstrip(">").endswith((ours, f"@{site.domain}")) for list_id in letter.list_ids
    )


def _verdict(
    tools: Tools, session: Session, mail: _Mail, community: Community, recipient: str
) -> str | None:
    """What stops this mail from being filed here, as its outcome; None where nothing does."""
    held = holds.of(session, mail.inbound.id, community.id)
    if held is not None:
        return None if held.state == "approved" else held.state.replace("waiting", "held")
    member = (
        membership.membership_of(session, community.id, mail.author.id) if mail.author else None
    )
    verdict = policy.decide(
        Case(
            letter=mail.letter,
            community=community,
            author=mail.author,
            membership=member,
            site=tools.site,
            suspicions=tuple(filter(None, map(library.suspicious, mail.letter.attachments))),
        )
    )
    if verdict.action == Action.HOLD:
        holds.hold(
            session, mail.inbound, community, recipient, mail.letter, verdict.reason, mail.now
        )
        return "held"
    return f"refused: {verdict.reason}" if verdict.action == Action.REFUSE else None


def _post(
    tools: Tools,
    session: Session,
    mail: _Mail,
    community: Community,
    recipient: str,
    answered_id: int | None,
    followed: Followed,
) -> tuple[str, Post | None]:
    _lock(session, community)
    letter = mail.letter
    stopped = _verdict(tools, session, mail, community, recipient)
    if stopped:
        return stopped, None
    if not (letter.text.strip() or letter.html.strip() or letter.attachments):
        _answer(tools, session, mail, community, "empty", followed)
        return "empty", None
    filed = forum.file(
        session,
        community,
        letter,
        inbound_id=mail.inbound.id,
        received_at=mail.inbound.received_at,
        author_id=mail.author.id if mail.author else None,
        answered_id=answered_id,
    )
    post = filed.post
    if not filed.is_new:
        return "again", post
    papers = library.file(
        session, mail.prepared, community=community, post=post, person=mail.author, now=mail.now
    )
    followed.versions += [paper.version_id for paper in papers if paper.is_new]
    search.put(
        session,
        "post",
        post.id,
        community.id,
        title=post.subject,
        words=letter.new_text or letter.text,
        at=post.received_at,
    )
    followed.outgoing.append(
        outbox.for_members(session, post, mail.now, [_paper(filed) for filed in papers])
    )
    return "posted", post


def _file(
    tools: Tools,
    session: Session,
    mail: _Mail,
    community: Community,
    recipient: str,
    followed: Followed,
) -> str:
    _lock(session, community)
    stopped = _verdict(tools, session, mail, community, recipient)
    if stopped:
        return stopped
    papers = library.take(
        session, mail.prepared, mail.letter, community=community, person=mail.author, now=mail.now
    )
    followed.versions += [paper.version_id for paper in papers if paper.is_new]
    return "filed" if papers else "nothing-to-file"


def _command(
    tools: Tools,
    session: Session,
    mail: _Mail,
    community: Community,
    verb: str,
    followed: Followed,
) -> str:
    """What a member asks for by mail. A stranger is not answered: From alone proves nothing."""
    if mail.author is None:
        return "not-answered"
    answer = commands.answer(
        session, tools.blobs, mail.letter, community, mail.author, help_wanted=verb == "help"
    )
    _answer(
        tools,
        session,
        mail,
        community,
        answer.template,
        followed,
        answer.enclosures,
        **answer.facts,
    )
    return "answered"


def _answer(
    tools: Tools,
    session: Session,
    mail: _Mail,
    community: Community,
    template: str,
    followed: Followed,
    enclosures: tuple[own.Enclosure, ...] = (),
    **facts: object,
) -> None:
    """One mail of ours to the person who wrote."""
    if mail.author is None:
        return
    subject, body = tools.templates.render(
        template,
        community=community.name,
        slug=community.slug,
        address=tools.site.address(community.slug),
        site=tools.site,
        name=mail.author.name,
        subject=mail.letter.subject,
        **facts,
    )
    to = mail.letter.author.address
    message_id, raw = own.written(
        tools.site,
        slug=community.slug,
        community=community.name,
        to=to,
        subject=subject,
        body=body,
        now=mail.now,
        in_reply_to=mail.letter.message_id,
        enclosures=enclosures,
    )
    followed.outgoing.append(
        outbox.for_addresses(
            session,
            [(addresses.fold(to), mail.author.id)],
            message_id,
            raw,
            mail.now,
            community_id=community.id,
        )
    )


def _to_facilitators(
    tools: Tools,
    session: Session,
    mail: _Mail,
    community: Community,
    recipient: str,
    followed: Followed,
) -> str:
    people = membership.facilitators(session, community.id)
    return _pass_on(tools, session, mail, community, recipient, people, followed)


def _to_stewards(
    tools: Tools, session: Session, mail: _Mail, recipient: str, followed: Followed
) -> str:
    people: list[tuple[str, int | None]] = [(address, None) for address in tools.stewards]
    return _pass_on(tools, session, mail, None, recipient, people, followed)


def _pass_on(
    tools: Tools,
    session: Session,
    mail: _Mail,
    community: Community | None,
    recipient: str,
    people: list[tuple[str, int | None]],
    followed: Followed,
) -> str:
    """What somebody wrote to those who look after a community or the platform, privately."""
    if not people:
        return "nobody-there"
    raw = session.scalars(select(RawMail.raw).where(RawMail.inbound_id == mail.inbound.id)).one()
    followed.outgoing.append(
        outbox.for_addresses(
            session,
            people,
            mail.letter.message_id,
            own.passed_on(raw, mail.letter, tools.site, recipient),
            mail.now,
            community_id=community.id if community else None,
            automatic=community is None,
        )
    )
    return "passed-on"


def _paper(filed: library.Filed) -> dict[str, object]:
    """What compose must know of a document to put a link in a large attachment's place."""
    return {
        "document_id": filed.document_id,
        "filename": filed.filename,
        "size": filed.size,
        "sha256": filed.sha256,
    }


def _lock(session: Session, community: Community) -> None:
    """One mail at a time is filed in a community; on SQLite the transaction itself sees to it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(Community.id).where(Community.id == community.id).with_for_update())


def _put_off(database: Database, inbound_id: int, error: Exception, now: datetime) -> None:
    """Due again later, each time after twice as long; given up after MAX_TRIES, never lost."""
    with database.writing() as session:
        inbound = session.get(Inbound, inbound_id)
        if inbound is None or inbound.state != "waiting":
            return
        tries = inbound.tries + 1
        session.execute(
            update(Inbound)
            .where(Inbound.id == inbound_id)
            .values(
                tries=tries,
                state="waiting" if tries < MAX_TRIES else "failed",
                due_at=now + timedelta(seconds=min(5 * 2**tries, 3600)),
                problem=f"{type(error).__name__}: {error}"[:500],
            )
        )
