"""A small believable hub, written straight into the tables: what the pages are looked at with.

Three open communities (one of them within another), a closed and a secret one; threads with nested answers,
HTML mails of the usual programs, papers in versions. Nothing here is random and nothing reads the clock.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from sqlalchemy import select

from mailhub import membership
from mailhub.app.hub import Hub
from mailhub.library.tables import Version
from mailhub.models import Person, Post, Thread
from mailhub.process import process
from tests.seed_words import BELOW, BETWEEN_THE_LINES, FILLER, GMAIL, OUTLOOK, QUESTION, SUBJECTS
from tests.spooled import spooled

START = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
PEOPLE = (
    ("Jane Doe", "Leeds City Council", "jane.doe@leeds.example"),
    ("Tom Okafor", "Devon County Council", "tom.okafor@devon.example"),
    ("Siân Pritchard", "Cyngor Gwynedd", "sian.pritchard@gwynedd.example"),
    ("Priya Raman", "London Borough of Camden", "priya.raman@camden.example"),
    ("Martin Schofield", "Wakefield Council", "m.schofield@wakefield.example"),
    ("Alison Beckett", "Kirklees Council", "alison.beckett@kirklees.example"),
    ("Dr Helen Marsh", "University of Birmingham", "h.marsh@bham.example"),
    ("Gareth Lloyd", "Powys County Council", "gareth.lloyd@powys.example"),
)


def picture(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        size = struct.pack(">I", len(content))
        return size + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(colour) * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@dataclass
class Seeded:
    """Ids of what was sown: people by first name, threads by subject, posts by Message-ID, papers by
    file name."""

    people: dict[str, int] = field(default_factory=dict)
    communities: dict[str, int] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)


class Sower:
    """Lets people write one mail after the other; the time moves on with each.

    Each mail is a real one and goes the way of all mail, but for SMTP.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.seeded = Seeded()
        self.now = START
        self._mails = 0
        self._subject = ""

    def community(self, slug: str, name: str, description: str = "", **settings: str) -> str:
        """A community in which all of PEOPLE are."""
        with self.hub.database.writing() as session:
            community = membership.found(
                session, slug, name, START, description=description, **settings
            )
            for person, organisation, address in PEOPLE:
                membership.add(
                    session, community, address, START, name=person, organisation=organisation
                )
        self.seeded.communities[slug] = community.id
        return slug

    def thread(self, slug: str, subject: str, *post: Any, **more: Any) -> str:
        """A first post; the Message-ID."""
        self._subject = subject
        return self._mail(slug, subject, "", *post, **more)

    def answer(self, slug: str, parent: str, *post: Any, **more: Any) -> str:
        """An answer in the thread that was begun last; the Message-ID."""
        self.now += timedelta(hours=2.7)
        return self._mail(slug, f"Re: {self._subject}", parent, *post, **more)

    def _mail(
        self,
        slug: str,
        subject: str,
        parent: str,
        author: str,
        text: str,
        *,
        html: str = "",
        message_id: str = "",
        files: Sequence[tuple[str, str, bytes]] = (),
        pictures: Mapping[str, bytes] | None = None,
    ) -> str:
        name, _, address = next(p for p in PEOPLE if author in p[0].split())
        self._mails += 1
        message_id = message_id or f"CAF{self._mails:04d}@{address.split('@')[1]}"
        mail = EmailMessage(policy=SMTP)
        mail["From"] = formataddr((name, address))
        mail["To"] = f"{slug}@{self.hub.settings.domain}"
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self.now)
        mail["Message-ID"] = f"<{message_id}>"
        if parent:
            mail["In-Reply-To"] = f"<{parent}>"
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
            for cid, content in (pictures or {}).items():
                body = mail.get_payload(1)
                assert isinstance(body, EmailMessage)
                body.add_related(content, "image", "png", cid=f"<{cid}>", filename="logo.png")
        for filename, media_type, content in files:
            main, sub = media_type.split("/")
            mail.add_attachment(content, main, sub, filename=filename)
        self._post(slug, address, mail.as_bytes())
        return message_id

    def _post(self, slug: str, address: str, raw: bytes) -> None:
        with self.hub.database.writing() as session:
            to = f"{slug}@{self.hub.settings.domain}"
            number = spooled(session, raw, address, to, at=self.now)
        followed = process(self.hub.tools, [number], self.now)
        assert [outcome[1] for outcome in followed.outcomes] == ["posted"], followed.outcomes

    def names(self) -> Seeded:
        """What was sown, found in the tables."""
        sown = self.seeded
        with self.hub.database.reading() as session:
            for person in session.scalars(select(Person)):
                sown.people[person.name.removeprefix("Dr ").split()[0]] = person.id
            sown.threads = {t.subject: t.id for t in session.scalars(select(Thread))}
            sown.posts = {p.message_id: p.id for p in session.scalars(select(Post))}
            for version in session.scalars(select(Version)):
                sown.documents[version.filename] = version.document_id
        return sown


def sow(hub: Hub) -> Seeded:
    """Fill the empty database of a hub; what was sown comes back by name."""
    sower = Sower(hub)
    _policy(sower)
    _climate(sower)
    _hidden(sower)
    return sower.names()


def _policy(sower: Sower) -> None:
    policy = sower.community(
        "policy",
        "Policy and Performance",
        "Performance frameworks, indicators, service plans and scrutiny: how councils know whether "
        "what they do works.",
    )
    question = sower.thread(
        policy,
        "Indicator 6: how do you count “determined”?",
        "Jane",
        QUESTION,
        message_id="20261103090501.GA1234@leeds.example",
        files=[("Planning indicator note.docx", DOCX, b"PK first " * 9_000)],
    )
    tom = sower.answer(
        policy,
        question,
        "Tom",
        "Hi Jane,\n\nWe take the snapshot at 31 March …",
        html=OUTLOOK,
        message_id="AM0PR04MB1234/5678%20A1@eurprd04.prod.example",
        pictures={"logo@devon": picture(120, 36, (30, 90, 110))},
    )
    sian = sower.answer(policy, tom, "Siân", "Thank you both", html=GMAIL)
    martin = sower.answer(policy, tom, "Martin", BETWEEN_THE_LINES)
    jane = sower.answer(
        policy,
        martin,
        "Jane",
        BELOW,
        files=[("Planning indicator note.docx", DOCX, b"PK second, longer " * 7_000)],
    )
    sower.answer(policy, jane, "Gareth", "Diolch Jane, very clear.\n\nGareth")
    sower.answer(policy, sian, "Priya", "Could we put this on the agenda in December?")

    alison = sower.thread(
        policy,
        "Service plans on two pages: examples wanted",
        "Alison",
        "Our chief executive would like every service plan on two sides of A4.\n\n"
        "Has anyone got there, and would you share one?",
        files=[("Two-page plan template.pdf", "application/pdf", b"%PDF-1.4 plan " * 90_000)],
    )
    sower.answer(policy, alison, "Priya", "We did for 2025/26. I shall dig one out.")
    for number, subject in enumerate(SUBJECTS):
        author = ("Martin", "Helen", "Alison", "Gareth")[number % 4]
        first = sower.thread(policy, subject, author, FILLER)
        for answer in range(number % 5):
            sower.answer(policy, first, ("Jane", "Tom", "Siân", "Priya")[answer], FILLER)


def _climate(sower: Sower) -> None:
    climate = sower.community(
        "climate",
        "Climate and Energy",
        "Retrofit, heat networks, fleets and adaptation. Questions from officers to officers.",
    )
    zoning = sower.thread(
        climate,
        "Heat network zoning: what have you told developers?",
        "Gareth",
        "We expect to fall within a zone next year, and two applications are on my desk now.",
    )
    sower.answer(climate, zoning, "Helen", "A short paper of ours will follow.")
    retrofit = sower.community(
        "retrofit",
        "Retrofit in Social Housing",
        "For landlords and council housing teams.",
        parent="climate",
    )
    damp = "Damp after cavity wall insulation"
    sower.thread(retrofit, damp, "Alison", "Has anyone monitored humidity afterwards?")


def _hidden(sower: Sower) -> None:
    closed = sower.community(
        "chief-execs", "Chief Executives", "Frank talk.", visibility="closed", joining="approval"
    )
    sower.thread(
        closed,
        "Budget gap before the settlement",
        "Priya",
        "In confidence: ours is twelve million.",
        files=[("Budget gap.xlsx", "application/vnd.ms-excel", b"PK gap " * 2_000)],
    )
    secret = sower.community(
        "inquiry", "Inquiry Support", "Nobody knows.", visibility="secret", joining="invitation"
    )
    sower.thread(secret, "Witness bundle", "Helen", "The bundle is ready.")


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
