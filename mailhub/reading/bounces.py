"""Returned mail: whether a mail is a notice that another came back. Whom it speaks of is read in
`returned`. What a notice says is what it *claims*; anyone can write one, so it is believed only where a
token of ours proves it, elsewhere.

Reports of success ("delivered", "relayed", "expanded") are no returned mail, nor are answers to a
request for a receipt, nor complaints, nor a notice that a person forwards or answers.
"""

from __future__ import annotations

import re
from email.message import Message

from mailhub.reading.mentions import mentions
from mailhub.reading.notices import (
    REPORTS,
    Line,
    Notice,
    attached,
    header_text,
    leaves,
    notice_of,
    report_type,
)
from mailhub.reading.notifications import notified_type
from mailhub.reading.passing import alone_anywhere
from mailhub.reading.phrases import first_of, fold, phrases
from mailhub.reading.reports import (
    names_success_only,
)
from mailhub.reading.systems import (
    has_null_sender,
    is_from_daemon,
    is_from_system,
    is_submitted_automatically,
)
from mailhub.reading.transcripts import LISTED

_LEAD_LINES = 30
_FIRST_LINES = 2
# A reply with its enhanced code, as only servers write them: "550 5.1.1", "#554 5.2.2".
_CODED = re.compile(r"(?<![\d.])[45]\d\d[ -]{1,2}#?[45]\.\d{1,3}\.\d{1,3}(?!\d)")


def is_returned(message: Message) -> bool:
    """Whether the mail is a notice of failed or delayed delivery, even one that names nobody."""
    message = inner_notice(message)
    claimed = report_type(message)
    has_report = any(part.get_content_type() in REPORTS for part in leaves(message))
    if claimed in ("feedback-report", "disposition-notification") and not has_report:
        return claimed == "disposition-notification" and _is_rejection(message)
    subject = fold(header_text(message, "Subject"))
    failing = bool(first_of(subject, phrases("returns", "subjects")))
    by_system = is_from_system(message) or claimed == "delivery-status"
    unasked = has_null_sender(message) or is_submitted_automatically(message)
    if not (by_system or unasked or failing):
        return notified_type(message) in ("bounce", "deliverydelay")
    if not by_system and _is_of_a_person(message, subject):
        return False
    notice = notice_of(message)
    if notice.reports and (by_system or unasked or has_report):
        return not all(names_success_only(report) for report in notice.reports)
    if has_report or "X-Failed-Recipients" in message:
        return True
    if failing and (is_from_daemon(message) or message.get_content_type() == "multipart/report"):
        return True
    opening = [line for line in notice.prose if line.folded and line.folded[0] != ">"]
    by_program = is_from_daemon(message) or (failing and (by_system or unasked))
    if by_program and any(line.speaks for line in opening[:_LEAD_LINES]):
        return True
    if by_system and _names_who_failed(notice, opening[:_LEAD_LINES], failing=failing):
        return True
    # A program comes to its point; a person who shows us such a notice says something first.
    first = opening[: _LEAD_LINES if by_system else _FIRST_LINES]
    words = " ".join(line.folded for line in first)
    return "?" not in words and bool(first_of(words, phrases("returns", "machines")))


def inner_notice(message: Message) -> Message:
    """The notice inside of a wrapping that a gateway put around it (a disclaimer, an archive copy)."""
    first = next(iter(leaves(message)), message)
    if first is message or first.get_content_type() != "message/rfc822":
        return message
    inner = attached(first)
    if inner is None or inner.get_content_type() != "multipart/report":
        return message
    return inner if str(inner.get("Subject")) == str(message.get("Subject")) else message


def _is_rejection(message: Message) -> bool:
    # Dovecot refuses mail with a receipt (RFC 8098) that says "deleted" where a report was due.
    automatic = "rejected" in str(message.get("Auto-Submitted", "")).lower()
    return automatic or "rejected" in header_text(message, "Subject").lower()


def _names_who_failed(notice: Notice, opening: list[Line], *, failing: bool) -> bool:
    """Whether a mail system's notice, in a language whose words we may not know, lists a recipient near
    its top: below words of failure, or with a code, or where the subject tells of failure."""
    if any("?" in line.text for line in opening[:_FIRST_LINES]):
        return False
    barred = frozenset(fold(address) for address in (*notice.readers, notice.sender) if address)
    if mentions(opening, barred, LISTED):
        return True
    told = failing or any(_CODED.search(line.text) for line in opening)
    return told and bool(mentions(opening, barred, (alone_anywhere,)))


def _is_of_a_person(message: Message, subject: str) -> bool:
    """Whether the subject is that of a forward, an answer in a thread, or an absence notice."""
    before = subject.partition(":")[0].strip()
    if before in phrases("returns", "forwarded") or before in phrases("robots", "prefixes"):
        return True
    answers = before in phrases("returns", "answered")
    return answers and ("In-Reply-To" in message or "References" in message)
