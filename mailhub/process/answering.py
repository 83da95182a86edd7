"""What is said to a mail: answers to what it asks, and hints why nothing came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from mailhub import addresses, commands, membership, notes
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked, Told
from mailhub.letter import Letter
from mailhub.models import Community, Request
from mailhub.notes import Desk, Note
from mailhub.process.once import is_first
from mailhub.process.work import Mail, Work
from mailhub.site import Site

MOST_ANSWERS = 5  # to one mail
LONGEST_QUOTE = 200_000  # characters
MOST_QUOTED = 1_000  # addresses that are looked at
AGAIN = "again"  # what becomes of a mail that was acted on before


def command(
    work: Work,
    mail: Mail,
    community: Community | None,
    verb: str,
    token: Token | None,
    recipient: str,
) -> str:
    """Do what somebody asks for by mail, once; what became of it."""
    asked = asked_of(work, mail, community, verb, token)
    if asked is None:
        return "not-answered"
    if not is_first(work, mail, recipient):
        return AGAIN
    if asked.fails_policy:
        return say(work, mail, commands.disowned(asked))
    if token is None or token.purpose == Purpose.NOTICE:
        for tool in work.tools.of_communities:
            told = tool.commands(asked) if tool.commands and commands.may_know(asked) else None
            if told is not None:
                return say(work, mail, told)
    return say(work, mail, commands.answer(asked))


def on_list(
    work: Work, mail: Mail, community: Community, token: Token | None, recipient: str
) -> str:
    """What became of a mail to the list itself that is a command; "" where it is a post, as what fails
    its own domain's policy is."""
    if mail.proof.fails_policy:
        return ""
    wanted = commands.meant_on_list(mail.letter)
    if not wanted and work.membership(community, mail.author) is not None:
        wanted = commands.arranged_on_list(mail.letter, answers=token is not None)
    asked = asked_of(work, mail, community, "", token) if wanted else None
    if asked is None:
        return ""
    return (
        say(work, mail, commands.on_list(asked, wanted))
        if is_first(work, mail, recipient)
        else AGAIN
    )


def hint(
    work: Work, mail: Mail, community: Community, template: str, *, mark: str = "", **facts: Any
) -> None:
    """Tell the author, once a day for one `mark`, why nothing came of a mail, where they may know of
    the community."""
    asked = asked_of(work, mail, community)
    if asked is not None and commands.may_know(asked):
        say(work, mail, Told("answered", (asked.note(template, once=mark, **facts),)))


def receipt(work: Work, mail: Mail, community: Community, template: str, **facts: Any) -> None:
    """Tell a member what became of a mail."""
    asked = asked_of(work, mail, community)
    if asked is not None and asked.membership() is not None:
        say(work, mail, Told("answered", (asked.note(template, **facts),)))


def asked_of(
    work: Work,
    mail: Mail,
    community: Community | None,
    verb: str = "",
    token: Token | None = None,
) -> Asked | None:
    """The mail as the words of membership take it; None where nobody may be answered: no author, or
    one that can be read in two ways or that did not write this; a list; an address of ours."""
    letter, site = mail.letter, work.tools.site
    if letter.ambiguous_author or len(letter.authors) != 1 or letter.list_ids:
        return None
    if addresses.is_at(letter.author.address, site.domain):
        return None
    token = token or answered(letter, site)
    if mail.proof.fails_policy and (token is None or token.purpose == Purpose.REPLY):
        return None  # whom it names did not write it, and wants no answer
    letter = dated(mail)
    return Asked(
        session=work.session,
        site=site,
        blobs=work.tools.blobs,
        letter=letter,
        inbound_id=mail.inbound.id,
        community=community,
        verb=verb,
        token=token,
        address=addresses.fold(letter.author.address),
        person=mail.author,
        proven=mail.proof.proven,
        fails_policy=mail.proof.fails_policy,
        stewards=membership.stewards(work.session, work.tools.stewards),
        now=work.now,
        confirmed=_confirmed(work),
        merged=work.tools.merged,
    )


def _confirmed(work: Work) -> dict[str, Callable[[Asked, Request], Told]]:
    """What follows a yes to a tool's question, by the kind of its request."""
    desk = Desk(work.tools.site, work.tools.templates)
    return {
        kind: partial(_after_yes, follows, desk)
        for tool in work.tools.of_communities
        for kind, follows in tool.confirmed.items()
    }


def _after_yes(
    follows: Callable[[Asked, Desk, Request], Told], desk: Desk, asked: Asked, request: Request
) -> Told:
    return follows(asked, desk, request)


def dated(mail: Mail) -> Letter:
    """A mail's letter with a date, for "until Monday": its own, else when it was received."""
    return mail.letter if mail.letter.date else replace(mail.letter, date=mail.inbound.received_at)


def answered(letter: Letter, site: Site) -> Token | None:
    """The token in the Message-ID of ours that a mail answers."""
    ids = (*letter.in_reply_to, *reversed(letter.references))
    found = (site.tokens.of_message_id(message_id, site.domain) for message_id in ids[:10])
    return next(filter(None, found), None)


def quoted(letter: Letter, site: Site, purposes: Collection[Purpose]) -> Token | None:
    """The token of one of these purposes in an address that a mail quotes; where a mail program has
    passed over Reply-To, that may be all that tells what is answered."""
    text = letter.text[:LONGEST_QUOTE]
    if not any(f"+{purpose}-" in text for purpose in purposes):
        return None
    for found in islice(addresses.TOKENED.finditer(text), MOST_QUOTED):
        for meant in addresses.destinations(found.group(), site.domain, site.tokens):
            if meant.token is not None and meant.token.purpose in purposes:
                return meant.token
    return None


def went_astray(letter: Letter, site: Site) -> Token | None:
    """The token of a mail of ours that a mail to the list answers, and should have been sent for. Only
    what it answers itself counts: below a post that does so, others answer that post."""
    nearest = letter.in_reply_to[:1] or letter.references[-1:]
    said = site.tokens.of_message_id(nearest[0], site.domain) if nearest else None
    return said if said is not None and commands.is_for_us(letter, said) else None


def say(work: Work, mail: Mail, told: Told) -> str:
    """Queue what is to be said; what became of the mail."""
    desk = Desk(work.tools.site, work.tools.templates)
    sent = notes.send(work.session, desk, _few(work, mail, told.notes), work.now)
    work.outgoing += [*told.outgoing, *sent]
    if told.what == "done":
        work.look_again()
    return told.what if sent or told.outgoing or not told.notes else "not-answered"


def _few(work: Work, mail: Mail, said: tuple[Note, ...]) -> list[Note]:
    """What may be said for one mail, however many addresses of ours it went to: one hint and
    MOST_ANSWERS in all to its author; to others what is to be said to them."""
    author, few = addresses.fold(mail.letter.author.address), []
    for note in said:
        if not note.people and addresses.fold(note.to) == author:
            answers = work.answers[mail.inbound.id]
            if len(answers) >= MOST_ANSWERS or (note.cause and any(answers)):
                continue
            answers.append(note.cause is not None)
        few.append(note)
    return few
