"""Complaints: a provider tells that one of its people called a mail of ours unwanted.

Abuse Reporting Format (RFC 5965) and its kin (RFC 6591), and the few forms of large providers that are
not it and cannot be anything else. A person who complains in words writes an ordinary mail.
"""

from __future__ import annotations

from email.message import Message

from mailhub.reading.notices import addresses_of, header_text, leaves, text_of
from mailhub.reading.notifications import notified_type
from mailhub.reading.phrases import first_of, fold, phrases

_HOTMAIL = ("staff@hotmail.com", "staff@outlook.com", "staff@hotmail.example")
_ATTACHED = ("message/rfc822", "text/rfc822-headers")


def is_complaint(message: Message) -> bool:
    """Whether the mail is a feedback report of a provider."""
    if str(message.get_param("report-type", "")).lower() == "feedback-report":
        return True
    kinds = [part.get_content_type() for part in leaves(message)]
    if "message/feedback-report" in kinds:
        return True
    if any(kind in _ATTACHED for kind in kinds) and (_is_hotmail(message) or _says_so(message)):
        return True
    return notified_type(message) == "complaint"


def _is_hotmail(message: Message) -> bool:
    # Hotmail's Junk Mail Reporting Program sends the mail with one sentence and no fields.
    sender = next(iter(addresses_of(message, "From")), "").lower()
    subject = header_text(message, "Subject").lower()
    return sender in _HOTMAIL and subject.startswith("complaint about message from")


def _says_so(message: Message) -> bool:
    """The sentence that RFC 5965 shows in its examples, in a report whose type got lost."""
    for part in leaves(message):
        if part.get_content_type() == "text/plain":
            opening = fold(text_of(part, 2000)[:600])
            return bool(first_of(opening, phrases("returns", "complaints")))
    return False
