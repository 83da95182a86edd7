"""Mails that are made of others: an answer to one thing in a digest becomes a mail of its own, from the same
person, which goes the way of any mail, through the same rules.

It keeps what was found of who sent the mail that it was made of; nothing else of it is believed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from mailhub import addresses
from mailhub.compose import headers
from mailhub.letter import Attachment, Letter
from mailhub.models import Inbound, RawMail
from mailhub.process.work import Mail, Work


def derive(
    work: Work,
    mail: Mail,
    letter: Letter,
    *,
    to: str,
    subject: str,
    text: str,
    answers: str = "",
    files: Sequence[Attachment] = (),
) -> int:
    """A mail from the author of `letter` to an address of ours, taken now; its id. The same words of the
    same letter to the same address have the same Message-ID."""
    raw = _written(work, letter, to, subject, text, answers, files)
    inbound = Inbound(
        received_at=mail.inbound.received_at,
        peer=mail.inbound.peer,
        helo=mail.inbound.helo,
        protocol=mail.inbound.protocol,
        mail_from=mail.inbound.mail_from,
        recipients=[to],
        size=len(raw),
        due_at=work.now,
        proof=mail.proof.kept(),
    )
    work.session.add(inbound)
    work.session.flush()
    work.session.add(RawMail(inbound_id=inbound.id, raw=raw))
    work.derived.append(inbound.id)
    return inbound.id


def _written(
    work: Work,
    letter: Letter,
    to: str,
    subject: str,
    text: str,
    answers: str,
    files: Sequence[Attachment],
) -> bytes:
    author = letter.author
    named = "\0".join((letter.message_id, letter.content_hash, to, text))
    digest = hashlib.sha256(named.encode()).hexdigest()[:32]
    fields = [
        headers.raw("From", headers.mailbox(author.name, addresses.fold(author.address))),
        headers.raw("To", to),
        headers.field("Subject", subject[:500]),
        headers.raw("Date", format_datetime(letter.date or work.now)),
        headers.raw("Message-ID", f"<{digest}.answer@{work.tools.site.domain}>"),
    ]
    if answers:
        fields += [headers.identified(name, answers) for name in ("In-Reply-To", "References")]
    written = EmailMessage()
    written.set_content(text, cte="quoted-printable")
    for file in files:
        major, _, minor = file.media_type.partition("/")
        if major in ("message", "multipart"):
            major, minor = "application", "octet-stream"
        written.add_attachment(
            file.content, maintype=major, subtype=minor or "octet-stream", filename=file.filename
        )
    return headers.above(fields, written)
