"""A mail that asks for something is acted on once, however often it is brought.

A sender that did not hear our 250 brings the same mail again, at once or hours later. A post that is
there already is known by its own key; what a command changed, or who was written to, is not.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import cast

from sqlalchemy import Executable, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from mailhub.models import ActedOn
from mailhub.process.work import Mail, Work

# Senders give up after five days (RFC 5321 section 4.5.4.1). Later it is somebody's machine that
# writes the same each time, without a Message-ID and a date.
AGAIN_WITHIN = timedelta(days=7)

_TABLE = cast("Table", ActedOn.__table__)


def _claimed(
    insert: type[sqlite.Insert] | type[postgresql.Insert],
) -> Executable:
    row = insert(_TABLE)
    return row.on_conflict_do_update(
        index_elements=["mail_key"],
        set_={"at": row.excluded.at},
        where=_TABLE.c.at < bindparam("before", type_=_TABLE.c.at.type),
    ).returning(_TABLE.c.mail_key)


_CLAIMED = {
    dialect.name: _claimed(insert)
    for dialect, insert in (
        (sqlite.dialect, sqlite.Insert),
        (postgresql.dialect, postgresql.Insert),
    )
}


def is_first(work: Work, mail: Mail, recipient: str) -> bool:
    """Whether this mail has not been acted on yet at this address. Another transaction that is just
    acting on it is waited for."""
    letter = mail.letter
    named = f"{letter.message_id}\0{letter.content_hash}\0{recipient.lower()}"
    connection = work.session.connection()
    claimed = connection.execute(
        _CLAIMED[connection.dialect.name],
        {
            "mail_key": hashlib.sha256(named.encode()).digest()[:16],
            "at": work.now,
            "before": work.now - AGAIN_WITHIN,
        },
    )
    return claimed.first() is not None
