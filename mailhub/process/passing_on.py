"""Mail that is passed on privately: to those who look after a community, to the stewards."""

from __future__ import annotations

from sqlalchemy import select

from mailhub import commands, membership, outbox
from mailhub.compose import own
from mailhub.compose.origin import From
from mailhub.models import Community, RawMail
from mailhub.process.answering import AGAIN, asked_of, say
from mailhub.process.once import is_first
from mailhub.process.work import Mail, Work


def to_facilitators(work: Work, mail: Mail, community: Community, recipient: str) -> str:
    """What somebody wrote to those who look after a community; where nobody does, the stewards. What one of
    them has arranged there is done."""
    asked = asked_of(work, mail, community)
    told = commands.arranged_in_private(asked) if asked is not None else None
    if told is not None:
        return say(work, mail, told) if is_first(work, mail, recipient) else AGAIN
    people = membership.facilitators(work.session, community.id)
    if not people:
        return to_stewards(work, mail, recipient)
    return _passed_on(work, mail, community, recipient, people)


def to_stewards(work: Work, mail: Mail, recipient: str) -> str:
    """What somebody wrote to postmaster or abuse (RFC 2142), or to nobody."""
    people: list[tuple[str, int | None]] = [
        (a, None) for a in membership.stewards(work.session, work.tools.stewards)
    ]
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
    if not is_first(work, mail, recipient):
        return AGAIN
    raw = work.session.scalars(
        select(RawMail.raw).where(RawMail.inbound_id == mail.inbound.id)
    ).one()
    via = ""
    if mail.manner.author_from == From.REPLACED:
        author = mail.letter.author
        via = work.tools.templates.line(
            "via.txt",
            name=author.name or author.address.partition("@")[0],
            community=community.name if community else recipient.partition("@")[0],
        )
    goes_on = own.passed_on(
        raw, mail.letter, work.tools.site, recipient, via=via, results=mail.manner.results
    )
    work.outgoing.append(
        outbox.for_addresses(
            work.session,
            people,
            mail.letter.message_id,
            goes_on,
            work.now,
            community_id=community.id if community else None,
            automatic=community is None,
        )
    )
    return "passed-on"
