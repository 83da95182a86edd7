"""Mail of ours that follows from a mail: an answer to its author, or itself passed on privately."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from mailhub import addresses, commands, membership, outbox
from mailhub.compose import own
from mailhub.compose.own import Enclosure
from mailhub.models import Community, RawMail
from mailhub.process.work import Mail, Work


def command(work: Work, mail: Mail, community: Community, verb: str) -> str:
    """Do what a member asks for by mail; what became of it. A stranger is not answered, since From
    alone proves nothing."""
    if mail.author is None:
        return "not-answered"
    found = commands.answer(
        work.session,
        work.tools.blobs,
        mail.letter,
        community,
        mail.author,
        help_wanted=verb == "help",
    )
    answer(work, mail, community, found.template, found.enclosures, **found.facts)
    return "answered"


def answer(
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
    """What somebody wrote to those who look after a community."""
    people = membership.facilitators(work.session, community.id)
    return _passed_on(work, mail, community, recipient, people)


def to_stewards(work: Work, mail: Mail, recipient: str) -> str:
    """What somebody wrote to postmaster or abuse (RFC 2142)."""
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
