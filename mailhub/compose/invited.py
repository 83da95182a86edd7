"""An invitation as its readers get it: one mail for all, in which each copy has a few lines of its own.

The body is made once: its words, plain and as HTML, and its calendar, once for programs that show buttons and once
as a file for all others. A copy's own are the header lines for leaving and
for answering, and in the calendar who invites (an address with a token of this reader) and who is invited (this
reader alone, never a list of 642). So a copy costs two tokens and a join of bytes.
"""

from __future__ import annotations

import quopri
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailhub.addresses import Purpose, Token
from mailhub.compose import headers, ics
from mailhub.compose.delivered import personal
from mailhub.compose.shown import as_html
from mailhub.site import Site

_SHORT = 64  # octets of an address that need no further fold
_OWN = re.compile(rb"X-MAILHUB-OWN-LINES:([A-Z-]{2,20})\r\n")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A mail with gaps for each copy's own lines in its calendar; in front of it stand the copy's own
    header lines. All that is the same in these is made once."""

    slug: str
    event_id: int
    pieces: tuple[bytes, ...]  # between the gaps
    reply_to: bytes  # the field up to its address
    lines: tuple[tuple[bytes, bytes], ...]  # of each gap: who invites, and who is invited, up to it

    def copy(
        self, site: Site, membership_id: int | None, person_id: int | None, address: str
    ) -> tuple[bytes, bytes]:
        """(this reader's part, with all that stands in front of the last gap, the rest)."""
        token = Token(Purpose.EVENT, self.event_id, person_id or 0)
        answer_to = site.tokens.address(self.slug, token, site.domain)
        parts = []
        if membership_id and person_id:
            parts.append(personal(self.slug, site, membership_id, person_id))
        parts += [self.reply_to, answer_to.encode("ascii"), b">\r\n"]
        inviting, invited = _mailto(answer_to), _mailto(address)
        for piece, (by, to) in zip(self.pieces, self.lines, strict=False):
            parts += [piece, by, inviting, to, invited]
        return b"".join(parts), self.pieces[-1]


def of_raw(raw: bytes, slug: str, community: str, event_id: int) -> Invitation:
    """A mail that `written` made, taken apart at its gaps."""
    found = _OWN.split(raw)
    name = headers.mailbox(community, "x@y").rpartition("<")[0].strip()
    return Invitation(
        slug,
        event_id,
        tuple(found[::2]),
        headers.raw("Reply-To", f"{name} <")[:-2],
        tuple(_own_lines(community, answer.decode("ascii")) for answer in found[1::2]),
    )


def _own_lines(community: str, answer: str) -> tuple[bytes, bytes]:
    """Both lines up to their values, which stand behind a fold."""
    rsvp = ";RSVP=TRUE" if answer == "NEEDS-ACTION" else ""
    said = f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer}{rsvp}"
    return (
        _quoted(ics.line(f"ORGANIZER;CN={ics.parameter(community)}", "")),
        _quoted(ics.line(said, "")),
    )


def _mailto(address: str) -> bytes:
    """The value of such a line behind the fold: an address in quoted-printable, which of most is what it
    was."""
    if len(address) <= _SHORT and address.isascii() and "=" not in address:
        return b" mailto:" + address.encode("ascii") + b"\r\n"
    # Folded anew: the first octet of each line is the blank of the fold.
    return b" " + _quoted(ics.line("mailto", address))


def written(
    site: Site,
    *,
    slug: str,
    community: str,
    event_id: int,
    sender: str,
    subject: str,
    body: str,
    calendar: str,
    method: str,
    now: datetime,
    in_reply_to: str = "",
) -> tuple[str, bytes]:
    """(Message-ID, the mail but for what is each copy's own). `calendar` may have gaps, lines that
    `ics.OWN_LINES` begins; `sender` is the name in From."""
    token = site.tokens.word(Token(Purpose.EVENT, event_id))
    message_id = f"{token}.{secrets.token_hex(6)}@{site.domain}"
    boundary = f"=_{secrets.token_hex(16)}"
    fields = [
        headers.list_id(community, f"{slug}.{site.domain}"),
        headers.raw("List-Post", f"<mailto:{site.address(slug)}>"),
        headers.raw("List-Help", f"<mailto:{site.address(slug, 'help')}>"),
        headers.raw("List-Owner", f"<mailto:{site.address(slug, 'facilitators')}>"),
        headers.raw("List-Archive", f"<{site.community_url(slug)}>"),
        headers.raw("Archived-At", f"<{site.event_url(slug, event_id)}>"),
        headers.raw("Precedence", "list"),
        headers.raw("Auto-Submitted", "auto-generated"),
        headers.raw("X-Auto-Response-Suppress", "All"),
        headers.raw("From", headers.mailbox(sender, site.address(slug, "notices"))),
        headers.raw("To", headers.mailbox(community, site.address(slug))),
        headers.field("Subject", subject),
        headers.raw("Date", format_datetime(now)),
        headers.raw("Message-ID", f"<{message_id}>"),
    ]
    if in_reply_to:
        fields += [
            headers.raw("In-Reply-To", f"<{in_reply_to}>"),
            headers.raw("References", f"<{in_reply_to}>"),
        ]
    fields += [
        headers.raw("MIME-Version", "1.0"),
        headers.raw("Content-Type", f'multipart/mixed; boundary="{boundary}"'),
    ]
    said = _calendar(calendar)
    # Gmail shows its buttons for the last alternative, Outlook for one whose method is the calendar's own;
    # programs that show neither have the file.
    alternatives = [
        _part("text/plain; charset=utf-8", _quoted(body)),
        _part("text/html; charset=utf-8", _quoted(as_html(body, subject))),
        _part(f"text/calendar; charset=utf-8; method={method}", said),
    ]
    inner = f"{boundary}_"
    parts = [
        f'Content-Type: multipart/alternative; boundary="{inner}"\r\n\r\n'.encode()
        + _between(inner, alternatives)
        + b"\r\n",
        _part('application/ics; name="invite.ics"', said, 'attachment; filename="invite.ics"'),
    ]
    return message_id, b"".join([*fields, b"\r\n", _between(boundary, parts)])


def _between(boundary: str, parts: Sequence[bytes]) -> bytes:
    mark = f"--{boundary}\r\n".encode()
    return b"".join([*(mark + part for part in parts), f"--{boundary}--\r\n".encode()])


def _part(content_type: str, octets: bytes, disposition: str = "") -> bytes:
    fields = [f"Content-Type: {content_type}"]
    fields += [f"Content-Disposition: {disposition}"] if disposition else []
    head = "\r\n".join([*fields, "Content-Transfer-Encoding: quoted-printable", "", ""])
    return head.encode("ascii") + octets + b"\r\n"


def _calendar(calendar: str) -> bytes:
    """A calendar in quoted-printable, its gaps as they stand."""
    pieces = re.split(rf"({ics.OWN_LINES}:[A-Z-]+\r\n)", calendar)
    return b"".join(
        piece.encode("ascii") if number % 2 else _quoted(piece)
        for number, piece in enumerate(pieces)
    )


def _quoted(text: str) -> bytes:
    octets = quopri.encodestring(text.replace("\r\n", "\n").encode())
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def gap(answer: str) -> str:
    """A line of a calendar in whose place each copy has its own: who invites, and who is invited."""
    return f"{ics.OWN_LINES}:{answer}\r\n"
