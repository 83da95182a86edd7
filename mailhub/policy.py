"""What happens to a mail that wants to become a post: an ordered tuple of rules, read from top to
bottom; the first that has an opinion decides, and where none has, the mail is accepted.

A rule is a function of a Case. Robots never come here: `process` has set them aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailhub import addresses
from mailhub.letter import Kind, Letter
from mailhub.models import Community, Membership, Person
from mailhub.site import Site


class Action(StrEnum):
    """What a verdict does."""

    ACCEPT = "accept"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An action and the name of its reason; the words for it stand in templates/words/."""

    action: Action
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """All that the rules may look at."""

    letter: Letter
    community: Community
    author: Person | None
    membership: Membership | None
    site: Site
    suspicions: tuple[str, ...] = ()  # what the library says of the attachments
    fails_policy: bool = False  # its author's domain did not send it, and asks that it be stopped


def unreadable(case: Case) -> Verdict | None:
    """A mail of which only the header could be read."""
    return _held(case.letter.kind == Kind.UNREADABLE, "unreadable")


def unclear_author(case: Case) -> Verdict | None:
    """No From, or one with two readings: it must never pass for a member by the wrong one."""
    return _held(case.letter.ambiguous_author or not case.letter.authors, "unclear-author")


def own_address(case: Case) -> Verdict | None:
    """From an address of this hub: nobody writes from there but us."""
    return _held(addresses.is_at(case.letter.author.address, case.site.domain), "own-address")


def from_a_list(case: Case) -> Verdict | None:
    """Sent on by another list: ours would have become its member."""
    return _held(bool(case.letter.list_ids), "from-a-list")


def forged(case: Case) -> Verdict | None:
    """It fails the policy of its own author's domain (DMARC), as the community wants it: held, since
    forwarding breaks genuine mail too, or refused."""
    if not case.fails_policy:
        return None
    return Verdict(Action.REFUSE if case.community.forged == "refuse" else Action.HOLD, "forged")


def stranger(case: Case) -> Verdict | None:
    """Written by somebody who is no member, as the community wants it."""
    if case.membership is not None or case.community.strangers == "accept":
        return None
    if case.community.strangers == "refuse":
        return Verdict(Action.REFUSE, "stranger")
    return Verdict(Action.HOLD, "stranger")


def many_recipients(case: Case) -> Verdict | None:
    """Addressed to more people than the community likes."""
    count = len(case.letter.to) + len(case.letter.cc)
    return _held(count > case.community.max_recipients, "many-recipients")


def suspicious_file(case: Case) -> Verdict | None:
    """An attachment that runs, or that is not what it says."""
    return _held(bool(case.suspicions), "suspicious-file")


RULES = (
    unreadable,
    unclear_author,
    own_address,
    from_a_list,
    forged,
    stranger,
    many_recipients,
    suspicious_file,
)


def decide(case: Case) -> Verdict:
    """The verdict of the first rule that has one."""
    for rule in RULES:
        verdict = rule(case)
        if verdict is not None:
            return verdict
    return Verdict(Action.ACCEPT)


def _held(applies: bool, reason: str) -> Verdict | None:
    return Verdict(Action.HOLD, reason) if applies else None
