"""Several addresses of one person. Another one is theirs once both have said yes: the one that the hub
knows, by asking for it, and the other, by answering what it is asked.

A stranger who names an address of somebody's learns nothing of whether the hub knows it.
"""

from __future__ import annotations

from datetime import timedelta

from mailhub import membership
from mailhub.addresses import fold, is_address, is_at
from mailhub.commands.asked import NOTHING, TOO_MANY, Asked, Told, answerable
from mailhub.commands.errands import Does, Doing, Effect, Errand, facts, refused
from mailhub.commands.limits import too_many, too_many_for
from mailhub.membership import By, claims, requests
from mailhub.models import Request
from mailhub.notes import Note

CLAIMS_A_DAY = 5  # of one person


def add(doing: Doing, errand: Errand) -> Effect:
    """The known address has asked; now the other one is."""
    address = fold(errand.argument or "")
    if not is_address(address):
        return refused(doing, errand, "bad-address")
    if claims.own(doing.session, doing.person.id, address) is not None:
        return Effect(errand.verb, False, facts(doing.session, errand))
    since = doing.now - timedelta(days=1)
    asked = requests.claimed_since(doing.session, doing.person.id, since)
    if asked >= CLAIMS_A_DAY or too_many_for(doing.session, address, doing.now):
        return refused(doing, errand, "too-many")
    known = membership.addresses_of(doing.session, doing.person.id)[0]
    request = requests.ask(
        doing.session,
        "claim",
        address,
        doing.now,
        person=doing.person,
        inbound_id=doing.by.inbound_id,
        detail={"address": address},
    )
    return Effect(
        errand.verb,
        True,
        facts(doing.session, errand),
        (_question(request, known, address),),
    )


def remove(doing: Doing, errand: Errand) -> Effect:
    """An address is no longer this person's."""
    address = errand.argument or ""
    if claims.own(doing.session, doing.person.id, address) is None:
        return refused(doing, errand, "not-yours")
    changed = claims.detach(doing.session, doing.person, address, doing.now, by=doing.by)
    return Effect(errand.verb, changed, facts(doing.session, errand) | {"why": "only"})


def use(doing: Doing, errand: Errand) -> Effect:
    """Mail goes to this address from now on, of one community or of all."""
    row = claims.own(doing.session, doing.person.id, errand.argument or "")
    if row is None:
        return refused(doing, errand, "not-yours")
    changed = [
        membership.alter(
            doing.session, member, "address", {"address_id": row.id}, doing.now, by=doing.by
        )
        for _, member in doing.places(errand)
    ]
    return Effect(errand.verb, any(changed), facts(doing.session, errand))


def begin(asked: Asked, known: str) -> Told:
    """A stranger says that they are known under another address. First they are asked themselves."""
    if not is_address(fold(known)) or is_at(known, asked.site.domain):
        return NOTHING
    if too_many(asked):
        return TOO_MANY
    request = requests.ask(
        asked.session,
        "claim-begun",
        asked.address,
        asked.now,
        inbound_id=asked.inbound_id,
        detail={"known": fold(known)},
    )
    return Told("asked", (asked.note("confirm-claim-begun", token=requests.token(request)),))


def begun(asked: Asked, request: Request) -> Told:
    """The stranger has said yes; the address that they named is asked, where the hub knows it."""
    requests.settle(asked.session, request, "done", request.address, asked.now)
    known = str(request.detail["known"])
    person = membership.person_of(asked.session, known)
    notes = [asked.note("claim-waits")]
    if person is not None and not too_many_for(asked.session, known, asked.now):
        following = requests.ask(
            asked.session,
            "claim",
            known,
            asked.now,
            person=person,
            inbound_id=asked.inbound_id,
            detail={"address": request.address},
        )
        notes.append(_question(following, request.address, known))
    return Told("asked", tuple(notes))


def confirmed(asked: Asked, request: Request) -> Told:
    """Both have said yes."""
    session, now = asked.session, asked.now
    person = membership.became(session, request.person_id)
    if person is None:
        return Told("answered", (asked.note("question-expired", request=None, asked_by=""),))
    requests.settle(session, request, "done", request.address, now)
    address = str(request.detail["address"])
    by = By("mail", person.id, asked.inbound_id)
    known = membership.addresses_of(session, person.id)[0]
    other = membership.person_of(session, address)
    claims.attach(session, person, address, now, by=by)
    if other is not None and other.merged_into_id == person.id:
        for goes_along in asked.merged:
            goes_along(session, other.id, person.id)
    theirs = membership.addresses_of(session, person.id)
    if fold(address) not in theirs:
        enough = asked.note("claimed", addresses=theirs, added=address, enough=True)
        return Told("answered", (enough,))
    return Told(
        "done",
        tuple(
            Note(
                "claimed",
                to,
                None,
                {"addresses": theirs, "added": address, "enough": False},
                person.id,
                token=answerable(person.id, now),
            )
            for to in dict.fromkeys((known, address, request.address))
        ),
    )


def _question(request: Request, other: str, to: str) -> Note:
    return Note(
        "confirm-claim",
        to,
        None,
        {"other": other},
        token=requests.token(request),
        cause=("confirm-claim", other),
    )


DOES: dict[str, Does] = {"add-address": add, "remove-address": remove, "use-address": use}
