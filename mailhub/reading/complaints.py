"""Complaints: a provider tells that one of its people called a mail of ours unwanted.

Abuse Reporting Format (RFC 5965), and the few forms of large providers that are not it and cannot be
anything else. A person who complains in words writes an ordinary mail.
"""

from __future__ import annotations

import json
from email.message import Message

from mailhub.reading.notices import header_text, leaves, text_of

_HOTMAIL = ("staff@hotmail.com", "staff@outlook.com")


def is_complaint(message: Message) -> bool:
    """Whether the mail is a feedback report of a provider."""
    if str(message.get_param("report-type", "")).lower() == "feedback-report":
        return True
    kinds = {part.get_content_type() for part in leaves(message)}
    if "message/feedback-report" in kinds:
        return True
    if "message/rfc822" in kinds and _is_of_hotmail(message):
        return True
    return notification_type(message) == "complaint"


def _is_of_hotmail(message: Message) -> bool:
    # Hotmail's Junk Mail Reporting Partner Program sends the mail with one sentence and no fields.
    sender = str(message.get("From", "")).lower()
    subject = header_text(message, "Subject").lower()
    return any(one in sender for one in _HOTMAIL) and subject.startswith(
        "complaint about message from"
    )


def notification(message: Message) -> dict[str, object]:
    """The JSON that Amazon's SES sends by mail of a bounce or a complaint; {} where there is none."""
    sender = str(message.get("From", "")).lower()
    if "amazonaws.com" not in sender and "amazonses.com" not in sender:
        return {}
    for part in leaves(message):
        if part.get_content_maintype() != "text":
            continue
        text = text_of(part).strip()
        for found in _objects(text):
            if isinstance(found.get("Message"), str):
                found = next(iter(_objects(str(found["Message"]))), {})
            if "notificationType" in found or "eventType" in found:
                return found
    return {}


def notification_type(message: Message) -> str:
    """ "bounce", "complaint", another type in small letters, or ""."""
    found = notification(message)
    return str(found.get("notificationType") or found.get("eventType") or "").lower()


def _objects(text: str) -> list[dict[str, object]]:
    start = text.find("{")
    if start < 0 or start > 2000 or len(text) > 200_000:
        return []
    try:
        found, _ = json.JSONDecoder().raw_decode(text[start:])
    except (ValueError, RecursionError):
        return []
    return [found] if isinstance(found, dict) else []
