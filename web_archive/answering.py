"""A mail as a person's mail program would write it: an answer with the quoted words below, or a new one.

Used by the postbox, where a newcomer is an officer for five minutes.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from mailhub.letter import Letter

SECONDS = 20
QUOTED = 20_000  # characters of an answered mail that are quoted
LONGEST = 900  # characters of a header line
_REPLY = ("re:", "aw:", "sv:", "antw:")


class NotTaken(Exception):
    """The hub's front door said no, or did not answer; the text is what it said."""


@dataclass(frozen=True, slots=True)
class File:
    """What is attached."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person is about to send; `answers` is the mail that it answers."""

    name: str
    address: str
    to: str
    subject: str
    text: str
    answers: Letter | None = None
    files: Sequence[File] = ()


def reply_to(letter: Letter) -> str:
    """Where an answer goes: Reply-To, else the author (RFC 5322, 3.6.2)."""
    return next((box.address for box in (*letter.reply_to, *letter.authors) if box.address), "")


def reply_subject(letter: Letter) -> str:
    """The subject of an answer."""
    subject = letter.subject.strip()
    return subject if subject.lower().startswith(_REPLY) else f"Re: {subject}"


def quoted(letter: Letter, introduction: str) -> str:
    """The words of a mail as they stand below an answer to it."""
    lines = letter.text[:QUOTED].rstrip().splitlines()
    return "\n".join(
        [introduction, *(f">{line}" if line[:1] == ">" else f"> {line}" for line in lines)]
    )


def compose(draft: Draft, now: datetime, message_id: str) -> EmailMessage:
    """The mail of a draft, with In-Reply-To and References where it is an answer."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((_line(draft.name), draft.address))
    mail["To"] = _line(draft.to)
    mail["Subject"] = _line(draft.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message_id}>"
    if draft.answers is not None and not draft.answers.message_id_made:
        before = [i for i in draft.answers.references if i.isascii() and " " not in i][-20:]
        mail["In-Reply-To"] = _line(f"<{draft.answers.message_id}>")
        mail["References"] = _line(" ".join(f"<{i}>" for i in (*before, draft.answers.message_id)))
    mail.set_content(draft.text.replace("\r\n", "\n"))
    for file in draft.files:
        main, _, sub = file.media_type.partition("/")
        mail.add_attachment(file.content, main, sub or "octet-stream", filename=_line(file.name))
    return mail


def send(mail: EmailMessage, sender: str, recipient: str, door: tuple[str, int]) -> None:
    """Hand a mail to the hub's front door (host, port) by SMTP; NotTaken says why it did not go."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(door[0], door[0])
    international = not f"{sender}{recipient}".isascii()
    options = ("SMTPUTF8", "BODY=8BITMIME") if international else ()
    # Not send_message, which makes ">From" of a line that begins with "From".
    octets = mail.as_bytes(policy=SMTP.clone(utf8=international))
    try:
        with smtplib.SMTP(host, door[1], timeout=SECONDS) as smtp:
            smtp.sendmail(sender, [recipient], octets, options)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        raise NotTaken(f"{code} {words.decode(errors='replace')}") from None
    except smtplib.SMTPResponseException as refused:
        said = refused.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        raise NotTaken(f"{refused.smtp_code} {text}") from None
    except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
        raise NotTaken(str(error)) from None


def _line(text: str) -> str:
    """One line that fits into a header, whatever was typed or pasted. What looks like a coded word (RFC 2047)
    is none: the standard library would decode it, line ends and all."""
    return " ".join(text.split()).replace("=?", "= ?")[:LONGEST]
