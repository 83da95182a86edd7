"""Mail of ours that follows from a mail: an answer to its author, or itself passed on privately."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from mailhub import addresses, commands, membership, outbox
from mailhub.compose import own
from mailhub.compose.own import Enclosure
from mailhub.models import Community, RawMail
from mailhub.process.work import Mail, Work
from mailhub.sight import Viewer, may_list

MOST_ANSWERS = 50  # to one person
OF_TIME = timedelta(days=1)


def command(work: Work, mail: Mail, community: Community, verb: str) -> str:
    """Do what a member asks for by mail; what became of it."""
    if mail.author is None or not _may_be_answered(work, mail, community):
        return "not-answered"
    found = commands.answer(
        work.session,
        work.tools.blobs,
        mail.letter,
        community,
        mail.author,
        help_wanted=verb == "help",
    )
    _answer(work, mail, community, found.template, found.enclosures, **found.facts)
    return "answered"


def hint(work: Work, mail: Mail, community: Community, template: str) -> None:
    """Tell the author why nothing came of a mail, where they may be answered."""
    if _may_be_answered(work, mail, community):
        _answer(work, mail, community, template)


def _may_be_answered(work: Work, mail: Mail, community: Community) -> bool:
    """A stranger is not answered, since From alone proves nothing; nor is a list, an address of ours,
    who may not know of the community, nor somebody who has had so many answers that it is a loop."""
    if mail.author is None or mail.letter.list_ids:
        return False
    if addresses.is_at(mail.letter.author.address, work.tools.site.domain):
        return False
    known = select(Community.id).where(
        Community.id == community.id, may_list(Viewer(mail.author.id))
    )
    if work.session.scalar(known) is None:
        return False
    since = work.now - OF_TIME
    return (
        outbox.answers_since(work.session, addresses.fold(mail.letter.author.address), since)
        < MOST_ANSWERS
    )


def _answer(
    work: Work,
    mail: Mail,
    community: Community,
    template: str,
    enclosures: tuple[Enclosure, ...] = (),
    **facts: Any,
) -> None:
    """One mail of ours to the person who wrote."""
    if mail.author is None:
        return
    site = work.tools.site
    subject, body = work.tools.templates.render(
        template,
        community=community.name,
        slug=community.slug,
        address=site.address(community.slug),
        site=site,
        name=mail.author.name,
        subject=mail.letter.subject,
        **facts,
    )
    to = mail.letter.author.address
    message_id, raw = own.written(
        site,
        slug=community.slug,
        community=community.name,
        to=to,
        subject=subject,
        body=body,
        now=work.now,
        in_reply_to=mail.letter.message_id,
        enclosures=enclosures,
    )
    work.outgoing.append(
        outbox.for_addresses(
            work.session,
            [(addresses.fold(to), mail.author.id)],
            message_id,
            raw,
            work.now,
            community_id=community.id,
        )
    )


def to_facilitators(work: Work, mail: Mail, community: Community, recipient: str) -> str:
    """What somebody wrote to those who look after a community; where nobody does, the stewards."""
    people = membership.facilitators(work.session, community.id)
    if not people:
        return to_stewards(work, mail, recipient)
    return _passed_on(work, mail, community, recipient, people)


def to_stewards(work: Work, mail: Mail, recipient: str) -> str:
    """What somebody wrote to postmaster or abuse (RFC 2142), or to nobody."""
    people: list[tuple[str, int | None]] = [(address, None) for address in work.tools.stewards]
    return _passed_on(work, mail, None, recipient, people)


def _passed_on(
    work: Work,
    mail: Mail,
    community: Community | None,
    recipient: str,
    people: list[tuple[str, int | None]],
) -> str:
    if not people:
        return "nobody-there"
    raw = work.session.scalars(
        select(RawMail.raw).where(RawMail.inbound_id == mail.inbound.id)
    ).one()
    work.outgoing.append(
        outbox.for_addresses(
            work.session,
            people,
            mail.letter.message_id,
            own.passed_on(raw, mail.letter, work.tools.site, recipient),
            work.now,
            community_id=community.id if community else None,
            automatic=community is None,
        )
    )
    return "passed-on"
