"""What those who look after a community do by mail: invite, appoint, take off, set, and their own
words of welcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mailhub import membership
from mailhub.addresses import fold, is_address
from mailhub.commands.asked import answerable
from mailhub.commands.errands import Does, Doing, Effect, Errand, appointment, facts, refused
from mailhub.commands.limits import too_many_for
from mailhub.membership import LOOKING_AFTER, Unusable, requests
from mailhub.models import Community, Membership
from mailhub.notes import Note

INVITATIONS_A_DAY = 200  # of one community
NOT_INVITED_AGAIN = timedelta(days=90)  # who has said no
SET_BY_MAIL = (
    "joining",
    "replies",
    "footer",
    "strangers",
    "name",
    "description",
    "welcome",
    "retention",
)


def invite(doing: Doing, errand: Errand) -> Effect:
    """Ask somebody whether they would like to join."""
    address = fold(errand.argument or "")
    community = _here(doing, errand)
    if community is None:
        return refused(doing, errand, "not-facilitator")
    if not is_address(address):
        return refused(doing, errand, "bad-address")
    if _member(doing, community, address) is not None:
        return refused(doing, errand, "member")
    lately = requests.declined_since(
        doing.session, community.id, address, doing.now - NOT_INVITED_AGAIN
    )
    if lately is not None:
        said = facts(doing.session, errand) | {"again": (lately + NOT_INVITED_AGAIN).date()}
        return Effect(errand.verb, False, said | {"why": "declined"})
    since = doing.now - timedelta(days=1)
    invited = requests.invited_since(doing.session, community.id, since)
    if invited >= INVITATIONS_A_DAY or too_many_for(doing.session, address, doing.now):
        return refused(doing, errand, "too-many")
    note = invitation(
        doing.session, community, address, doing.now, name=doing.person.name,
        inbound_id=doing.by.inbound_id,
    )  # fmt: skip
    return Effect(errand.verb, True, facts(doing.session, errand), (note,))


def invitation(
    session: Session,
    community: Community,
    address: str,
    now: datetime,
    *,
    name: str = "",
    role: str = "contributor",
    inbound_id: int | None = None,
) -> Note:
    """The mail that invites, in somebody's name; once a day for one community to one address."""
    person = membership.person_of(session, address)
    request = requests.ask(
        session,
        "invitation",
        address,
        now,
        community=community,
        person=person,
        inbound_id=inbound_id,
        detail={"role": role},
    )
    return Note(
        "invitation",
        address,
        community,
        {
            "by": name,
            "looks_after": role in LOOKING_AFTER,
            "request": request,
            "description": community.description,
            "agreed": person is not None and person.agreed_at is not None,
        },
        request.person_id,
        token=requests.token(request),
        cause=("invitation", community.slug),
        automatic=False,
    )


def appoint(doing: Doing, errand: Errand) -> Effect:
    """Give a member a role. Who the organisers are is said by them; else a facilitator could make
    themselves one."""
    address, role, last_day = appointment(errand)
    community = _here(doing, errand, or_steward=True)
    if community is None:
        return refused(doing, errand, "not-facilitator")
    member = _member(doing, community, address)
    if member is None:
        return refused(doing, errand, "no-member")
    if "organiser" in (member.role, role) and not _names_organisers(doing, community):
        return refused(doing, errand, "organisers-only")
    if _is_needed(doing, member, role):
        return refused(doing, errand, "last")
    if last_day is not None and last_day < doing.now.date():
        return refused(doing, errand, "past")
    values = {"role": role, "role_until": last_day}
    changed = membership.alter(doing.session, member, "role", values, doing.now, by=doing.by)
    said = facts(doing.session, errand)
    told = Note(
        "appointed",
        address,
        community,
        {"role": role, "until": last_day, "joining": community.joining},
        member.person_id,
        token=answerable(member.person_id, doing.now),
    )
    return Effect(errand.verb, changed, said, (told,) if changed else ())


def take_off(doing: Doing, errand: Errand) -> Effect:
    """End somebody's membership; they are told, once."""
    community = _here(doing, errand, or_steward=True)
    if community is None:
        return refused(doing, errand, "not-facilitator")
    member = _member(doing, community, errand.argument or "")
    if member is None:
        return refused(doing, errand, "no-member")
    if member.role == "organiser" and not _names_organisers(doing, community):
        return refused(doing, errand, "organisers-only")
    if _is_needed(doing, member):
        return refused(doing, errand, "last")
    told = Note(
        "removed",
        membership.reached_at(doing.session, member),
        community,
        {"by": doing.person.name},
        member.person_id,
        cause=("removed", community.slug),
        duty=True,
    )
    membership.leave(doing.session, member, doing.now, by=doing.by)
    himself = member.person_id == doing.person.id
    return Effect(errand.verb, True, facts(doing.session, errand), () if himself else (told,))


def set_up(doing: Doing, errand: Errand) -> Effect:
    """Change a setting of the community."""
    key, _, value = (errand.argument or "").partition(" ")
    community = _here(doing, errand)
    if community is None:
        return refused(doing, errand, "not-facilitator")
    said = facts(doing.session, errand) | {"key": key, "value": value}
    before = membership.setting(community, key) if key in SET_BY_MAIL else None
    try:
        if before is None:
            raise Unusable("unknown-setting", key)
        membership.change(doing.session, community, key, value, doing.now, by=doing.by)
    except Unusable as error:
        return Effect(errand.verb, False, said | {"why": "value", "refusal": error})
    return Effect(errand.verb, membership.setting(community, key) != before, said)


def _here(doing: Doing, errand: Errand, *, or_steward: bool = False) -> Community | None:
    """The community, where this person looks after it, or may as a steward."""
    if not doing.looks_after(errand.community_id) and not (or_steward and doing.is_steward):
        return None
    return doing.session.get(Community, errand.community_id) if errand.community_id else None


def _names_organisers(doing: Doing, community: Community) -> bool:
    """Whether this person may say who the organisers are."""
    return doing.is_steward or membership.names_organisers(
        doing.session, community.id, doing.person.id
    )


def _is_needed(doing: Doing, member: Membership, role: str = "") -> bool:
    """Whether the community needs this member in their role, and they would have a lesser one."""
    at_least = {"organiser": ("organiser",), "facilitator": LOOKING_AFTER}.get(member.role, ())
    return role not in at_least and membership.is_needed(doing.session, member)


def _member(doing: Doing, community: Community, address: str) -> Membership | None:
    person = membership.person_of(doing.session, address)
    return membership.membership_of(doing.session, community.id, person.id) if person else None


DOES: dict[str, Does] = {
    "invite": invite,
    "appoint": appoint,
    "remove": take_off,
    "set": set_up,
}
