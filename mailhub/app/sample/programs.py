"""A turn as its author's mail program writes it: bodies, header lines, the answered mail below.

An answer is made from the copy that its author received: its ids, its address for answers, its words
with the list's footer, its pictures, all as mail programs carry them along.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import tomllib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    select_autoescape,
)
from markupsafe import Markup

from mailhub.app.sample import wording
from mailhub.app.sample.story import Character, Story, Turn
from mailhub.letter import Letter, Mailbox

_BODY = re.compile(r"<body\b[^>]*>(.*?)</body>", re.IGNORECASE | re.DOTALL)
_PREFIX = re.compile(r"(?:re|fw|fwd): ", re.IGNORECASE)
_1601 = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail that is answered, as the templates show it."""

    letter: Letter
    name: str
    address: str
    at: datetime
    to: str
    subject: str
    text: str
    html: Markup

    @classmethod
    def of(cls, letter: Letter, fallback: datetime) -> Answered:
        """From a copy as it was received."""
        to = "; ".join(box.name or box.address for box in letter.to)
        inner = _BODY.search(letter.html)
        text = letter.text.replace("\r\n", "\n").strip()
        html = inner[1] if inner else letter.html or escape(text).replace("\n", "<br>\n")
        return cls(
            letter,
            letter.author.name or letter.author.address,
            letter.author.address,
            letter.date or fallback,
            to,
            letter.subject,
            text,
            Markup(html),
        )


class Programs:
    """The mail programs of a story."""

    def __init__(self, story: Story) -> None:
        folder = story.folder / "programs"
        self._story = story
        self._known = tomllib.loads((folder / "programs.toml").read_text(encoding="utf-8"))
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html",)),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"wrapped": wording.wrapped, "quoted": wording.quoted}

    def write(
        self, turn: Turn, at: datetime, to: Sequence[Mailbox], answered: Answered | None
    ) -> EmailMessage:
        """The mail of a turn, written at this time to these addresses."""
        me = self._story.people[turn.by]
        program = self._known[me.program]
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(me.name, addr_spec=me.address)
        mail["To"] = [Address(box.name, addr_spec=box.address) for box in to]
        mail["Subject"] = turn.subject or _subject(program["answer"], answered)
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = f"<{self._story.message_id(turn)}>"
        if answered and not turn.forgets:
            ids = [*answered.letter.references, answered.letter.message_id]
            mail["In-Reply-To"] = f"<{answered.letter.message_id}>"
            mail["References"] = " ".join(f"<{one}>" for one in dict.fromkeys(ids))
        if turn.automatic:
            mail["Auto-Submitted"] = "auto-replied"
            mail["X-Auto-Response-Suppress"] = "All"
            mail.set_content(f"{turn.words}\n", cte="quoted-printable")
            return mail
        if program.get("thread_index") and not turn.forgets:
            mail["Thread-Topic"] = _PREFIX.sub("", mail["Subject"])
            mail["Thread-Index"] = _thread_index(turn, at, answered)
        for name, value in program["headers"].items():
            mail[name] = value
        self._bodies(mail, turn, me, answered)
        for paper in turn.papers:
            guessed = mimetypes.guess_type(paper.file)[0] or "application/octet-stream"
            main, _, sub = guessed.partition("/")
            content = (self._story.folder / "papers" / paper.file).read_bytes()
            mail.add_attachment(content, main, sub, filename=paper.name)
        return mail

    def _bodies(
        self, mail: EmailMessage, turn: Turn, me: Character, answered: Answered | None
    ) -> None:
        above, answers = wording.between(turn.words, answered.text if answered else "")
        key = hashlib.sha256(turn.id.encode()).hexdigest()[:16].upper()
        logo = f"image001.png@{key[:8]}.{key[8:]}" if me.logo else ""
        facts: dict[str, Any] = {
            "me": me,
            "answered": answered,
            "words": wording.plain(turn.words),
            "words_html": Markup(wording.html(turn.words)),
            "above": above,
            "between": answers,
            "logo": logo,
        }
        text = self._environment.get_template(f"{me.program}/body.txt").render(facts)
        mail.set_content(f"{text.strip()}\n", cte="quoted-printable")
        try:
            template = self._environment.get_template(f"{me.program}/body.html")
        except TemplateNotFound:
            return
        html = template.render(facts)
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
        self._pictures(mail, html, me, logo, answered)

    def _pictures(
        self,
        mail: EmailMessage,
        html: str,
        me: Character,
        logo: str,
        answered: Answered | None,
    ) -> None:
        """The logo of a signature, and the pictures of the mail that is quoted below."""
        pictures = []
        if logo:
            content = (self._story.folder / "logos" / me.logo).read_bytes()
            pictures.append((logo, "image001.png", content))
        if answered:
            pictures += [
                (one.content_id, one.filename or "image.png", one.content)
                for one in answered.letter.attachments
                if one.content_id and f"cid:{one.content_id}" in html
            ]
        *_, page = mail.iter_parts()
        for content_id, name, content in pictures:
            page.add_related(
                content, "image", "png", cid=f"<{content_id}>", filename=name, disposition="inline"
            )


def _subject(prefix: str, answered: Answered | None) -> str:
    return prefix + _PREFIX.sub("", answered.subject if answered else "")


def _thread_index(turn: Turn, at: datetime, answered: Answered | None) -> str:
    """As Outlook makes it: the time and a random number, and five octets for each answer since."""
    dice = hashlib.sha256(f"index {turn.id}".encode()).digest()
    if answered and answered.letter.thread_index:
        return b64encode(answered.letter.thread_index + dice[:5]).decode()
    ticks = int((at - _1601).total_seconds()) * 10_000_000
    return b64encode((ticks >> 16).to_bytes(6, "big") + dice[:16]).decode()
