"""Answers to mail about a bulletin: a steward's yes, no or "withdraw"; and what a reader says to a newsletter,
which reaches the stewards unless it is nothing but the wish to have no more."""

from __future__ import annotations

from collections.abc import Iterator

from digests.bulletins import asking, keeping, telling
from mailhub import commands, membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked, Told
from mailhub.commands.courtesy import COURTESY, is_courtesy
from mailhub.commands.digest_words import understand
from mailhub.commands.withdrawing import wants as takes_back
from mailhub.models import Bulletin
from mailhub.notes import Note
from mailhub.process import answering, passing_on
from mailhub.process.once import is_first
from mailhub.process.work import Mail, Work


def take(work: Work, mail: Mail, token: Token, recipient: str) -> str:
    """What became of one."""
    asked = answering.asked_of(work, mail, None, "", token)
    if asked is None:
        return "not-answered"
    if token.person and (asked.fails_policy or not _wants_no_more(asked)):
        return passing_on.to_stewards(work, mail, recipient)
    if not is_first(work, mail, recipient):
        return answering.AGAIN
    if asked.fails_policy:
        return answering.say(work, mail, commands.disowned(asked))
    told = _declined(asked, token) if token.person else _of_steward(asked, token)
    return answering.say(work, mail, told)


def _wants_no_more(asked: Asked) -> bool:
    """Whether a reply to a newsletter ends newsletters: "unsubscribe", "no more newsletters"."""
    if any(one.argument == "newsletters off" for one in understand(asked.letter)):
        return True
    return any(one.verb in ("leave", "none") for one in commands.meant_on_list(asked.letter))


def _declined(asked: Asked, token: Token) -> Told:
    off = Token(Purpose.NEWSLETTERS_OFF, token.object, token.person)
    if not membership.is_same(asked.session, asked.person, token.person):
        return Told("answered", (asked.note("bulletin-not-yours", once=""),))
    membership.decline_newsletters(asked.session, off, asked.now, asked.inbound_id)
    return Told("done", (asked.note("newsletters-off"),))


def _of_steward(asked: Asked, token: Token) -> Told:
    bulletin = keeping.locked(asked.session, token.object)
    if bulletin is None or asked.address not in asked.stewards:
        asked.tried("wrong-address")
        return Told("answered", (asked.note("bulletin-stewards-only", once="", form="newsletter"),))
    late = bulletin.state in keeping.UNDECIDED and token.is_over(asked.now)
    if late or bulletin.state in ("declined", "withdrawn"):
        return _said(asked, bulletin, "bulletin-over")
    if bulletin.state in keeping.UNDECIDED:
        return _decided(asked, bulletin)
    if takes_back(asked.letter) or commands.confirms(asked.letter) == "no":
        keeping.withdraw(asked.session, bulletin, asked.now, by=asked.by)
        return Told("done", tuple(_told(asked, bulletin, "bulletin-withdrawn")))
    if is_courtesy(asked.letter, below_receipt=True):
        return COURTESY
    return _said(asked, bulletin, "bulletin-unclear")


def _decided(asked: Asked, bulletin: Bulletin) -> Told:
    """The word of whoever wrote it, on what only they were sent."""
    if asked.address != bulletin.asked_by:
        asked.tried("wrong-address")
        return _said(asked, bulletin, "bulletin-over")
    word = commands.confirms(asked.letter)
    if word == "no" or takes_back(asked.letter):
        keeping.decline(asked.session, bulletin, asked.now, by=asked.by)
        return _said(asked, bulletin, "bulletin-declined")
    if word != "yes":
        return _said(asked, bulletin, "bulletin-unclear")
    if bulletin.state == "begun":
        bulletin.state = "asked"
        return Told("asked", (asking.shown(asked, bulletin),))
    keeping.queue(asked.session, bulletin, asked.now, by=asked.by)
    return Told("done", tuple(_told(asked, bulletin, "bulletin-queued")))


def _told(asked: Asked, bulletin: Bulletin, template: str) -> Iterator[Note]:
    """The same to all stewards; to who did it as an answer."""
    token = keeping.for_stewards(bulletin, asked.now)
    yield asked.note(template, token=token, own=True, **telling.facts(bulletin, asked.name))
    yield from telling.to_stewards(
        asked.stewards, bulletin, template, asked.name, asked.now, but=asked.address
    )


def _said(asked: Asked, bulletin: Bulletin, template: str) -> Told:
    token = keeping.for_stewards(bulletin, asked.now)
    note = asked.note(
        template,
        token=token,
        form=bulletin.form,
        title=bulletin.subject,
        undecided=bulletin.state in keeping.UNDECIDED,
    )
    return Told("answered", (note,))
