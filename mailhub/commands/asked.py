"""What a conversation works with: one mail to one of our addresses, and what is said to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailhub.addresses import Purpose, Token
from mailhub.blobs import Blobs
from mailhub.compose.own import Enclosure
from mailhub.letter import Letter
from mailhub.membership import By, became, membership_of, requests, trail
from mailhub.models import Community, Membership, Person, Request
from mailhub.notes import Note
from mailhub.sight import Viewer
from mailhub.site import Site

ANSWERS_LAST = timedelta(days=29)  # a day less than a change can be undone

# Tokens of mail that one person was sent.
_THEIRS = frozenset({Purpose.NOTICE, Purpose.DIGEST, Purpose.PLACE})


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail that asks for something. `community` is None at the platform's own address.

    `person` is whom From names, None for a stranger; `proven` says that the mail is really theirs.
    `token` stood in the address, or in the Message-ID that was answered.
    """

    session: Session
    site: Site
    blobs: Blobs
    letter: Letter
    inbound_id: int | None  # None where it was asked for on a page
    community: Community | None
    verb: str
    token: Token | None
    address: str  # folded, of From
    person: Person | None
    proven: bool
    fails_policy: bool  # the domain of From says that it did not send this
    stewards: tuple[str, ...]
    now: datetime
    # What follows a yes to a question of a tool's own, by the kind of the request.
    confirmed: Mapping[str, Callable[[Asked, Request], Told]] = field(default_factory=dict)
    # What goes along where two people turn out to be one: of the first to the second.
    merged: tuple[Callable[[Session, int, int], None], ...] = ()

    @property
    def by(self) -> By:
        """Who changes what comes of this mail."""
        return self.by_of(self.person)

    def by_of(self, person: Person | None) -> By:
        """The same, where what this person had asked for is done."""
        how = "page" if self.inbound_id is None else "mail"
        return By(how, person.id if person else None, self.inbound_id)

    @property
    def name(self) -> str:
        """What others are told of who wrote."""
        return (self.person.name if self.person else "") or self.address

    @property
    def viewer(self) -> Viewer:
        """Who looks."""
        return Viewer(self.person.id if self.person else None)

    @property
    def trusted(self) -> bool:
        """Whether what it asks for is done at once: the mail is proven, or answers a mail that only
        this person was sent. What others may come to see of that mail is not enough for grave things:
        these need `proven`."""
        token = self.token
        if self.fails_policy:
            return False
        if token is None or token.purpose not in _THEIRS or token.is_over(self.now):
            return self.proven
        meant = became(self.session, token.person)
        return self.proven or (self.person is not None and meant is self.person)

    @property
    def is_theirs(self) -> bool:
        """Whether it is proven, or comes to an address that only somebody who was written to knows."""
        knows = self.token is not None and self.token.purpose != Purpose.REPLY
        return self.proven or (knows and not self.fails_policy)

    @property
    def place(self) -> str:
        """The slug of its community, "" for the platform; the object of what is said only once a day."""
        return self.community.slug if self.community else ""

    def tried(self, why: str, **said: Any) -> None:
        """Leave a line in the trail: an answer to a mail of ours of which nothing came."""
        token = self.token
        theirs = self.person.id if self.person and self.proven else None
        trail.tried(
            self.session,
            By("mail", theirs, self.inbound_id),
            self.now,
            why,
            community_id=self.community.id if self.community else None,
            person_id=(token.person if token else 0) or None,
            said={"to": token.purpose.name.lower(), "number": token.object} | said
            if token
            else said,
        )

    def membership(self) -> Membership | None:
        """Of the person in the community."""
        if self.community is None or self.person is None:
            return None
        return membership_of(self.session, self.community.id, self.person.id)

    def ask(self, kind: str, detail: dict[str, Any] | None = None) -> Request:
        """A request that waits for the yes of whoever wrote."""
        return requests.ask(
            self.session,
            kind,
            self.address,
            self.now,
            community=self.community,
            person=self.person,
            inbound_id=self.inbound_id,
            detail=detail,
        )

    def note(
        self,
        template: str,
        *,
        token: Token | None = None,
        once: str | None = None,
        enclosures: tuple[Enclosure, ...] = (),
        **facts: Any,
    ) -> Note:
        """An answer to whoever wrote, to which they can reply in their turn; `once` marks what is said once a day here, for one such mark."""
        return Note(
            template,
            self.letter.author.address,
            self.community,
            facts,
            self.person.id if self.person else None,
            token=token or (answerable(self.person.id, self.now) if self.person else None),
            cause=None if once is None else (template, f"{self.place}:{once}"),
            enclosures=enclosures,
            in_reply_to=self.letter.message_id if self.person else "",
            language=self.person.language if self.person else "",
            unproven=not self.is_theirs,
        )


def answerable(person_id: int, now: datetime, change_id: int = 0) -> Token:
    """What a mail of ours to a person carries: an answer to it is believed for a month, and `undo` in
    it means this change."""
    return Token(Purpose.NOTICE, change_id, person_id, (now + ANSWERS_LAST).date())


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a mail, in a word for the trail of mails, and what is said to whom."""

    what: str  # asked, done, answered, not-answered
    notes: tuple[Note, ...] = ()
    outgoing: tuple[int, ...] = ()  # what was queued already


NOTHING = Told("not-answered")
TOO_MANY = Told("too-many")  # somebody may be bombed with questions: see `limits`
