"""A Letter as the JSON object of `mailhub inspect`."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from mailhub.letter import Attachment, Letter, Mailbox, ReturnedRecipient


def described(letter: Letter, file: str) -> dict[str, Any]:
    """The object for one mail; its names are a promise to other programs."""
    return {
        "file": file,
        "kind": letter.kind.value,
        "message_id": letter.message_id,
        "in_reply_to": letter.in_reply_to[0] if letter.in_reply_to else None,
        "references": list(letter.references),
        "from": _mailbox(letter.author),
        "from_all": [_mailbox(author) for author in letter.authors],
        "subject": letter.subject,
        "date": letter.date.astimezone(UTC).isoformat() if letter.date else None,
        "text": letter.text,
        "new_text": letter.new_text,
        "signature": letter.signature,
        "attachments": [_attachment(each) for each in letter.attachments],
        "bounce": {"recipients": [_returned(each) for each in letter.bounce]}
        if letter.bounce
        else None,
        "calendar": {
            "method": letter.calendar.method,
            "uid": letter.calendar.uid,
            "attendee": letter.calendar.attendee,
            "partstat": letter.calendar.partstat,
        }
        if letter.calendar
        else None,
        "absence": {"until": letter.absence.until.isoformat() if letter.absence.until else None}
        if letter.absence
        else None,
        "problems": list(letter.problems),
    }


def _mailbox(box: Mailbox) -> dict[str, str]:
    return {"name": box.name, "address": box.address}


def _attachment(file: Attachment) -> dict[str, Any]:
    return {
        "filename": file.filename,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.inline,
        "content_id": file.content_id,
    }


def _returned(recipient: ReturnedRecipient) -> dict[str, str]:
    return {
        "address": recipient.address,
        "action": recipient.action,
        "status": recipient.status,
        "kind": recipient.kind,
        "reason": recipient.reason,
        "cause": recipient.cause,
    }
