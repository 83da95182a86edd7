"""A timer: newsletters whose time has come are queued, some hundred people to a transaction. A run that dies is
gone on with where it stopped: the last person who has theirs stands in the row, in the same commit as their copy."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.bulletins import keeping, writing
from mailhub import outbox
from mailhub.compose import newsletters
from mailhub.models import Bulletin
from mailhub.process import Tools

AT_ONCE = 500  # people of one transaction

log = structlog.get_logger()


def send(tools: Tools, last: datetime | None, now: datetime) -> None:
    """Queue the copies of every newsletter that is due, and end what is over."""
    with tools.database.reading() as session:
        due = session.scalars(
            select(Bulletin.id)
            .where(Bulletin.state.in_(keeping.UNDER_WAY), Bulletin.goes_at <= now)
            .order_by(Bulletin.id)
        ).all()
    for bulletin_id in due:
        while True:
            with tools.database.writing() as session:
                if not step(session, tools, bulletin_id, now):
                    break


def step(session: Session, tools: Tools, bulletin_id: int, now: datetime) -> bool:
    """One transaction of one bulletin; whether there is more to do. Of two processes that come here at once
    the second waits for the first, and goes on behind it."""
    bulletin = keeping.locked(session, bulletin_id)
    if bulletin is None or bulletin.state not in keeping.UNDER_WAY:
        return False  # withdrawn, or done by another
    bulletin.state = "going"
    if bulletin.form == keeping.PIECE:
        if bulletin.ends_at is not None and bulletin.ends_at <= now:
            bulletin.state = "gone"
        return False
    if not bulletin.outgoing:
        bulletin.outgoing = _mails(session, tools, bulletin, now)
    key = outbox.mail_key(f"bulletin {bulletin.id}@{tools.site.domain}", "newsletter")
    reached, count = outbox.next_copies(
        session, bulletin.outgoing, key, bulletin.after, now, limit=AT_ONCE
    )
    bulletin.people += count
    if reached is not None:
        bulletin.after = reached
        return True
    bulletin.state = "gone"
    log.info("newsletter-queued", bulletin=bulletin.id, copies=bulletin.people)
    return False


def _mails(session: Session, tools: Tools, bulletin: Bulletin, now: datetime) -> dict[str, int]:
    """Its mail in each language that somebody has chosen: the same words in another frame."""
    found = {}
    platform = tools.templates.line("platform.txt")
    for language in outbox.languages(session):
        body = writing.newsletter(tools.templates, tools.site, bulletin, language)
        message_id, raw = newsletters.written(
            tools.site,
            platform=platform,
            subject=bulletin.subject,
            body=body,
            language=language,
            now=now,
        )
        found[language] = outbox.newsletter(session, bulletin.id, message_id, raw, now)
    return found
