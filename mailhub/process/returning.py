"""What comes back: returned mails, complaints, absence notices; and whoever is heard of after all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from mailhub import addresses, membership, returns
from mailhub.addresses import Purpose, Token
from mailhub.letter import Kind
from mailhub.models import Address, Delivery, Return
from mailhub.notes import Desk
from mailhub.process.work import Mail, Tools, Work

KINDS = frozenset({Kind.BOUNCE, Kind.COMPLAINT, Kind.AUTO_REPLY})


def take(work: Work, mail: Mail, token: Token | None) -> str:
    """Keep what a mail of one of KINDS says of a mail of ours, and do what follows; what became of it, ""
    where it goes on as any other of its kind."""
    if mail.letter.kind == Kind.AUTO_REPLY:
        _absence(work, mail, token)
        return ""
    tokens = [*filter(None, [token]), *_carried(work, mail)]
    if mail.letter.kind == Kind.COMPLAINT:
        return _complaint(work, mail, tokens)
    delivery = _delivery(work, tokens)
    kept = returns.take(work.session, mail.letter.bounce, delivery, mail.inbound.id, work.now)
    work.outgoing += _probed(work.session, _desk(work.tools), kept, work.now)
    return Kind.BOUNCE.value if delivery else ""


def heard_of(work: Work, mail: Mail) -> None:
    """Somebody writes: they are not away; and an address that was paused gets mail again, which they
    are told. A mail that anybody may have written in their name says nothing of either: it only has us
    ask, once a day, whether mail reaches a paused address again."""
    if mail.author is None:
        return
    author = addresses.fold(mail.letter.author.address)
    is_away, is_paused = mail.author.away_since is not None, author in work.paused
    if not is_away and not is_paused:
        return
    is_theirs = _is_theirs(work, mail)
    if is_away and is_theirs:
        returns.note_presence(mail.author)
    if not is_paused or mail.proof.fails_policy:
        return
    address = next(one for one in mail.author.addresses if one.address == author)
    if is_theirs:
        work.paused.discard(author)
        _revive(work, address)
    elif not mail.letter.list_ids:
        desk = _desk(work.tools)
        work.outgoing += returns.ask_paused(work.session, desk, address, work.now)


def _is_theirs(work: Work, mail: Mail) -> bool:
    """Whether a mail is proven, or comes to or answers what only its author was sent."""
    site = work.tools.site
    if mail.proof.proven or mail.proof.fails_policy or mail.author is None:
        return mail.proof.proven
    found = [
        destination.token
        for recipient in mail.inbound.recipients[:10]
        for destination in addresses.destinations(recipient, site.domain, site.tokens)
    ]
    ids = (*mail.letter.in_reply_to, *reversed(mail.letter.references))[:10]
    found += [site.tokens.of_message_id(message_id, site.domain) for message_id in ids]
    theirs = {address.id for address in mail.author.addresses}
    return any(
        token.object in theirs
        if token.purpose == Purpose.ALIVE
        else membership.is_same(work.session, mail.author, token.person)
        for token in filter(None, found)
    )


def alive(work: Work, token: Token) -> str:
    """An answer to a probe, or to the mail that said "you get mail again"."""
    address = work.session.get(Address, token.object)
    if address is not None:
        _revive(work, address)
    return "alive"


def refused_copies(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: what the relay refused for good is a return too."""
    with tools.database.writing() as session:
        _probed(session, _desk(tools), returns.refused_copies(session, now), now)


def arrived_probes(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: who got our probe is forgiven."""
    with tools.database.writing() as session:
        returns.find_arrived(session, now)


def summaries(tools: Tools, last: datetime | None, now: datetime) -> None:
    """A timer: facilitators are told whose address was paused, once."""
    with tools.database.writing() as session:
        stewards = membership.stewards(session, tools.stewards)
        returns.summaries(session, _desk(tools), stewards, now)


def _desk(tools: Tools) -> Desk:
    return Desk(tools.site, tools.templates)


def _probed(session: Session, desk: Desk, kept: list[Return], now: datetime) -> list[int]:
    """Probe those that are dying now; the Outgoings."""
    dying = [one for one in kept if one.effect == "probed"]
    return [sent for one in dying for sent in returns.probe(session, desk, one, now)]


def _carried(work: Work, mail: Mail) -> Iterator[Token]:
    """The genuine tokens in what came back."""
    site = work.tools.site
    for text in mail.letter.carried:
        if "://" in text:
            token = site.tokens.read(Purpose.UNSUBSCRIBE, text.rpartition("/")[2])
            found: tuple[Token | None, ...] = (token,)
        else:
            found = tuple(d.token for d in addresses.destinations(text, site.domain, site.tokens))
        yield from (token for token in found if token is not None)


def _delivery(work: Work, tokens: list[Token]) -> Delivery | None:
    for token in tokens:
        if token.purpose == Purpose.RETURN:
            return work.session.get(Delivery, token.object)
    return None


def _absence(work: Work, mail: Mail, token: Token | None) -> None:
    if mail.letter.absence is None:
        return  # an acknowledgement, a challenge
    delivery = _delivery(work, [token] if token else [])
    person = mail.author if mail.proof.proven else None
    if delivery is not None and delivery.person_id is not None:
        person = membership.became(work.session, delivery.person_id)
    if person is not None:
        returns.note_absence(person, mail.letter.absence, work.now)


def _complaint(work: Work, mail: Mail, tokens: list[Token]) -> str:
    told = returns.take_complaint(
        work.session, _desk(work.tools), tokens, mail.inbound.id, work.now
    )
    if told is None:
        return ""
    work.look_again()
    work.outgoing += told
    return "unsubscribed"


def _revive(work: Work, address: Address) -> None:
    if returns.revive(work.session, address, work.now):
        work.outgoing += returns.tell_revived(work.session, _desk(work.tools), address, work.now)
