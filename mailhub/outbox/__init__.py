"""The outbox: who gets a mail, one state per recipient. The database is the truth; a job only wakes.

queued → claimed → sending → sent, deferred or failed; covered where the person gets the same mail by
another delivery. A claimed row was surely not sent; a sending one may have been when its owner died:
unless the owner's logbook says so, it is sent again and counted.

Who gets a mail is in `queueing` and `inviting`, by what `takers` says of members; a newsletter's
readers in `everybody`; whose a delivery is just now in `claims`, what came of it in
`outcomes`. It composes nothing and speaks to no relay.
"""

from mailhub.outbox.claims import (
    IS_HELD,
    LEASE,
    MAY_BE_DUE,
    Claimed,
    begin,
    claim,
    hand_back,
    has_begun,
    has_due,
    held,
    recover,
)
from mailhub.outbox.everybody import everybody, languages, newsletter, next_copies
from mailhub.outbox.inviting import for_invited
from mailhub.outbox.outcomes import FIRST_WAIT, LONGEST_WAIT, record, wait
from mailhub.outbox.queueing import ForMembers, for_addresses, for_members, mail_key
from mailhub.outbox.takers import answers_since, first_address, is_present, takers
from mailhub.outbox.window import went_out

__all__ = [
    "FIRST_WAIT",
    "IS_HELD",
    "LEASE",
    "LONGEST_WAIT",
    "MAY_BE_DUE",
    "Claimed",
    "ForMembers",
    "answers_since",
    "begin",
    "claim",
    "everybody",
    "first_address",
    "for_addresses",
    "for_invited",
    "for_members",
    "hand_back",
    "has_begun",
    "has_due",
    "held",
    "is_present",
    "languages",
    "mail_key",
    "newsletter",
    "next_copies",
    "record",
    "recover",
    "takers",
    "wait",
    "went_out",
]
