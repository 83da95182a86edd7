"""The ways that a mail can go at one of its addresses, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from mailhub import membership
from mailhub.addresses import HUB, PLATFORM, Destination, Purpose, Token
from mailhub.letter import Kind, Letter
from mailhub.models import Community
from mailhub.process import answering, passing_on, posting, returning, tooling
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


Fate: TypeAlias = tuple[
    str, int | None
]  # what became of a mail at one address, the post that it is


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail at one of its addresses. `said` is the token in the address, or in the Message-ID of ours that it
    answers."""

    work: Work
    mail: Mail
    community: Community | None
    destination: Destination
    recipient: str
    said: Token | None

    @property
    def letter(self) -> Letter:
        """What was read in it."""
        return self.mail.letter

    @property
    def token(self) -> Token | None:
        """What stood in the address."""
        return self.destination.token

    @property
    def verb(self) -> str:
        """The same, of an address without a token."""
        return self.destination.verb

    @property
    def site(self) -> Site:
        """Where the hub is."""
        return self.work.tools.site

    @property
    def answers_us(self) -> bool:
        """Whether it came to an address that is there for answers."""
        return self.token is not None or self.verb == "notices"


def _unsubscribes(at: Arrival) -> Fate | None:
    """Before every other rule, and never answered: the token acts alone."""
    work, token = at.work, at.token
    if token is not None and token.purpose == Purpose.UNSUBSCRIBE:
        done = membership.unsubscribe(work.session, token, work.now, at.mail.inbound.id)
    elif token is not None and token.purpose == Purpose.DIGESTS_OFF:
        done = membership.decline_digests(work.session, token, work.now, at.mail.inbound.id)
    elif token is not None and token.purpose == Purpose.NEWSLETTERS_OFF:
        done = membership.decline_newsletters(work.session, token, work.now, at.mail.inbound.id)
    else:
        return None
    work.look_again()
    return ("unsubscribed" if done else "again"), None


def _comes_back(at: Arrival) -> Fate | None:
    """A bounce, a complaint, and what else tells of a copy that we sent."""
    if at.letter.kind not in returning.KINDS:
        return None
    what = returning.take(at.work, at.mail, at.token)
    return (what, None) if what else None


def _to_postmaster(at: Arrival) -> Fate | None:
    """Somebody must read what comes to postmaster and abuse, complaints too (RFC 2142); it goes on
    with a null sender, so that nothing can come back of it."""
    if at.verb not in STEWARDS or at.letter.kind == Kind.AUTO_REPLY:
        return None
    if _is_loop(at.letter, at.site):
        return "loop", None
    return passing_on.to_stewards(at.work, at.mail, at.recipient), None


def _calendar_reply(at: Arrival) -> Fate | None:
    """A calendar's answer to an invitation of ours."""
    if at.letter.kind != Kind.CALENDAR_REPLY or at.community is None:
        return None
    what = tooling.calendar(at.work, at.mail, at.community, at.token, at.recipient)
    return (what, None) if what else None


def _reaction(at: Arrival) -> Fate | None:
    """A thumb up is counted on its post."""
    if at.letter.kind != Kind.REACTION or at.community is None:
        return None
    return at.letter.kind.value, posting.react(at.work, at.mail, at.community, at.token)


def _robot(at: Arrival) -> Fate | None:
    """What no person wrote goes no further, nor what was sent where nobody writes by hand."""
    if at.letter.kind in ROBOTS:
        return at.letter.kind.value, None
    if at.token is not None and at.token.purpose == Purpose.RETURN:
        return Kind.BOUNCE.value, None
    if not at.mail.inbound.mail_from and at.letter.kind != Kind.UNREADABLE:
        return Kind.AUTO_REPLY.value, None  # a null sender wants no answer (RFC 3834 section 2)
    return None


def _loop(at: Arrival) -> Fate | None:
    return ("loop", None) if _is_loop(at.letter, at.site) else None


def _of_platform(at: Arrival) -> Fate | None:
    """What has an address of the platform's own, as bulletins have."""
    take = at.work.tools.of_platform.get(at.verb) if at.community is None else None
    return (take(at.work, at.mail, at.recipient), None) if take else None


def _alive(at: Arrival) -> Fate | None:
    """An answer to the question whether an address is read."""
    said = at.said
    if said is None or said.purpose != Purpose.ALIVE or at.mail.proof.fails_policy:
        return None
    return (returning.alive(at.work, said), None) if at.answers_us else None


def _answer(at: Arrival) -> Fate | None:
    """An answer to a mail of ours that somebody takes: to a digest, to a notice of what is held."""
    doors = at.work.tools.answers
    said = at.said
    if said is None and at.verb == "":
        said = answering.quoted(at.letter, at.site, doors)
    take = doors.get(said.purpose) if said is not None else None
    if take is None or said is None or not (at.answers_us or at.verb in ("", HUB)):
        return None
    return take(at.work, at.mail, said, at.recipient), None


def _answer_to_tool(at: Arrival) -> Fate | None:
    """An answer to what a tool sent."""
    if at.said is None or at.community is None or not at.answers_us:
        return None
    tool = at.work.tools.tool(Destination("", token=at.said))
    if tool is None:
        return None
    return tooling.answer(at.work, at.mail, at.community, tool, at.said, at.recipient), None


def _command(at: Arrival) -> Fate | None:
    """Words for the platform, or in answer to a mail of ours."""
    if at.community is not None and (at.token is None or at.token.purpose == Purpose.REPLY):
        return None
    what = answering.command(at.work, at.mail, at.community, at.verb, at.token, at.recipient)
    return what, None


def _by_verb(at: Arrival) -> Fate | None:
    """What came to an address of a community: to its list, its library, a tool of it …"""
    work, mail, community, recipient = at.work, at.mail, at.community, at.recipient
    assert community is not None
    match at.verb:
        case "":
            return _to_list(at, community)
        case "docs":
            return posting.file(work, mail, community, recipient), None
        case "facilitators":
            return passing_on.to_facilitators(work, mail, community, recipient), None
        case verb:
            tool = work.tools.tool(at.destination)
            if tool is not None and tool.posts:
                return tooling.post(work, mail, community, tool, recipient)
            if tool is not None:
                return tooling.letter(work, mail, community, tool, recipient), None
            return answering.command(work, mail, community, verb, at.token, recipient), None


def _to_list(at: Arrival, community: Community) -> Fate:
    """A post, unless it is an answer that went astray, words for a tool, or a command."""
    work, mail, token, recipient = at.work, at.mail, at.token, at.recipient
    astray = answering.went_astray(at.letter, at.site) if token is None else None
    if astray is not None:
        return answering.command(work, mail, community, "notices", astray, recipient), None
    tool = tooling.of_answered(work, mail, community, token)
    if tool is not None:
        return tooling.words(work, mail, community, tool, token, recipient)
    command = answering.on_list(work, mail, community, token, recipient)
    return (command, None) if command else posting.post(work, mail, community, recipient, token)


# Read from top to bottom; the first that has something to say has said it, and the last always has.
WAYS: tuple[Callable[[Arrival], Fate | None], ...] = (
    _unsubscribes,
    _comes_back,
    _to_postmaster,
    _calendar_reply,
    _reaction,
    _robot,
    _loop,
    _of_platform,
    _alive,
    _answer,
    _answer_to_tool,
    _command,
    _by_verb,
)


def _is_loop(letter: Letter, site: Site) -> bool:
    """Our own mail come back, or one that goes round."""
    ours = (f".{site.domain}", f"@{site.domain}")
    return letter.received_count > MAX_RECEIVED or any(
        list_id.rstrip(">").lower().endswith(ours) for list_id in letter.list_ids
    )
