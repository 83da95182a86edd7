"""Answers to a digest: each goes to the thing that it is about as a mail of its own, by the same rules as any.

What cannot be placed is asked about, privately, and never posted; the answer to that question places it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import select

from digests import receipts, unplaced
from digests.heads import day_said
from digests.placing import Placed, placed
from digests.render import wrapped
from digests.unplaced import Answering
from mailhub import commands, membership
from mailhub.addresses import Purpose, Token
from mailhub.commands import Told
from mailhub.commands.courtesy import COURTESY, is_courtesy
from mailhub.commands.grammar import Command
from mailhub.compose.own import Enclosure
from mailhub.events.telling import zone_said
from mailhub.letter import Letter
from mailhub.membership import mutes
from mailhub.models import (
    Community,
    Digest,
    DigestPiece,
    Membership,
    Person,
    Post,
    Request,
    Thread,
)
from mailhub.news import Door, Said
from mailhub.notes import Note
from mailhub.process import answering
from mailhub.process.deriving import derive
from mailhub.process.once import is_first
from mailhub.process.work import Mail, Work
from mailhub.words import table

MOST_MORE = 10  # things that are brought whole for one mail


def take(doors: Sequence[Door], work: Work, mail: Mail, token: Token, recipient: str) -> str:
    """What became of an answer to a digest, or to the question where such an answer belongs."""
    placing = None
    digest_id = token.object
    if token.purpose == Purpose.PLACE:
        placing = work.session.get(Request, token.object, with_for_update=True)
        digest_id = placing.detail["digest"] if placing is not None and placing.detail else 0
    digest = work.session.get(Digest, digest_id)
    asked = answering.asked_of(work, mail, _community(work, digest), "", token)
    if asked is None:
        return "not-answered"
    if not is_first(work, mail, recipient):
        return answering.AGAIN
    if digest is None or (placing is not None and placing.state != "asked"):
        return answering.say(work, mail, Told("answered", (asked.note("digest-over", once=""),)))
    if asked.person is None or not membership.is_same(work.session, asked.person, token.person):
        return answering.say(
            work, mail, Told("answered", (asked.note("digest-not-yours", once=""),))
        )
    here = Answering(
        work, mail, asked, digest, asked.person, doors, _pieces(work, digest, asked.person)
    )
    told = _placed(here, placing) if placing is not None else _taken(here)
    return answering.say(work, mail, told)


def _placed(here: Answering, request: Request) -> Told:
    found = unplaced.settled(here, request)
    if found is None:
        return _taken(here)
    return found if isinstance(found, Told) else _done(here, found[1], found[0])


def _taken(here: Answering) -> Told:
    letter = here.asked.letter
    found = placed(letter, here.titles)
    if of_digests := commands.about_digests(letter):
        found = Placed(commands=list(of_digests))
    if (found is None or len(here.titles) == 1) and is_courtesy(letter):
        return COURTESY
    if found is None or not (found.answers or found.wishes or found.commands):
        return (
            unplaced.ask_where(here)
            if letter.new_text.strip() or letter.attachments
            else unplaced.explain(here)
        )
    return _done(here, found, letter)


def _done(here: Answering, found: Placed, letter: Letter) -> Told:
    """Everything that was said goes to its place."""
    files = letter.attachments
    for number, words in found.answers.items():
        _send(here, letter, number, words, files)
        files = ()  # with the first one: twice in the library would be once too often
    notes = list(receipts.of(here, found.answers))
    what = "placed" if found.answers else "answered"
    for number, wish in found.wishes:
        notes += _wish(here, number, wish)
    if found.commands:
        told = _settings(here, found.commands)
        what = what if found.answers else told.what
        notes += told.notes
    return Told(what, tuple(notes))


def _send(
    here: Answering, letter: Letter, number: int, words: str, files: Sequence[object] = ()
) -> None:
    """One answer as a mail of its own, with what it answers quoted above it."""
    piece = here.pieces[number]
    site = here.work.tools.site
    community = here.work.session.get_one(Community, piece.community_id)
    to, token = site.address(community.slug), None
    if piece.answer:
        token = Token(Purpose(piece.answer[0]), int(piece.answer[1:]))
        if token.purpose != Purpose.REPLY:
            token = replace(token, person=here.person.id)  # what only they were sent
        to = site.tokens.address(community.slug, token, site.domain)
    quoted = "" if piece.kind == "event" else _quoted(piece)
    subject = piece.title if piece.title.lower().startswith("re:") else f"Re: {piece.title}"
    answered = ""
    if token is not None and token.purpose == Purpose.REPLY:
        post = here.work.session.get(Post, token.object)
        answered = post.message_id if post is not None else ""
    derive(
        here.work,
        here.mail,
        letter,
        to=to,
        subject=subject,
        text=f"{quoted}{words}\n",
        answers=answered,
        files=files,  # type: ignore[arg-type]
    )


def _quoted(piece: DigestPiece) -> str:
    """Who said it, and their words in their paragraphs, quoted, with a blank line below them."""
    if not piece.said.strip():
        return ""
    said = "\n".join(wrapped(line) for line in piece.said.split("\n"))
    quoted = "".join(f"> {line}".rstrip() + "\n" for line in said.split("\n")) + "\n"
    if not piece.author:
        return quoted
    wrote: str = table("digest")["wrote"]
    return f"{wrote.format(author=piece.author)}\n{quoted}"


def _wish(here: Answering, number: int, wish: str) -> list[Note]:
    piece = here.pieces.get(number)
    if piece is None:
        return [unplaced.listed(here, "digest-unknown")]
    if wish == "more":
        door = next((door for door in here.doors if door.kind == piece.kind), None)
        tools, session = here.work.tools, here.work.session
        whole = door and door.whole(session, tools.blobs, here.person.id, piece.object_id)
        if not whole:
            return [unplaced.listed(here, "digest-unknown")]
        enclosures = tuple(Enclosure(*file) for file in whole.files)
        return [
            here.asked.note(
                "digest-more",
                token=Token(Purpose.DIGEST, here.digest.id, here.person.id),
                enclosures=enclosures,
                number=number,
                title=whole.title,
                text=whole.text or _told(here, whole.said),
            )
        ]
    thread = here.work.session.get(Thread, piece.object_id) if piece.kind == "thread" else None
    if thread is not None and here.asked.trusted:
        turn = mutes.mute if wish == "mute" else mutes.unmute
        turn(here.work.session, here.person.id, thread, here.work.now, by=here.asked.by)
        return [here.asked.note("digest-muted", title=piece.title, wish=wish, number=number)]
    return [unplaced.listed(here, "digest-unknown")]


def _told(here: Answering, said: Sequence[Said]) -> str:
    """The posts of a discussion, each with its author and time."""
    zone = ZoneInfo(here.person.zone or here.work.tools.site.zone)
    told = []
    for post in said:
        at = post.at.astimezone(zone)
        when = f"{day_said(at, table('digest'), year=True)}, {at:%H:%M} ({zone_said(zone.key)})"
        told.append(f"{post.author}, {when}\n\n{post.text}")
    return f"\n\n{'-' * 20}\n\n".join(told)


def _settings(here: Answering, said: Sequence[Command]) -> Told:
    """Settings: about the communities of this digest."""
    return commands.in_digest(here.asked, tuple(said), _frequency(here))


def _frequency(here: Answering) -> frozenset[int]:
    """The communities that such a digest is about."""
    theirs = select(Membership.community_id).where(
        Membership.person_id == here.person.id, Membership.delivery == here.digest.frequency
    )
    if here.digest.community_id:
        theirs = theirs.where(Membership.community_id == here.digest.community_id)
    return frozenset(here.work.session.scalars(theirs))


def _pieces(work: Work, digest: Digest, person: Person) -> dict[int, DigestPiece]:
    """The things of a digest by their numbers, as far as its reader may read them now."""
    ids = [entry[0] for entry in digest.entries]
    mine = select(Membership.community_id).where(Membership.person_id == person.id)
    rows = work.session.scalars(
        select(DigestPiece).where(DigestPiece.id.in_(ids), DigestPiece.community_id.in_(mine))
    )
    found = {piece.id: piece for piece in rows}
    return {number: found[id_] for number, id_ in enumerate(ids, 1) if id_ in found}


def _community(work: Work, digest: Digest | None) -> Community | None:
    """Whose digest it is, where each community has one of its own."""
    if digest is None or not digest.community_id:
        return None
    return work.session.get(Community, digest.community_id)
