"""Reading: raw octets in, a Letter out. Pure, bounded in time and memory, and it never raises.

The way of a mail: `gate` looks at the raw octets; `parts` makes a tree of them; `headers` reads its
header, `bodies` its `leaves`, `calendars` an invitation; `quotes` tells new words from old; `robots` and `bounces` say what it may be
besides a post; `kinds` decides. What cannot be read is a Letter of kind UNREADABLE with the reasons
in `problems`.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace

from mailhub.letter import BLANK, CalendarAnswer, Kind, Letter, Mailbox
from mailhub.reading import (
    absences,
    bodies,
    calendars,
    carried,
    dividing,
    gate,
    headers,
    kinds,
    parts,
    quotes,
    returned,
    robots,
    spam_marks,
)
from mailhub.reading.returned import refused

log = logging.getLogger(__name__)


def read(raw: bytes) -> Letter:
    """All that can be known of a mail. Never raises; the worst is kind UNREADABLE with its problems."""
    problems = gate.problems(raw)
    try:
        return _read(gate.minimal(raw) if problems else raw, problems, raw)
    except dividing.TooManyPartsError:
        problems = ("too-many-parts",)
    except Exception:  # a stranger's mail must never stop the hub; the raw mail is kept
        log.warning("a mail could not be read", exc_info=True)
        problems = ("reading-failed",)
    try:
        return _read(gate.minimal(raw), problems, raw)
    except Exception:
        log.warning("not even the headers of a mail could be read", exc_info=True)
        return _unread(problems, raw)


def _unread(problems: tuple[str, ...], raw: bytes) -> Letter:
    """A Letter that says nothing but that it could not be read."""
    content_hash = hashlib.sha256(raw).hexdigest()
    return replace(
        BLANK,
        kind=Kind.UNREADABLE,
        message_id=_made_id(content_hash),
        content_hash=content_hash,
        ambiguous_author=True,
        problems=problems,
    )


def _made_id(content_hash: str) -> str:
    """The id of a mail that has none; the same each time it comes (RFC 2606: no real domain)."""
    return f"{content_hash[:40]}@made.invalid"


def _read(raw: bytes, problems: tuple[str, ...], whole: bytes) -> Letter:
    """What `raw` says: the mail itself, or with `problems` the little of it that can be read."""
    root = parts.tree(raw)
    fields = headers.Fields(root)
    body = bodies.read(root)
    text, html = body.text(), "\n".join(body.html)

    authors, doubts = headers.authors(fields)
    reply_to, to, cc = (headers.who(fields, name).mailboxes for name in ("reply-to", "to", "cc"))
    date, claimed_date, date_well = headers.date(fields)
    subject = fields.line("subject")
    found = [*problems, *doubts, *([] if date_well else ["date-badly-written"]), *body.problems]
    content_hash = hashed(
        authors[0].address.lower() if authors else "",
        subject,
        claimed_date,
        text or html,
        *(file.sha256 for file in body.attachments),
        unread=whole if problems else b"",
    )
    message_id = headers.message_id(fields)
    calendar = calendar_of(body)
    in_reply_to = headers.ids(fields, "in-reply-to")
    references = headers.ids(fields, "references")
    name = authors[0].name if authors else ""
    words = quotes.split(text, html, subject, name, answers=bool(in_reply_to or references))
    signs = kinds.Signs(root, subject, words.new_text, calendar, unreadable=bool(problems))
    kind = kinds.decide(signs)
    return Letter(
        kind=kind,
        message_id=message_id or _made_id(content_hash),
        message_id_made=not message_id,
        in_reply_to=in_reply_to,
        references=references,
        thread_index=headers.thread_index(fields),
        content_hash=content_hash,
        authors=authors,
        reply_to=reply_to,
        to=to,
        cc=cc,
        ambiguous_author=bool(doubts),
        subject=subject,
        date=date,
        claimed_date=claimed_date,
        text=text,
        new_text=words.new_text,
        signature=words.signature,
        html=html,
        attachments=tuple(body.attachments),
        bounce=returned.returned(root) if kind is Kind.BOUNCE else (),
        carried=carried.tokens(root) if kind in (Kind.BOUNCE, Kind.COMPLAINT) else (),
        absence=(
            absences.absence(subject, words.new_text, date) if kind is Kind.AUTO_REPLY else None
        ),
        calendar=calendar,
        reaction=signs.reaction if kind is Kind.REACTION else "",
        list_ids=robots.passed_on_by(root),
        received_count=len(fields.all("received")),
        spam_mark=spam_marks.spam_mark(fields),
        problems=tuple(dict.fromkeys(found)),
    )


def calendar_of(body: bodies.Body) -> CalendarAnswer | None:
    """What the first calendar among the files says."""
    for file in body.attachments:
        if file.media_type in ("text/calendar", "application/ics"):
            found = calendars.read(file.content)
            if found:
                return found
    return None


def hashed(*pieces: str, unread: bytes = b"") -> str:
    """What makes a mail this mail, in hex: nothing that a relay adds or re-encodes is in it."""
    digest = hashlib.sha256()
    for piece in pieces:
        octets = " ".join(piece.split()).encode("utf-8", "replace")
        digest.update(b"%d:" % len(octets) + octets)
    if unread:
        digest.update(unread[len(gate.header_block(unread)) :])
    return digest.hexdigest()


__all__ = ["Kind", "Mailbox", "read", "refused"]
