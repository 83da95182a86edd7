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
from email.utils import formataddr

from sqlalchemy.orm import Session

from mailhub import library, search
from mailhub.blobs import Blobs
from mailhub.models import (
    Address,
    Community,
    Inbound,
    Membership,
    Person,
    Post,
    PostBody,
    RawMail,
    Thread,
)
from mailhub.reading import read

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
    """What was sown, by the names the tests use."""

    people: dict[str, Person] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)  # ids, by file name


class Sower:
    """Writes threads and posts one after the other; the time moves on with each.

    A post is made as a real mail and read as one, and its files go into the library by its own door.
    """

    def __init__(self, session: Session, blobs: Blobs, domain: str) -> None:
        self.session = session
        self.blobs = blobs
        self.domain = domain
        self.seeded = Seeded()
        self.now = START

    def person(self, name: str, organisation: str, address: str) -> Person:
        person = Person(name=name, organisation=organisation, created_at=START)
        person.addresses = [Address(address=address, created_at=START)]
        self.session.add(person)
        self.session.flush()
        self.seeded.people[name.removeprefix("Dr ").split()[0]] = person
        return person

    def community(
        self, slug: str, name: str, description: str = "", **settings: object
    ) -> Community:
        community = Community(
            slug=slug, name=name, description=description, created_at=START, **settings
        )
        self.session.add(community)
        self.session.flush()
        self.seeded.communities[slug] = community
        for person in self.seeded.people.values():
            self.session.add(
                Membership(community_id=community.id, person_id=person.id, since=START)
            )
        return community

    def thread(self, community: Community, subject: str) -> Thread:
        thread = Thread(
            community_id=community.id, subject=subject, started_at=self.now, last_at=self.now
        )
        self.session.add(thread)
        self.session.flush()
        self.seeded.threads[subject] = thread
        return thread

    def post(
        self,
        thread: Thread,
        author: str,
        text: str,
        *,
        parent: Post | None = None,
        html: str = "",
        new_text: str = "",
        message_id: str = "",
        hours: float = 2.7,
        files: Sequence[tuple[str, str, bytes]] = (),
        pictures: Mapping[str, bytes] | None = None,
    ) -> Post:
        if thread.post_count:
            self.now += timedelta(hours=hours)
        person = self.seeded.people[author]
        address = person.addresses[0].address
        community = self.session.get_one(Community, thread.community_id)
        number = len(self.seeded.posts) + 1
        mail = EmailMessage(policy=SMTP)
        mail["From"] = formataddr((person.name, address))
        mail["To"] = f"{community.slug}@{self.domain}"
        mail["Subject"] = f"Re: {thread.subject}" if parent else thread.subject
        mail["Date"] = self.now
        mail["Message-ID"] = f"<{message_id or f'CAF{number:04d}@' + address.split('@')[1]}>"
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
            for cid, picture in (pictures or {}).items():
                parts = mail.get_payload()
                parts[-1].add_related(picture, "image", "png", cid=f"<{cid}>", filename="l.png")
        for filename, media_type, content in files:
            main, sub = media_type.split("/")
            mail.add_attachment(content, main, sub, filename=filename)
        raw = mail.as_bytes()
        return self._filed(thread, community, person, parent, raw, new_text)

    def _filed(
        self,
        thread: Thread,
        community: Community,
        person: Person,
        parent: Post | None,
        raw: bytes,
        new_text: str,
    ) -> Post:
        letter = read(raw)
        inbound = Inbound(
            received_at=self.now,
            mail_from=letter.author.address,
            recipients=[f"{community.slug}@{self.domain}"],
            size=len(raw),
            state="done",
            due_at=self.now,
            raw=RawMail(raw=raw),
        )
        self.session.add(inbound)
        self.session.flush()
        new_text = new_text or letter.new_text
        post = Post(
            community_id=community.id,
            thread_id=thread.id,
            parent_id=parent.id if parent else None,
            inbound_id=inbound.id,
            message_id=letter.message_id,
            content_hash=letter.content_hash,
            author_id=person.id,
            author_name=person.name,
            author_address=letter.author.address,
            subject=letter.subject,
            received_at=self.now,
            subject_key=thread.subject.lower(),
            is_reply=parent is not None,
            body=PostBody(text=letter.text, new_text=new_text, html=letter.html),
        )
        self.session.add(post)
        thread.post_count = (thread.post_count or 0) + 1
        thread.last_at = community.last_post_at = self.now
        self.session.flush()
        words = f"{post.author_name}\n{new_text}"
        search.put(self.session, "post", post.id, community.id, post.subject, words, self.now)
        prepared = library.prepare(self.blobs, letter)
        filed = library.file(
            self.session, prepared, community=community, post=post, person=person, now=self.now
        )
        for one in filed:
            self.seeded.documents[one.filename] = one.document_id
        self.seeded.posts[post.message_id] = post
        return post


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


def sow(session: Session, blobs: Blobs, domain: str = "lists.example.org") -> Seeded:
    """Fill an empty database; what was sown comes back by name."""
    sower = Sower(session, blobs, domain)
    for name, organisation, address in PEOPLE:
        sower.person(name, organisation, address)
    _policy(sower)
    _climate(sower)
    _hidden(sower)
    return sower.seeded


def _policy(sower: Sower) -> None:
    policy = sower.community(
        "policy",
        "Policy and Performance",
        "Performance frameworks, indicators, service plans and scrutiny: how councils know whether what they do works.",
    )
    thread = sower.thread(policy, "Indicator 6: how do you count “determined”?")
    first = sower.post(
        thread,
        "Jane",
        "Good morning all,\n\na question on the planning indicator. Our return was queried this year because we count an\n"
        "application as determined on the day of the committee. Others seem to take the day on which the\n"
        "notice is issued.\n\nWhat do you do, and has anybody had an auditor look at it?\n\n"
        "  - which date do you use?\n  - who signs it off?\n  - do extensions of time count as in time?\n\n"
        "The note that we work from is attached; the guidance is at https://www.gov.example/planning-statistics?year=2026.\n\n"
        "Many thanks\nJane\n\n-- \nJane Doe\nPolicy Officer, Leeds City Council\njane.doe@leeds.example | 0113 496 0000",
        new_text="Good morning all, a question on the planning indicator.",
        message_id="20261103090501.GA1234@leeds.example",
        files=[("Planning indicator note.docx", DOCX, b"PK first " * 9_000)],
    )
    reply = sower.post(
        thread,
        "Tom",
        "Hi Jane,\n\nWe take the snapshot at 31 March …",
        parent=first,
        html=OUTLOOK,
        message_id="AM0PR04MB1234/5678%20A1@eurprd04.prod.example",
        pictures={"logo@devon": picture(120, 36, (30, 90, 110))},
    )
    third = sower.post(thread, "Siân", "Thank you both", parent=reply, html=GMAIL)
    fourth = sower.post(
        thread,
        "Martin",
        "On 03/11/2026 14:05, Tom Okafor wrote:\n> We take the snapshot at 31 March and count an application as\n"
        "> determined on the day the notice is issued.\n\nSame here, since 2019.\n\n"
        "> Note that extensions of time agreed in writing count as in time.\n\n"
        "Only where the agreement is dated before the deadline: our auditor asked for the letters.\n\nMartin",
        parent=reply,
    )
    fifth = sower.post(
        thread,
        "Jane",
        "This is most helpful. I have put it together in a second version of the note (attached); shout if I have\n"
        "misquoted anybody.\n\nJane\n\nOn 4 Nov 2026, at 08:11, Martin Schofield <m.schofield@wakefield.example> wrote:\n"
        + "".join(
            f"> line {n} of what Martin wrote about agreements and deadlines\n" for n in range(12)
        ),
        new_text="This is most helpful. I have put it together in a second version of the note (attached); shout if I have\n"
        "misquoted anybody.\n\nJane",
        parent=fourth,
        files=[("Planning indicator note.docx", DOCX, b"PK second, longer " * 7_000)],
    )
    sower.post(thread, "Gareth", "Diolch Jane, very clear.\n\nGareth", parent=fifth)
    sower.post(thread, "Priya", "Could we put this on the agenda in December?", parent=third)

    thread = sower.thread(policy, "Service plans on two pages: examples wanted")
    first = sower.post(
        thread,
        "Alison",
        "Our chief executive would like every service plan on two sides of A4.\n\nHas anyone got there, and would you share one?",
        files=[("Two-page plan template.pdf", "application/pdf", b"%PDF-1.4 plan " * 90_000)],
    )
    sower.post(thread, "Priya", "We did for 2025/26. I shall dig one out.", parent=first)
    for number, subject in enumerate(SUBJECTS):
        thread = sower.thread(policy, subject)
        first = sower.post(thread, ("Martin", "Helen", "Alison", "Gareth")[number % 4], FILLER)
        for answer in range(number % 5):
            sower.post(thread, ("Jane", "Tom", "Siân", "Priya")[answer % 4], FILLER, parent=first)


def _climate(sower: Sower) -> None:
    climate = sower.community(
        "climate",
        "Climate and Energy",
        "Retrofit, heat networks, fleets and adaptation. Questions from officers to officers.",
    )
    thread = sower.thread(climate, "Heat network zoning: what have you told developers?")
    first = sower.post(
        thread,
        "Gareth",
        "We expect to fall within a zone next year, and two applications are on my desk now.\n\nGareth",
    )
    sower.post(thread, "Helen", "A short paper of ours is attached.", parent=first)
    retrofit = sower.community(
        "retrofit",
        "Retrofit in Social Housing",
        "A sub-community for landlords and council housing teams.",
        parent_id=climate.id,
    )
    thread = sower.thread(retrofit, "Damp after cavity wall insulation")
    sower.post(thread, "Alison", "Has anyone monitored humidity afterwards?")


def _hidden(sower: Sower) -> None:
    closed = sower.community(
        "chief-execs", "Chief Executives", "Frank talk.", visibility="closed", joining="approval"
    )
    thread = sower.thread(closed, "Budget gap before the settlement")
    sower.post(
        thread,
        "Priya",
        "In confidence: ours is twelve million.",
        files=[("Budget gap.xlsx", "application/vnd.ms-excel", b"PK gap " * 2_000)],
    )
    secret = sower.community(
        "inquiry", "Inquiry Support", "Nobody knows.", visibility="secret", joining="invitation"
    )
    thread = sower.thread(secret, "Witness bundle")
    sower.post(thread, "Helen", "The bundle is ready.")


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
