"""Bounces and complaints that Amazon's mail service reports as JSON, by mail (SNS).

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html. Refuses what does not come from
Amazon's addresses, and text over 200,000 characters.
"""

from __future__ import annotations

import json
from email.message import Message
from typing import Any

from mailhub.reading.addressing import address_in
from mailhub.reading.notices import leaves, text_of
from mailhub.reading.reports import MAX_RECIPIENTS, Group
from mailhub.reading.statuses import enhanced_status

_MAX_TEXT = 200_000
_SENDERS = ("amazonaws.com", "amazonses.com")


def notified_type(message: Message) -> str:
    """ "bounce", "complaint", "deliverydelay", another type in small letters, or ""."""
    found = _notification(message)
    return str(found.get("notificationType") or found.get("eventType") or "").lower()


def notified(message: Message) -> list[Group]:
    """The recipients of a notified bounce or delay."""
    found = _notification(message)
    bounce = found.get("bounce")
    delay = found.get("deliveryDelay")
    about = bounce if isinstance(bounce, dict) else delay if isinstance(delay, dict) else {}
    recipients = about.get("bouncedRecipients") or about.get("delayedRecipients") or []
    transient = about is delay or about.get("bounceType") == "Transient"
    groups: list[Group] = []
    for one in recipients[:MAX_RECIPIENTS] if isinstance(recipients, list) else []:
        if not isinstance(one, dict):
            continue
        words = str(one.get("diagnosticCode") or about.get("bounceSubType") or "")
        status = enhanced_status(str(one.get("status") or "")) or enhanced_status(words)
        status = status or ("4.0.0" if transient else "5.0.0")
        action = "delayed" if about is delay else "failed"
        groups.append(Group(address_in(str(one.get("emailAddress") or "")), action, status, words))
    return groups


def _notification(message: Message) -> dict[str, Any]:
    sender = str(message.get("From", "")).lower()
    if not any(one in sender for one in _SENDERS):
        return {}
    for part in leaves(message):
        if part.get_content_maintype() == "text":
            found = _first_object(text_of(part))
            if isinstance(found.get("Message"), str):  # wrapped by SNS
                found = _first_object(found["Message"])
            if "notificationType" in found or "eventType" in found:
                return found
    return {}


def _first_object(text: str) -> dict[str, Any]:
    start = text.find("{")
    if start < 0 or len(text) > _MAX_TEXT:
        return {}
    try:
        found, _ = json.JSONDecoder().raw_decode(text[start:])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
