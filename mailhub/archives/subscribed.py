"""A Mailman list becomes a community: founded with the list's settings where there is none, with its members, those
who look after it, and what is thought of addresses that are no members'. All of it or, if a line is wrong, nothing;
nobody is mailed. Done again, it adds who is new and changes nothing else: what was set here since stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailhub import holds, membership
from mailhub.archives import mailman
from mailhub.archives.mailman import Config, Subscriber
from mailhub.membership import OPERATOR, Unusable

# What is thought of an address that no member has, and the settings of Mailman that say so.
_STANDINGS = (
    ("banned", ("ban_list", "discard_these_nonmembers", "reject_these_nonmembers")),
    ("moderated", ("hold_these_nonmembers",)),
    ("trusted", ("accept_these_nonmembers",)),
)


@dataclass(frozen=True, slots=True)
class MailmanList:
    """What an operator has of a list. Who stands among `digest` or `no_mail` is one of the members too."""

    config: Config
    members: Sequence[Subscriber] = ()
    digest: Sequence[Subscriber] = ()
    no_mail: Sequence[Subscriber] = ()
    owners: Sequence[Subscriber] = ()
    moderators: Sequence[Subscriber] = ()


@dataclass(slots=True)
class Subscribed:
    """What came of it. `settings` are those that were taken over; none where the community was there."""

    founded: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    added: int = 0
    present: int = 0
    standings: int = 0

    def told(self) -> dict[str, Any]:
        """As a command prints it."""
        return {
            "founded": self.founded,
            "settings": self.settings,
            "added": self.added,
            "present": self.present,
            "standings": self.standings,
        }


def move_in(session: Session, slug: str, given: MailmanList, now: datetime) -> Subscribed:
    """Make a list a community; Unusable says what stands against it."""
    done = Subscribed()
    community = membership.community_of(session, slug)
    if community is None:
        if not given.config:
            raise Unusable("unknown-community", slug)
        done.founded, done.settings = True, mailman.settings(given.config)
        community = membership.found(session, slug, done.settings.get("name", slug), now)
        for key, value in done.settings.items():
            membership.change(session, community, key, value, now)
    for role, delivery, people in _in_order(given):
        for one in people:
            _, is_new = membership.add(
                session,
                community,
                one.address,
                now,
                name=one.name,
                role=role,
                delivery=delivery,
            )
            done.added += is_new
            done.present += not is_new
    for what, names in _STANDINGS:
        for address in mailman.addresses(given.config, *names):
            known = holds.standing(session, community.id, address)
            if not known and membership.person_of(session, address) is None:
                done.standings += holds.set_standing(
                    session, community.id, address, what, now, by=OPERATOR
                )
    return done


def _in_order(given: MailmanList) -> list[tuple[str, str, list[Subscriber]]]:
    """(role, delivery, people): each once, first as what they are most, and with the mail that they have."""
    delivery = {one.address: "each" for one in given.members}
    delivery |= {one.address: "daily" for one in given.digest}
    delivery |= {one.address: "none" for one in given.no_mail}
    everybody = [*given.members, *given.digest, *given.no_mail]
    names = {one.address: one.name for one in reversed(everybody) if one.name}
    named = [Subscriber(one, "") for one in mailman.addresses(given.config, "owner")]
    also = [Subscriber(one, "") for one in mailman.addresses(given.config, "moderator")]
    found: list[tuple[str, str, list[Subscriber]]] = []
    seen: set[str] = set()
    for role, people in (
        ("organiser", [*given.owners, *named]),
        ("facilitator", [*given.moderators, *also]),
        ("contributor", everybody),
    ):
        for one in people:
            if one.address not in seen:
                seen.add(one.address)
                who = Subscriber(one.address, one.name or names.get(one.address, ""))
                # Who owned a list and did not take its mail gets none here.
                found.append((role, delivery.get(one.address, "none"), [who]))
    return found
