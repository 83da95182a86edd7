"""Work: one transaction over a group of mails, what it has looked up once, and what it writes at its
end in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from mailhub import addresses, forum, holds, outbox, reading, search
from mailhub.addresses import Destination, Purpose, Token
from mailhub.blobs import Blobs
from mailhub.compose.origin import From
from mailhub.compose.own import Templates
from mailhub.database import Database
from mailhub.feeds import Rounds
from mailhub.letter import Letter
from mailhub.library import Prepared
from mailhub.models import Address, Community, Hold, Inbound, Membership, Outcome, Person
from mailhub.outbox import ForMembers
from mailhub.process import knowing, moved
from mailhub.process.knowing import Known
from mailhub.process.moved import Ways
from mailhub.process.resolving import COMMUNITIES, first
from mailhub.proof import Proof, Prover
from mailhub.search import Entry
from mailhub.site import Site
from mailhub.tool import Tool

_PEOPLE = (
    select(Address.address, Person, Address.paused_at)
    .join(Person, Person.id == Address.person_id)
    .where(Address.address.in_(bindparam("addresses", expanding=True)))
)
_MEMBERSHIPS = select(Membership).where(
    Membership.community_id.in_(bindparam("communities", expanding=True)),
    Membership.person_id.in_(bindparam("people", expanding=True)),
)
_HOLDS = select(Hold).where(Hold.inbound_id.in_(bindparam("ids", expanding=True)))
_INSERT_OUTCOME = insert(Outcome)
POSTED = "posted"  # what became of a mail that is a post now


def read_here(raws: Sequence[bytes]) -> list[Letter]:
    """The letters of some mails, one after the other."""
    return [reading.read(raw) for raw in raws]


@dataclass(frozen=True, slots=True)
class Tools:
    """What processing needs of the hub."""

    database: Database
    blobs: Blobs
    site: Site
    templates: Templates
    stewards: tuple[str, ...] = ()
    prover: Prover = field(default_factory=Prover)  # without DNS: nobody is proven, nobody fails
    read: Callable[[Sequence[bytes]], list[Letter]] = read_here
    seals: bool = False  # posts are sealed: what was found of their authors' mail is handed on
    # Who takes an answer, by the purpose of its token, where that is none of this room: gets the work, the
    # mail, the token and the recipient, and says what became of it.
    answers: Mapping[Purpose, Callable[[Work, Mail, Token, str], str]] = field(default_factory=dict)
    # Who takes what is written to an address of the platform's own, by what stands behind its name.
    of_platform: Mapping[str, Callable[[Work, Mail, str], str]] = field(default_factory=dict)
    rounds: Rounds | None = None  # over the news feeds that communities follow
    # What two people who are one had elsewhere goes along, of the first to the second (`Tool.merged` too).
    merged: tuple[Callable[[Session, int, int], None], ...] = ()
    of_communities: tuple[Tool, ...] = ()  # events, blog … in the order in which they are asked

    def tool(self, destination: Destination) -> Tool | None:
        """The tool whose address it is."""
        token = destination.token
        return next(
            (
                tool
                for tool in self.of_communities
                if (tool.verb and tool.verb == destination.verb)
                or (token is not None and token.purpose == tool.purpose)
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Manner:
    """How a mail goes on; see `models.Outgoing`."""

    author_from: From = From.KEPT
    results: str = ""
    chain_holds: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail on its way through, and the person whom its From names, where that has one reading."""

    inbound: Inbound
    letter: Letter
    prepared: Sequence[Prepared]
    suspicions: tuple[str, ...]  # of its attachments
    author: Person | None
    proof: Proof
    manner: Manner
    by_tools: Mapping[str, Any] = field(default_factory=dict)  # what each tool has prepared


@dataclass(slots=True)
class Work:
    """One transaction over a group of mails."""

    tools: Tools
    session: Session
    now: datetime
    outgoing: list[int] = field(default_factory=list)  # what is to be sent now
    versions: list[int] = field(default_factory=list)  # what is to be indexed now
    derived: list[int] = field(default_factory=list)  # mails that were made of others, and wait now
    bodies: list[tuple[int, Letter]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)  # for the search
    posts: list[ForMembers] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    holds: dict[tuple[int, int], Hold] = field(default_factory=dict)  # by (mail, community)
    known: Known = field(default_factory=Known)
    # What was said to the author of each mail: whether that was a hint.
    answers: defaultdict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    _ways: Ways = field(default_factory=Ways)
    _communities: dict[str, Community] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)  # addresses of a group's authors
    _people: dict[str, Person] = field(default_factory=dict)
    _mails: Sequence[tuple[Inbound, Letter]] = ()
    _standings: Mapping[tuple[int, str], str] = field(default_factory=dict)
    _memberships: dict[tuple[int, int], Membership] = field(default_factory=dict)

    def look_up(self, mails: Sequence[tuple[Inbound, Letter]]) -> None:
        """Find all communities, people and holds that a group's mails name, with one query for each
        kind.

        The communities are locked, in the order of their ids, so that one mail at a time is filed in
        each; on SQLite the transaction itself sees to that. The lock lets others add rows that name
        them: who reads a paper's words holds the paper, for which this transaction may come to wait.
        """
        self._mails = mails
        slugs = {
            destination.slug
            for inbound, _ in mails
            for recipient in inbound.recipients
            for destination in self._destinations(recipient)
            if destination.slug
        }
        statement = COMMUNITIES
        if not self.tools.database.is_sqlite:
            statement = statement.with_for_update(key_share=True)
        found: Sequence[Community] = self.session.scalars(statement, {"slugs": list(slugs)}).all()
        self._ways = moved.ways(
            self.session, found, [letter for _, letter in mails], self._tokens(mails)
        )
        if self._ways.places:
            found = [*found, *self._locked_too(self._ways.places - {one.id for one in found})]
        self._communities = {community.slug: community for community in found}
        folded = {addresses.fold(letter.author.address) for _, letter in mails}
        rows = self.session.execute(_PEOPLE, {"addresses": list(folded)})
        self._people, self.paused = {}, set()
        for address, person, paused_at in rows:
            self._people[address] = person
            if paused_at is not None:
                self.paused.add(address)
        members = self.session.scalars(
            _MEMBERSHIPS,
            {
                "communities": [community.id for community in found],
                "people": [person.id for person in self._people.values()],
            },
        )
        self._memberships = {(m.community_id, m.person_id): m for m in members}
        self.known = knowing.know(self.session, found, self._memberships.values(), self.now)
        self._standings = holds.standings(self.session, [c.id for c in found], folded)
        held = self.session.scalars(_HOLDS, {"ids": [inbound.id for inbound, _ in mails]})
        self.holds = {(hold.inbound_id, hold.community_id): hold for hold in held}

    def look_again(self) -> None:
        """Somebody has come, left or changed by a mail of this group: those after it meet things as
        they are now."""
        self.session.flush()
        self.look_up(self._mails)

    def place(self, community: Community, letter: Letter, token: Token | None) -> Community:
        """Where a mail to this community belongs: where what it answers was moved to, else here."""
        id_ = self._ways.of(community, letter, token)
        return next((one for one in self._communities.values() if one.id == id_), community)

    def author(self, letter: Letter) -> Person | None:
        """The person whom From names, where it can be read in one way only."""
        if letter.ambiguous_author or len(letter.authors) != 1:
            return None
        return self._people.get(addresses.fold(letter.author.address))

    def membership(self, community: Community, person: Person | None) -> Membership | None:
        """The membership of a mail's author."""
        return self._memberships.get((community.id, person.id)) if person else None

    def standing(self, community: Community, letter: Letter) -> str:
        """What is thought there of the address in From: trusted, moderated, banned or nothing."""
        return self._standings.get((community.id, addresses.fold(letter.author.address)), "")

    def destination(self, address: str) -> tuple[Community | None, Destination] | None:
        """As `resolve`, from what was looked up."""
        return first(self._destinations(address), self._communities.get)

    def finish(self) -> None:
        """Write what goes in together."""
        forum.keep_bodies(self.session, self.bodies)
        search.add(self.session, self.entries)
        sending = outbox.for_members(self.session, self.posts, self.now)
        self.outgoing += sending
        of_post = {post.post_id: id_ for post, id_ in zip(self.posts, sending, strict=True)}
        for outcome in self.outcomes:
            if outcome["what"] == POSTED:
                outcome["detail"]["outgoing"].append(of_post[outcome["post_id"]])
        if self.outcomes:
            self.session.connection().execute(_INSERT_OUTCOME, self.outcomes)

    def _tokens(self, mails: Sequence[tuple[Inbound, Letter]]) -> list[Token]:
        return [
            destination.token
            for inbound, _ in mails
            for recipient in inbound.recipients
            for destination in self._destinations(recipient)
            if destination.token
        ]

    def _locked_too(self, ids: set[int]) -> Sequence[Community]:
        """Communities that take mail in, though none was sent to them. Two groups that wait for each other
        so are told apart by the database, and one of them is tried again."""
        statement = select(Community).where(Community.id.in_(ids)).order_by(Community.id)
        if not self.tools.database.is_sqlite:
            statement = statement.with_for_update(key_share=True)
        return self.session.scalars(statement).all()

    def _destinations(self, address: str) -> tuple[Destination, ...]:
        site = self.tools.site
        return addresses.destinations(address, site.domain, site.tokens)
