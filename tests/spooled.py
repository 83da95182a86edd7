"""A mail in the spool, as if it had been taken: where SMTP is not what is tested."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub.models import Inbound, RawMail


def spooled(
    session: Session, raw: bytes, mail_from: str, *recipients: str, at: datetime, **more: Any
) -> int:
    """Keeps it, taken and due at that time; its number. `more` are other columns of its Inbound."""
    columns: dict[str, Any] = {"received_at": at, "due_at": at, "size": len(raw)}
    mail = Inbound(mail_from=mail_from, recipients=list(recipients), **columns | more)
    mail.raw = RawMail(raw=raw)
    session.add(mail)
    session.flush()
    return mail.id
