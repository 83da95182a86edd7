"""Letter: all that is known of one mail, read once and frozen.

A Letter is made by `mailhub.reading` from raw bytes and holds only cleaned strings: no control
characters, no surrogates, no line ends outside of bodies. Nothing in it is believed because the
mail says so; it is what the mail *claims*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a mail is, before anyone asks where it goes."""

    POST = "post"
    COMMAND = "command"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    COMPLAINT = "complaint"
    CALENDAR_REPLY = "calendar-reply"
    RECEIPT = "receipt"
    REACTION = "reaction"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One name and address of a header. `address` is as written; compare with `addresses.fold`."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A leaf of the mail that is not body text: files, inline pictures, attached mails (one each).

    `filename` is safe to store and show (no path, no control or direction marks, at most 200
    characters; empty where the mail gave none); `claimed_filename` is what the mail said, cleaned of
    control characters only.
    """

    filename: str
    claimed_filename: str
    media_type: str
    content: bytes = field(repr=False)
    sha256: str
    inline: bool = False
    content_id: str | None = None

    @property
    def size(self) -> int:
        """Octets after decoding."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class ReturnedRecipient:
    """One recipient that a returned mail speaks of (RFC 3464).

    `action` is "failed" or "delayed"; `status` an enhanced code (RFC 3463) or ""; `kind` "hard" or
    "soft"; `reason` the remote words; `cause` their meaning by name (templates/words/returns.toml), ""
    where they are not understood.
    """

    address: str
    action: str
    status: str
    kind: str
    reason: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """What an automatic answer says of its writer: they are away; `until` where it says so."""

    until: date | None


@dataclass(frozen=True, slots=True)
class CalendarAnswer:
    """What an attached iCalendar says (RFC 5546), enough to know its kind."""

    method: str
    uid: str
    attendee: str
    partstat: str


@dataclass(frozen=True, slots=True)
class Letter:
    """All that is known of one mail."""

    kind: Kind
    # Identity. Ids are without angle brackets. `message_id` is never empty: where the mail has none,
    # one is made from its content, the same each time.
    message_id: str
    message_id_made: bool
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    thread_index: bytes
    content_hash: str  # hex; of what makes it this mail: author, subject, date, bodies

    # Who, to whom, when.
    authors: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    ambiguous_author: bool  # no From, several From lines, or a From with two readings
    subject: str
    date: datetime | None  # aware; what the author claims
    claimed_date: str

    # Words.
    text: str
    new_text: str
    signature: str
    html: str  # the HTML body as it came, decoded; "" where there is none
    attachments: tuple[Attachment, ...]

    # What else it is.
    bounce: tuple[ReturnedRecipient, ...] = ()
    # Of a bounce or a complaint: addresses and links in what came back that may be tokens of ours.
    carried: tuple[str, ...] = ()
    absence: Absence | None = None  # of an automatic answer
    calendar: CalendarAnswer | None = None
    reaction: str = ""
    list_ids: tuple[str, ...] = ()  # List-Id, X-Loop, List-Post, X-BeenThere values: who sent it on
    received_count: int = 0
    spam_mark: str = ""  # the field by which a spam filter in front marked it
    problems: tuple[str, ...] = ()  # codes; their words stand in templates/words/

    @property
    def author(self) -> Mailbox:
        """The first author, an empty Mailbox where the mail names none."""
        return self.authors[0] if self.authors else Mailbox("", "")


# A letter without a word; `dataclasses.replace` puts in what there is.
BLANK = Letter(
    kind=Kind.POST,
    message_id="",
    message_id_made=True,
    in_reply_to=(),
    references=(),
    thread_index=b"",
    content_hash="",
    authors=(),
    reply_to=(),
    to=(),
    cc=(),
    ambiguous_author=False,
    subject="",
    date=None,
    claimed_date="",
    text="",
    new_text="",
    signature="",
    html="",
    attachments=(),
)
