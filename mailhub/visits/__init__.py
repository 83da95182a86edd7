"""Signing in to the pages by a link that comes by mail, and what a browser is given then.

A link works once, for twenty minutes, in the browser that asked for it. A visit ends when it has not been
seen for a week, a month after it began, when its person says so, or with the address by which it began.
Secrets are kept as hashes. It never tells whether somebody is known here: neither does whoever calls it.
"""

from mailhub.visits.links import invite
from mailhub.visits.readers import end_reader_link, make_reader_link, reader, reader_link
from mailhub.visits.visiting import LONGEST, NOTED, Visitor, begin, end, end_all, of_secret, seen

__all__ = [
    "LONGEST",
    "NOTED",
    "Visitor",
    "begin",
    "end",
    "end_all",
    "end_reader_link",
    "invite",
    "make_reader_link",
    "of_secret",
    "reader",
    "reader_link",
    "seen",
]
