"""A mail has its outcome at each of its addresses."""

from __future__ import annotations

from itertools import chain

from mailhub.addresses import Destination
from mailhub.process import answering, returning
from mailhub.process.ways import ROBOTS, WAYS, Arrival
from mailhub.process.work import Mail, Work


def arrive(work: Work, mail: Mail) -> None:
    """Let a mail have its outcome at each recipient of its envelope. One that was held before comes
    again for those alone who have approved it."""
    recipients = dict.fromkeys(mail.inbound.recipients)
    if mail.letter.kind not in ROBOTS and mail.inbound.mail_from:
        returning.heard_of(work, mail)
    held = [hold for (mail_id, _), hold in work.holds.items() if mail_id == mail.inbound.id]
    if held:
        approved = (
            hold.recipients for hold in held if hold.state == "approved" and hold.acts_at is None
        )
        recipients = dict.fromkeys(chain.from_iterable(approved))
    seen: set[Destination] = set()
    for recipient in recipients:
        before = len(work.outgoing)
        found = work.destination(recipient)
        what, post_id = "unknown-address", None
        if found is not None and found[1] in seen:
            what = "again"  # the same by another name, such as policy-request and policy+settings
        elif found is not None:
            seen.add(found[1])
            said = found[1].token or answering.answered(mail.letter, work.tools.site)
            at = Arrival(work, mail, *found, recipient, said)
            what, post_id = next(filter(None, (way(at) for way in WAYS)))
        work.outcomes.append(
            {
                "inbound_id": mail.inbound.id,
                "recipient": recipient,
                "what": what,
                "post_id": post_id,
                "detail": {"outgoing": work.outgoing[before:]},
                "at": work.now,
            }
        )
