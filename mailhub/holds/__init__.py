"""Held mail: it waits for a decision, and nothing decides but a person.

A decision is only recorded here (`deciding`), and takes effect when it can no longer be undone
(`acting`); what was approved is then processed once more, and is posted. `holding` keeps a mail waiting,
`noticing` tells those who look after the community of it, each with an address of their own (`notices`,
which decisions on requests have too), `gathering` tells of many in one mail a day, `telling` says what
became of it, and `reminding` sees that none is forgotten. What people's words mean is none of this
room's business: `mailhub.commands` reads them.
"""

from mailhub.holds.acting import Acted, act, is_due
from mailhub.holds.deciding import By, Came, decide, undo, withdraw
from mailhub.holds.figures import weekly
from mailhub.holds.gathering import morning
from mailhub.holds.holding import also_at, hold, known_hold, shown, waiting
from mailhub.holds.notices import (
    LASTS,
    about,
    is_theirs,
    may_decide,
    notice_of,
    numbered,
    token_of,
    waiting_count,
    waiting_for,
    write,
)
from mailhub.holds.noticing import Reader, notice, readers, tell
from mailhub.holds.quoting import barred
from mailhub.holds.reminding import escalate, nobody_there
from mailhub.holds.standings import put_back_standing, set_standing, standing, standings
from mailhub.holds.telling import Result, others, receipt, tried, withdrawn

__all__ = [
    "LASTS",
    "Acted",
    "By",
    "Came",
    "Reader",
    "Result",
    "about",
    "act",
    "also_at",
    "barred",
    "decide",
    "escalate",
    "hold",
    "is_due",
    "is_theirs",
    "known_hold",
    "may_decide",
    "morning",
    "nobody_there",
    "notice",
    "notice_of",
    "numbered",
    "others",
    "put_back_standing",
    "readers",
    "receipt",
    "set_standing",
    "shown",
    "standing",
    "standings",
    "tell",
    "token_of",
    "tried",
    "undo",
    "waiting",
    "waiting_count",
    "waiting_for",
    "weekly",
    "withdraw",
    "withdrawn",
    "write",
]
