"""Addresses of which too much has come back: probed once, then paused, until their owner is heard of.

A probe is one mail of ours with a return path of its own. If it comes back, that is final, hard or soft;
if it has not after PATIENCE, it has arrived, and all that came back before it is forgiven.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailhub import addresses, notes
from mailhub.addresses import Purpose, Token
from mailhub.membership import Unusable
from mailhub.models import Address, Ailing, Community, Membership, Person, Return
from mailhub.notes import Desk, Note
from mailhub.returns import weighing

PATIENCE = timedelta(days=7)
NOT_FINAL = frozenset({"delayed", "again", "policy", "domain", "relay"})


def decide(session: Session, returned: Return, outgoing_id: int) -> None:
    """Set what a return, already weighed, brings about for its address: that it is to be probed, or that
    it is paused since its probe came back."""
    address = session.scalar(select(Address).where(Address.address == returned.address))
    if address is None or address.paused_at is not None:
        return
    probed = session.get(Ailing, address.id)
    if probed is not None:
        if probed.probe_id == outgoing_id and returned.excuse not in NOT_FINAL:
            address.paused_at = returned.at
            returned.effect = "paused"
    elif returned.weight and (
        weighing.score(session, returned.address, returned.at) >= weighing.DYING
    ):
        returned.effect = "probed"


def probe(session: Session, desk: Desk, returned: Return, now: datetime) -> list[int]:
    """Queue the probe of a returned mail's address, in the name of the community whose mail it was; the
    Outgoing, none where the address or the community is gone."""
    address = session.scalar(select(Address).where(Address.address == returned.address))
    community = session.get(Community, returned.community_id or 0)
    if address is None or community is None:
        return []
    note = _note(session, "probe", address, community)
    sent = notes.send(session, desk, [note], now)
    session.add_all(Ailing(address_id=address.id, probe_id=one, probed_at=now) for one in sent)
    session.flush()
    return sent


def find_arrived(session: Session, now: datetime) -> int:
    """Forgive those whose probe has arrived, as far as anybody can know; how many."""
    rows = session.execute(
        select(Ailing, Address.address)
        .join(Address, Address.id == Ailing.address_id)
        .where(Ailing.probed_at <= now - PATIENCE, Address.paused_at.is_(None))
    ).all()
    for ailing, address in rows:
        weighing.forgive(session, address, "arrived", until=ailing.probed_at)
        session.delete(ailing)
    return len(rows)


def revive(session: Session, address: Address, now: datetime) -> bool:
    """The owner of an address was heard of: it gets mail again, and starts afresh. Whether it was
    paused."""
    was_paused = address.paused_at is not None
    address.paused_at = None
    session.execute(delete(Ailing).where(Ailing.address_id == address.id))
    weighing.forgive(session, address.address, "revived", until=now)
    return was_paused


def clear(session: Session, address: str, now: datetime) -> None:
    """As `revive`, for an operator; Unusable where nobody has the address."""
    found = session.scalar(select(Address).where(Address.address == addresses.fold(address)))
    if found is None:
        raise Unusable("unknown-address", address)
    revive(session, found, now)


def tell_revived(session: Session, desk: Desk, address: Address, now: datetime) -> list[int]:
    """Queue the mail that says so, in the name of a community of its owner's; the Outgoing."""
    community = _community(session, address)
    if community is None:
        return []
    return notes.send(session, desk, [_note(session, "address-back", address, community)], now)


def ask_paused(session: Session, desk: Desk, address: Address, now: datetime) -> list[int]:
    """Queue the question whether mail reaches a paused address again, once a day; the Outgoing. It answers
    a mail that anybody may have written, and so has a null sender."""
    community = _community(session, address)
    if community is None:
        return []
    asking = _note(session, "address-paused", address, community)
    return notes.send(session, desk, [replace(asking, automatic=True)], now)


def _community(session: Session, address: Address) -> Community | None:
    """A community of an address's owner, the first."""
    return session.scalar(
        select(Community)
        .join(Membership, Membership.community_id == Community.id)
        .where(Membership.person_id == address.person_id)
        .order_by(Community.id)
        .limit(1)
    )


def _note(session: Session, template: str, address: Address, community: Community) -> Note:
    """A mail to an address about itself. It has a return path, and an answer to it is a sign of life."""
    name = session.get_one(Person, address.person_id).name
    return Note(
        template,
        address.address,
        community,
        facts={"name": name, "mailbox": address.address},
        person_id=address.person_id,
        token=Token(Purpose.ALIVE, address.id),
        cause=(template, str(address.id)),
        duty=template == "probe",
        automatic=False,
    )
