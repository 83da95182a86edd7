"""Complaints: a provider tells that one of its people called a mail of ours unwanted.

Abuse Reporting Format (RFC 5965) and its kin (RFC 6591), and the few forms of large providers that are
not it and cannot be anything else. A person who complains in words writes an ordinary mail.
"""

from __future__ import annotations

import re
from email.message import Message

from mailhub.reading.notices import header_text, leaves, report_type, text_of
from mailhub.reading.notifications import notified_type
from mailhub.reading.phrases import first_of, fold, phrases

_ATTACHED = ("message/rfc822", "text/rfc822-headers")
# Hotmail's Junk Mail Reporting Program and Amazon's service send the mail with one sentence, no fields.
_SUBJECT = re.compile(r"complaint about message from \[?[0-9a-f.:]{3,45}\]?", re.I)
# SpamCop's reports are text alone.
_SPAMCOP = re.compile(r"\[spamcop \([^()]{3,80}\) id:\d{1,20}\]", re.I)


def is_complaint(message: Message) -> bool:
    """Whether the mail is a feedback report of a provider.

    Apple Mail's button for leaving a list says so in a header of its own, and counts as one: whatever
    address it was sent to, it is no post.
    """
    if str(message.get("X-Apple-Unsubscribe", "")).strip().lower() == "true":
        return True
    if report_type(message) == "feedback-report":
        return True
    kinds = [part.get_content_type() for part in leaves(message)]
    if "message/feedback-report" in kinds:
        return True
    if any(kind in _ATTACHED for kind in kinds):
        subject = header_text(message, "Subject")
        if _SUBJECT.match(subject) or _says_so(message):
            return True
    if _SPAMCOP.match(header_text(message, "Subject")):
        return True
    return notified_type(message) == "complaint"


def _says_so(message: Message) -> bool:
    """The sentence that RFC 5965 shows in its examples, in a report whose type got lost."""
    for part in leaves(message):
        if part.get_content_type() == "text/plain":
            opening = fold(text_of(part, 2000)[:600])
            return bool(first_of(opening, phrases("returns", "complaints")))
    return False
