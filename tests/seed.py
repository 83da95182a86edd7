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
from mailhub.models import Inbound, Person, Post, RawMail, Thread
from mailhub.process import process

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
            inbound = Inbound(
                received_at=self.now,
                mail_from=address,
                recipients=[f"{slug}@{self.hub.settings.domain}"],
                size=len(raw),
                due_at=self.now,
                raw=RawMail(raw=raw),
            )
            session.add(inbound)
        followed = process(self.hub.tools, [inbound.id], self.now)
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


OUTLOOK = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!--
@font-face {font-family:Calibri;} p.MsoNormal {margin:0cm;} --></style></head>
<body lang="EN-GB" link="#0563C1"><div class="WordSection1">
<p class="MsoNormal">Hi Jane,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">We take the snapshot at <b>31 March</b> and count an
application as <i>determined</i> on the day the notice is issued, not on the day of the committee. The table below is
what went into last year’s return:<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<table class="MsoTableGrid" border="1" cellspacing="0" cellpadding="0" style="border-collapse:collapse;border:none">
<tr><td style="border:solid windowtext 1.0pt"><p class="MsoNormal"><b>Quarter</b></p></td>
<td style="border:solid windowtext 1.0pt"><p class="MsoNormal"><b>Received</b></p></td>
<td style="border:solid windowtext 1.0pt"><p class="MsoNormal"><b>Determined in time</b></p></td></tr>
<tr><td><p class="MsoNormal">Q1</p></td><td><p>412</p></td><td><p>371 (90 %)</p></td></tr>
<tr><td><p class="MsoNormal">Q2</p></td><td><p>398</p></td><td><p>349 (88 %)</p></td></tr>
<tr><td><p class="MsoNormal">Q3</p></td><td><p>376</p></td><td><p>341 (91 %)</p></td></tr></table>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal"><span style="color:#C00000">Note that extensions of time agreed in writing count as in time.</span></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">Guidance is at <a href="https://www.gov.example/planning-statistics">gov.example/planning-statistics</a>;
ring me or write to <a href="mailto:tom.okafor@devon.example">tom.okafor@devon.example</a>.<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">Tom<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal"><b>Tom Okafor</b> | Performance Manager<br>Devon County Council<br>
<img src="cid:logo@devon" width="120" alt="Devon County Council"><img src="https://tracker.example/p.gif?u=1" width="1" height="1"></p>
<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><b>From:</b> Jane Doe &lt;jane.doe@leeds.example&gt;<br><b>Sent:</b> 03 November 2026 09:05<br>
<b>To:</b> policy@lists.example.org<br><b>Subject:</b> Indicator 6: how do you count “determined”?</p></div></div>
<p class="MsoNormal">Good morning all, a question on NI 157 …<o:p></o:p></p></div></body></html>"""

GMAIL = """<div dir="ltr">Thank you both, that settles it for us.<div><br></div><div>Two small things we learnt the hard way:</div>
<ul><li>withdrawn applications drop out of the denominator</li><li>the portal’s export rounds dates to the day, so
<b>check the time zone</b></li></ul><div>Siân</div></div><br><div class="gmail_quote gmail_quote_container">
<div dir="ltr" class="gmail_attr">On Tue, 3 Nov 2026 at 14:05, Tom Okafor &lt;<a href="mailto:tom.okafor@devon.example">tom.okafor@devon.example</a>&gt; wrote:<br></div>
<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">
<div><p>Hi Jane,</p><p>We take the snapshot at 31 March and count an application as determined on the day the notice is
issued, not on the day of the committee. The table below is what went into last year’s return.</p></div></blockquote></div>"""


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


QUESTION = """Good morning all,

a question on the planning indicator. Our return was queried this year because we count an
application as determined on the day of the committee. Others seem to take the day on which the
notice is issued.

What do you do, and has anybody had an auditor look at it?

  - which date do you use?
  - who signs it off?
  - do extensions of time count as in time?

The note that we work from is attached; the guidance is at https://www.gov.example/statistics?year=2026.

Many thanks
Jane

--\x20
Jane Doe
Policy Officer, Leeds City Council
jane.doe@leeds.example | 0113 496 0000
"""
BETWEEN_THE_LINES = """On 03/11/2026 14:05, Tom Okafor wrote:
> We take the snapshot at 31 March and count an application as
> determined on the day the notice is issued.

Same here, since 2019.

> Note that extensions of time agreed in writing count as in time.

Only where the agreement is dated before the deadline: our auditor asked for the letters.

Martin
"""
BELOW = """This is most helpful. I have put it together in a second version of the note (attached);
shout if I have misquoted anybody.

Jane

On 4 Nov 2026, at 08:11, Martin Schofield <m.schofield@wakefield.example> wrote:
""" + "".join(f"> line {n} of what Martin wrote about agreements\n" for n in range(12))
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILLER = (
    "A short question for the group. We are looking at how this is reported to members each quarter, and would like to "
    "hear what has worked elsewhere.\n\nIn particular: how much detail, how often, and who presents it?\n\nThanks in advance"
)
SUBJECTS = (
    "Scrutiny of partnerships: who calls whom?",
    "Residents’ survey: online, post or both?",
    "Benchmarking clubs: still worth the fee?",
    "Dashboards for members that members open",
    "Peer challenge: what we would do differently",
    "Workforce indicators: agency spend",
    "Equality impact assessments in one hour",
    "Corporate plan: three priorities or ten?",
    "Data standards for the council tax base",
    "Customer contact: counting avoidable calls",
    "Performance clinics: chair’s notes",
    "Annual governance statement: examples",
    "Star ratings for leisure centres",
    "Target setting: stretch, or realistic?",
    "Risk registers that are not 40 pages",
    "Quarter 2 return: change to the template",
    "Complaints: stage 2 within 20 days",
    "Inspection of children’s services: the data room",
    "Value for money profiles: the new tool",
    "Housing delivery test: appeals",
    "A common glossary?",
    "Parish councils and performance",
    "Fly-tipping figures look odd this quarter",
    "Councillor enquiries: one inbox",
    "Outcomes and outputs, once more",
    "Training for new policy officers",
)
