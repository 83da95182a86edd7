"""Plays the story in a hub that runs: founds its communities, and sends its mails one by one by SMTP.

What has been played is not played again: a mail is known by its Message-ID. Each mail is waited for
until the hub has processed it, so that posts and papers have the same numbers every time; an answer
waits until the mail that it answers lies in its author's mailbox.
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.app.hub import Hub, postbox_folder
from mailhub.app.sample import headlines
from mailhub.app.sample.mailboxes import Mailboxes
from mailhub.app.sample.programs import Answered, Programs
from mailhub.app.sample.story import LENGTH, Story, Turn
from mailhub.letter import Letter, Mailbox
from mailhub.library.tables import Document, Version
from mailhub.models import Community, Inbound
from mailhub.postbox import Postbox

PATIENCE = 30.0  # seconds for one mail
POLL_SECONDS = 0.01

Seen = TypeVar("Seen")

log = structlog.get_logger()


class StoryStopped(Exception):
    """The hub did not do what the story needs; `name` is of the problems in words.toml."""

    def __init__(self, name: str, **facts: object) -> None:
        super().__init__(name)
        self.name = name
        self.facts = facts


class Player:
    """One performance. `door` is where the hub takes SMTP; `set_clock(at)` tells whoever keeps the
    story's time what time it is in the story."""

    def __init__(
        self,
        hub: Hub,
        story: Story,
        door: tuple[str, int],
        set_clock: Callable[[datetime], None],
    ) -> None:
        self._hub = hub
        self._story = story
        self._door = door
        self._set_clock = set_clock
        self._programs = Programs(story)
        self._mailboxes = Mailboxes(Postbox(postbox_folder(hub.settings)))

    def play(self, ends: datetime) -> int:
        """Send every mail of the story that the hub has not had; how many. StoryStopped says what
        the hub did not do."""
        left = self._left()
        for turn in left:
            at = turn.at(ends)
            self._set_clock(at)
            answered = Answered.of(self._copy(turn), at) if turn.answers else None
            self._send(turn, at, ends, answered)
            self._until(turn.subject or turn.id, partial(self._is_done, turn))
        return len(left)

    def _left(self) -> list[Turn]:
        ids = {self._story.message_id(turn): turn for turn in self._story.turns}
        with self._hub.database.reading() as session:
            known = set(
                session.scalars(select(Inbound.message_id).where(Inbound.message_id.in_(ids)))
            )
        return [turn for message_id, turn in ids.items() if message_id not in known]

    def _is_done(self, turn: Turn) -> bool:
        with self._hub.database.reading() as session:
            wanted = select(Inbound.id).where(
                Inbound.message_id == self._story.message_id(turn), Inbound.state == "done"
            )
            return session.scalar(wanted) is not None

    def _copy(self, turn: Turn) -> Letter:
        """The mail that a turn answers, as its author received it."""
        address = self._story.people[turn.by].address
        message_id = self._story.message_id(self._story.turn(turn.answers))
        return self._until(
            f"{turn.answers} → {turn.by}", lambda: self._mailboxes.of(address, message_id)
        )

    def _send(self, turn: Turn, at: datetime, ends: datetime, answered: Answered | None) -> None:
        me = self._story.people[turn.by]
        domain = self._hub.settings.domain
        to = [Mailbox("", f"{local}@{domain}") for local in turn.to]
        if answered:
            to += [*answered.letter.reply_to, *(answered.letter.to if turn.all else ())]
        mail = self._programs.write(self._with_number(turn, ends), at, to, answered)
        recipients = [box.address for box in to]
        try:
            with smtplib.SMTP(*self._door, timeout=PATIENCE) as client:
                # Not send_message, which makes ">From" of a line that begins with "From".
                client.sendmail("" if turn.automatic else me.address, recipients, mail.as_bytes())
        except (OSError, smtplib.SMTPException) as error:
            raise StoryStopped(
                "refused", subject=mail["Subject"], who=me.name, said=error
            ) from error
        log.info("sample-mail-sent", by=me.name, to=recipients, subject=str(mail["Subject"]))

    def _with_number(self, turn: Turn, ends: datetime) -> Turn:
        """The turn with the number of the paper that it asks for, or the day of its meeting, in its words."""
        if turn.ahead:
            return replace(turn, words=turn.words.format(when=turn.when(ends)))
        if not turn.gets:
            return turn
        with self._hub.database.reading() as session:
            number = session.scalar(
                select(Version.document_id)
                .join(Document, Document.id == Version.document_id)
                .join(Community, Community.id == Document.community_id)
                .where(Version.filename == turn.gets, Community.slug == turn.slug)
                .limit(1)
            )
        return replace(turn, words=turn.words.format(number=number))

    def _until(self, what: str, look: Callable[[], Seen | None]) -> Seen:
        """What `look` sees at last; StoryStopped where that takes too long."""
        last = time.monotonic() + PATIENCE
        while not (seen := look()):
            if time.monotonic() > last:
                raise StoryStopped("stuck", seconds=PATIENCE, what=what)
            time.sleep(POLL_SECONDS)
        return seen


def found(hub: Hub, story: Story, now: datetime) -> datetime | None:
    """Found the story's communities where there is none at all; the time at which the story ends.

    None where the hub has other communities and not these: then there is nothing to play here.
    """
    with hub.database.writing() as session:
        if session.scalar(select(Community.id).limit(1)) is None:
            _found_all(hub, story, session, now - LENGTH)
            headlines.follow(session, story, now)
        began = [
            session.scalar(
                select(Community.created_at).where(
                    Community.slug == place.slug, Community.name == place.name
                )
            )
            for place in story.places
        ]
    present = [at for at in began if at is not None]
    return present[0] + LENGTH if len(present) == len(story.places) else None


def _found_all(hub: Hub, story: Story, session: Session, at: datetime) -> None:
    membership.add_steward(session, story.steward().address, at)
    for place in story.places:
        community = membership.found(
            session,
            place.slug,
            place.name,
            at,
            parent=place.parent,
            visibility=place.visibility,
            joining=place.joining,
            description=place.description,
        )
        for person in story.members(place.slug):
            membership.add(
                session,
                community,
                person.address,
                at,
                name=person.name,
                organisation=person.organisation,
                role=person.roles[place.slug],
                delivery=person.delivery,
            )
