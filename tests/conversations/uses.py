"""What a token is for: questions that were mailed to somebody, who may answer, and whether it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from sqlalchemy import select

from mailhub import membership
from mailhub.models import Hold
from tests.conversations.moderating import D
from tests.conversations.people import Person, RunningHub

ELSEWHERE = "x@evil.example"  # an envelope sender of whom nobody in From is proven


@dataclass(frozen=True)
class Use:
    """What a token is for: a mail that has one, who may answer it, the word that uses it, another genuine
    mail of the same kind about something else, and whether what it is for has been done."""

    mail: EmailMessage
    who: Person
    word: str
    other: EmailMessage
    is_done: Callable[[RunningHub], bool]


def confirm(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A stranger's yes to joining."""
    tim = hub.person("Tim Bell", "tim@hull.example")
    for person in (sue, tim):
        person.writes(f"policy+join@{D}", sender=ELSEWHERE)
    return Use(
        sue.receives("Join Policy?"),
        sue,
        "yes",
        tim.receives("Join Policy?"),
        lambda hub: is_member(hub, sue),
    )


def join_decision(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A facilitator's yes to a stranger."""
    hub.settings("policy", joining="approval")
    tim = hub.person("Tim Bell", "tim@elsewhere.example")
    for person in (sue, tim):
        person.writes(f"policy+join@{D}")
        person.replies(person.receives("Join Policy?"), "yes")
    return Use(
        fay.receives("sue@elsewhere.example would like"),
        fay,
        "yes",
        fay.receives("tim@elsewhere.example would like"),
        lambda hub: is_member(hub, sue),
    )


def founding_decision(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A steward's yes to a new community."""
    steward = hub.person("Stella Ward", "steward@york.example")
    for name in ("housing", "waste"):
        sue.writes(f"hub@{D}", "", "new community")
        sue.replies(sue.receives("Founding a community"), f"Name: {name}\nAddress: {name}")
        sue.receives(f"Your new community: {name}")
    return Use(
        steward.receives("New community: housing"),
        steward,
        "yes",
        steward.receives("New community: waste"),
        lambda hub: exists(hub, "housing"),
    )


def hold_decision(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A facilitator's yes to a held mail."""
    for subject in ("Bins", "Skips"):
        sue.writes(f"policy@{D}", subject, "When?")
        hub.settle()
    return Use(
        fay.receives("Held: Bins"),
        fay,
        "ok",
        fay.receives("Held: Skips"),
        lambda hub: is_approved(hub, "Bins"),
    )


def undo(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A member's answer to a receipt that takes back what gives somebody power."""
    jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
    fay.writes(f"policy+settings@{D}", "", "set joining invitation")
    other = fay.receives("done")
    fay.writes(f"policy+settings@{D}", "", f"make {jane.address} facilitator")
    return Use(
        fay.receives("done"),
        fay,
        "undo",
        other,
        lambda hub: role(hub, jane) == "contributor",
    )


def settings(hub: RunningHub, fay: Person, ned: Person, sue: Person) -> Use:
    """A facilitator's answer to the guide that changes who may join."""
    fay.writes(f"policy+help@{D}")
    ned.writes(f"policy+help@{D}")
    return Use(
        fay.receives(""),
        fay,
        "set joining approval",
        ned.receives(""),
        lambda hub: joining(hub) == "approval",
    )


def is_member(hub: RunningHub, person: Person) -> bool:
    with hub.hub.database.reading() as session:
        place = membership.known_community(session, "policy")
        return membership.is_member(session, place, person.address)


def exists(hub: RunningHub, slug: str) -> bool:
    with hub.hub.database.reading() as session:
        return membership.community_of(session, slug) is not None


def is_approved(hub: RunningHub, subject: str) -> bool:
    with hub.hub.database.reading() as session:
        return session.scalar(select(Hold.state).where(Hold.subject == subject)) == "approved"


def role(hub: RunningHub, person: Person) -> str:
    with hub.hub.database.reading() as session:
        place = membership.known_community(session, "policy")
        return membership.known_membership(session, place, person.address).role


def joining(hub: RunningHub) -> str:
    with hub.hub.database.reading() as session:
        return membership.known_community(session, "policy").joining
