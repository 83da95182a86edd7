"""Mail of the hub's own: a template, a stable From, and nothing that a robot would answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from mailhub import words
from mailhub.addresses import HUB, Token
from mailhub.compose import headers, private
from mailhub.compose.encoding import with_crlf
from mailhub.compose.parts import scan
from mailhub.letter import Letter, Mailbox
from mailhub.reading import filenames
from mailhub.site import Site


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail of ours."""

    filename: str
    media_type: str
    content: bytes


class Templates:
    """The words of our mail: templates/mail/<name>/{subject.txt,body.txt}, and in another language
    {subject.cy.txt,body.cy.txt} where there are such. An unknown variable in one of them is an error."""

    def __init__(self, folder: Path) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder / "mail"),
            undefined=StrictUndefined,
            autoescape=False,  # text, not HTML
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters.update(month=_month, day=_day, moment=_moment)
        self.environment.filters.update(reason=_reason, held=_held)

    def render(self, template: str, language: str = "", **facts: Any) -> tuple[str, str]:
        """(subject on one line, body), in a language where there are words in it, else in English."""
        subject = self._part(template, "subject", language).render(facts)
        return " ".join(subject.split())[:200], self.body(template, language, **facts)

    def body(self, template: str, language: str = "", **facts: Any) -> str:
        """The body alone."""
        return self._part(template, "body", language).render(facts).strip() + "\n"

    def _part(self, template: str, part: str, language: str) -> Template:
        names = [f"{template}/{part}.{language}.txt"] if language else []
        return self.environment.select_template([*names, f"{template}/{part}.txt"])

    def line(self, template: str, **facts: Any) -> str:
        """One line of words that stands in a mail of somebody else, such as the footer."""
        return " ".join(self.environment.get_template(template).render(facts).split())


def _day(day: date, language: str = "en") -> str:
    names = words.table("digest", language)
    month, _, year = _month(day, language).rpartition(" ")
    return f"{names['date'].format(day=day.day, month=month)} {year}"


def _month(day: date, language: str = "en") -> str:
    names = words.table("digest", language)["months"]["names"]
    return f"{names[day.month - 1]} {day.year}"


def _reason(name: str, language: str = "en") -> str:
    """Why a mail is held, as it stands behind "Why:" in a notice."""
    return str(words.table("reasons", language).get(name, name))


def _held(key: str) -> str:
    """What a key of that which is held on a person is called."""
    return str(words.table("held").get(key, key.replace("_", " ")))


def _moment(at: datetime, language: str = "en") -> str:
    day_at = words.table("digest", language)["day_at"]
    return f"{day_at.format(day=_day(at, language), time=f'{at:%H:%M}')} UTC"


def written(
    site: Site,
    *,
    sender: Mailbox,
    to: str,
    subject: str,
    body: str,
    now: datetime,
    token: Token | None = None,
    slug: str = HUB,
    in_reply_to: str = "",
    automatic: bool = True,
    enclosures: tuple[Enclosure, ...] = (),
) -> tuple[str, bytes]:
    """(Message-ID, the whole mail with CRLF line ends). It says that a machine wrote it (RFC 3834).

    `sender` is the same in all mail of one community, so that address books and lists of safe senders
    can keep it; an answer goes to the address of `token`, which stands in the Message-ID too, since
    some programs pass over Reply-To.
    """
    message_id = f"{secrets.token_hex(12)}@{site.domain}"
    # Who has an 8-bit address is written to by it, through a relay that speaks SMTPUTF8.
    fields = [
        headers.raw("From", headers.mailbox(sender.name, sender.address)),
        headers.raw("To", to),
    ]
    if token:
        message_id = f"{site.tokens.word(token)}.{secrets.token_hex(6)}@{site.domain}"
        reply = site.tokens.address(slug, token, site.domain)
        fields.append(headers.raw("Reply-To", headers.mailbox(sender.name, reply)))
    fields += [
        headers.field("Subject", subject),
        headers.raw("Date", format_datetime(now)),
        headers.raw("Message-ID", f"<{message_id}>"),
    ]
    if in_reply_to:
        fields += [headers.identified(name, in_reply_to) for name in ("In-Reply-To", "References")]
    fields += [
        headers.raw("Auto-Submitted", "auto-replied" if automatic else "auto-generated"),
        headers.raw("X-Auto-Response-Suppress", "All"),
    ]
    mail = EmailMessage()
    mail.set_content(body, cte="quoted-printable")
    for enclosure in enclosures:
        major, _, minor = enclosure.media_type.partition("/")
        mail.add_attachment(
            enclosure.content,
            maintype=major,
            subtype=minor or "octet-stream",
            filename=filenames.safe(enclosure.filename),
        )
    return message_id, headers.above(fields, mail)


def passed_on(
    raw: bytes, letter: Letter, site: Site, recipient: str, *, via: str = "", results: str = ""
) -> bytes:
    """A mail as it goes on privately to those who look after an address: as it came, but for what
    must not go on, its author the one to answer. With `via`, that name and the address it was written
    to stand in From, as in `compose.delivered`; `results` is what we found of who sent it."""
    raw = with_crlf(raw)
    root = scan(raw)
    body = private.bodies(raw, root, site)[root.body :]
    fields = headers.kept(raw[: root.header_end], own_authserv=site.domain)
    kept = headers.once(private.kept(fields, site))
    own = headers.results(results) if results else b""
    own += headers.field("X-Mailhub-To", recipient)
    author = headers.mailbox(letter.author.name, letter.author.address)
    gone: tuple[str, ...] = ()
    if letter.author.address:
        own += headers.raw("Reply-To", author)
    if letter.message_id_made:
        own += headers.raw("Message-ID", f"<{letter.message_id}>")
    if via:
        own += headers.raw("From", headers.mailbox(via, recipient))
        own += headers.raw("Author", author) if letter.author.address else b""
        gone = ("from", "sender", "author", "dkim-signature")
    goes_on = (octets for name, octets in kept if name not in gone)
    return b"".join([own, *goes_on, b"\r\n", body])
