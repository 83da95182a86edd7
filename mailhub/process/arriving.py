"""Which way a mail goes at each of its addresses, from top to bottom."""

from __future__ import annotations

from itertools import chain

from mailhub import membership
from mailhub.addresses import HUB, PLATFORM, Destination, Purpose
from mailhub.letter import Kind, Letter
from mailhub.models import Community
from mailhub.process import answering, posting, returning, tooling
from mailhub.process.work import Mail, Work
from mailhub.site import Site

STEWARDS = frozenset(PLATFORM) - {HUB}
MAX_RECEIVED = 50  # more Received lines are a loop
ROBOTS = frozenset(
    {
        Kind.BOUNCE,
        Kind.AUTO_REPLY,
        Kind.COMPLAINT,
        Kind.RECEIPT,
        Kind.REACTION,
        Kind.CALENDAR_REPLY,
    }
)


def arrive(work: Work, mail: Mail) -> None:
    """Let a mail have its outcome at each recipient of its envelope. One that was held before comes
    again for those alone who have approved it."""
    recipients = dict.fromkeys(mail.inbound.recipients)
    if mail.letter.kind not in ROBOTS and mail.inbound.mail_from:
        returning.heard_of(work, mail)
    held = [hold for (mail_id, _), hold in work.holds.items() if mail_id == mail.inbound.id]
    if held:
        approved = (
            hold.recipients for hold in held if hold.state == "approved" and hold.acts_at is None
        )
        recipients = dict.fromkeys(chain.from_iterable(approved))
    seen: set[Destination] = set()
    for recipient in recipients:
        before = len(work.outgoing)
        found = work.destination(recipient)
        what, post_id = "unknown-address", None
        if found is not None and found[1] in seen:
            what = "again"  # the same by another name, such as policy-request and policy+settings
        elif found is not None:
            seen.add(found[1])
            what, post_id = _at(work, mail, *found, recipient)
        work.outcomes.append(
            {
                "inbound_id": mail.inbound.id,
                "recipient": recipient,
                "what": what,
                "post_id": post_id,
                "detail": {"outgoing": work.outgoing[before:]},
                "at": work.now,
            }
        )


def _at(
    work: Work,
    mail: Mail,
    community: Community | None,
    destination: Destination,
    recipient: str,
) -> tuple[str, int | None]:
    """(what became of the mail at one address, the post that it is)."""
    letter, token = mail.letter, destination.token
    if token is not None and token.purpose == Purpose.UNSUBSCRIBE:
        # Before every other rule, and never answered: the token acts alone.
        left = membership.unsubscribe(work.session, token, work.now, mail.inbound.id)
        work.look_again()
        return ("unsubscribed" if left else "again"), None
    if token is not None and token.purpose == Purpose.DIGESTS_OFF:
        declined = membership.decline_digests(work.session, token, work.now, mail.inbound.id)
        work.look_again()
        return ("unsubscribed" if declined else "again"), None
    if token is not None and token.purpose == Purpose.NEWSLETTERS_OFF:
        declined = membership.decline_newsletters(work.session, token, work.now, mail.inbound.id)
        return ("unsubscribed" if declined else "again"), None
    if letter.kind in returning.KINDS:
        what = returning.take(work, mail, token)
        if what:
            return what, None
    if destination.verb in STEWARDS and letter.kind != Kind.AUTO_REPLY:
        # Somebody must read what comes to postmaster and abuse, complaints too (RFC 2142); it goes on
        # with a null sender, so that nothing can come back of it.
        loop = _is_loop(letter, work.tools.site)
        return "loop" if loop else answering.to_stewards(work, mail, recipient), None
    if letter.kind == Kind.CALENDAR_REPLY and community is not None:
        what = tooling.calendar(work, mail, community, token, recipient)
        if what:
            return what, None
    if letter.kind == Kind.REACTION and community is not None:
        return letter.kind.value, posting.react(work, mail, community, token)
    if letter.kind in ROBOTS:
        return letter.kind.value, None
    if token is not None and token.purpose == Purpose.RETURN:
        return Kind.BOUNCE.value, None  # nobody writes there by hand
    if not mail.inbound.mail_from and letter.kind != Kind.UNREADABLE:
        return Kind.AUTO_REPLY.value, None  # a null sender wants no answer (RFC 3834 section 2)
    if _is_loop(letter, work.tools.site):
        return "loop", None
    if community is None and destination.verb in work.tools.of_platform:
        return work.tools.of_platform[destination.verb](work, mail, recipient), None
    site = work.tools.site
    said = token or answering.answered(letter, site)
    if (
        said is not None
        and said.purpose == Purpose.ALIVE
        and not mail.proof.fails_policy
        and (token or destination.verb == "notices")
    ):
        return returning.alive(work, said), None
    if said is not None or destination.verb == "":
        said = said or answering.quoted(letter, site, work.tools.answers)
        take = work.tools.answers.get(said.purpose) if said is not None else None
        if take and said and (token or destination.verb in ("", "notices", HUB)):
            return take(work, mail, said, recipient), None
    if said is not None and community is not None and (token or destination.verb == "notices"):
        tool = work.tools.tool(Destination("", token=said))
        if tool is not None:
            return tooling.answer(work, mail, community, tool, said, recipient), None
    if community is None or (token is not None and token.purpose != Purpose.REPLY):
        return answering.command(work, mail, community, destination.verb, token, recipient), None
    match destination.verb:
        case "":
            astray = answering.went_astray(letter, site) if token is None else None
            if astray is not None:
                return answering.command(work, mail, community, "notices", astray, recipient), None
            tool = tooling.of_answered(work, mail, community, token)
            if tool is not None:
                return tooling.words(work, mail, community, tool, token, recipient)
            command = answering.on_list(work, mail, community, token, recipient)
            return (
                (command, None)
                if command
                else posting.post(work, mail, community, recipient, token)
            )
        case "docs":
            return posting.file(work, mail, community, recipient), None
        case "facilitators":
            return answering.to_facilitators(work, mail, community, recipient), None
        case verb:
            tool = work.tools.tool(destination)
            if tool is not None and tool.posts:
                return tooling.post(work, mail, community, tool, recipient)
            if tool is not None:
                return tooling.letter(work, mail, community, tool, recipient), None
            return answering.command(work, mail, community, verb, token, recipient), None


def _is_loop(letter: Letter, site: Site) -> bool:
    """Our own mail come back, or one that goes round."""
    ours = (f".{site.domain}", f"@{site.domain}")
    return letter.received_count > MAX_RECEIVED or any(
        list_id.rstrip(">").lower().endswith(ours) for list_id in letter.list_ids
    )
