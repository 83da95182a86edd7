"""A library that tests file mails in, each as a post of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from sqlalchemy.orm import Session

from mailhub import library
from mailhub.blobs import Blobs
from mailhub.letter import Letter
from mailhub.library import Filed
from mailhub.models import Community, Inbound, Person, Post, Thread
from mailhub.reading import read

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
File = tuple[str, str, bytes]


def mail(*files: File, subject: str = "A paper", text: str = "Dear all,\n") -> EmailMessage:
    """A mail as a common client writes it. A file is (name, media type, bytes)."""
    letter = EmailMessage()
    letter["From"] = "Jane Doe <jane@council.example>"
    letter["To"] = "policy@lists.example.org"
    letter["Subject"] = subject
    letter.set_content(text)
    for name, media_type, content in files:
        main, sub = media_type.split("/")
        letter.add_attachment(
            content, maintype=main, subtype=sub, **({"filename": name} if name else {})
        )
    return letter


@dataclass
class Library:
    """A library that mails are filed in, each as a post of its own an hour after the last."""

    session: Session
    blobs: Blobs
    now: datetime = NOW
    person: Person | None = None
    communities: dict[str, Community] = field(default_factory=dict)

    def community(self, slug: str) -> Community:
        if slug not in self.communities:
            self.communities[slug] = Community(slug=slug, name=slug.title(), created_at=NOW)
            self.session.add(self.communities[slug])
            self.session.flush()
        return self.communities[slug]

    def post(self, letter: Letter, community: Community) -> Post:
        inbound = Inbound(received_at=self.now, recipients=[], size=0, due_at=self.now)
        thread = Thread(
            community_id=community.id, subject="", started_at=self.now, last_at=self.now
        )
        self.session.add_all([inbound, thread])
        self.session.flush()
        post = Post(
            community_id=community.id,
            thread_id=thread.id,
            inbound_id=inbound.id,
            message_id=f"{inbound.id}@x",
            content_hash="",
            author_name="",
            author_address="",
            subject=letter.subject,
            received_at=self.now,
            subject_key="",
        )
        self.session.add(post)
        self.session.flush()
        return post

    def files(self, *files: File, slug: str = "policy") -> list[Filed]:
        return self.reads(mail(*files).as_bytes(), slug)

    def reads(self, raw: bytes, slug: str = "policy") -> list[Filed]:
        self.now += timedelta(hours=1)
        letter, community = read(raw), self.community(slug)
        return library.file(
            self.session,
            library.prepare(self.blobs, letter),
            community=community,
            post_id=self.post(letter, community).id,
            person=self.person,
            now=self.now,
        )


def pdf(words: str) -> bytes:
    return b"%PDF-1.4\n" + words.encode()
