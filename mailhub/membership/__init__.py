"""Who is in a community; the only writer of people, communities and memberships.

Each change leaves a row in the trail. Communities stand in `communities`, people and their addresses in
`people`, who is in what and how its mail reaches them in `members`, muted threads in `mutes`; what waits
for a yes in `requests`, what is taken back in `undoing`. It mails nobody: `mailhub.commands` does.
"""

from mailhub.membership.communities import (
    change,
    community_of,
    found,
    known_community,
    of_person,
    setting,
    setting_names,
    with_words,
)
from mailhub.membership.members import (
    FOR_EVER,
    add,
    alter,
    enter,
    facilitators,
    known_membership,
    leave,
    listing,
    membership_of,
    remove,
    unsubscribe,
)
from mailhub.membership.people import addresses_of, agree, describe, person_at, person_of
from mailhub.membership.trail import OPERATOR, By
from mailhub.membership.values import CHOICES, NUMBERS, TEXTS, Unusable, choice

__all__ = [
    "CHOICES",
    "FOR_EVER",
    "NUMBERS",
    "OPERATOR",
    "TEXTS",
    "By",
    "Unusable",
    "add",
    "addresses_of",
    "agree",
    "alter",
    "change",
    "choice",
    "community_of",
    "describe",
    "enter",
    "facilitators",
    "found",
    "known_community",
    "known_membership",
    "leave",
    "listing",
    "membership_of",
    "of_person",
    "person_at",
    "person_of",
    "remove",
    "setting",
    "setting_names",
    "unsubscribe",
    "with_words",
]
