"""Who is in a community; the only writer of people, communities and memberships.

Each change leaves a row in the trail. Communities stand in `communities`, people and their addresses in
`people`, who is in what and how its mail reaches them in `members`, who looks after it in `roles`, one click that ends it in `links`, muted threads in `mutes`; what waits
for a yes in `requests`, what is taken back in `undoing`. It mails nobody: `mailhub.commands` does.
"""

from mailhub.membership import digesting
from mailhub.membership.banning import is_banned
from mailhub.membership.communities import (
    change,
    check_slug,
    community_of,
    found,
    in_tree,
    is_listed,
    known_community,
    names_of_parents,
    of_person,
    parts_of,
    setting,
    setting_names,
    with_words,
)
from mailhub.membership.links import decline_digests, decline_newsletters, of_link, unsubscribe
from mailhub.membership.members import (
    FOR_EVER,
    add,
    alter,
    enter,
    known_membership,
    leave,
    membership_of,
    remove,
)
from mailhub.membership.organisers import names_organisers
from mailhub.membership.people import (
    addresses_of,
    agree,
    became,
    describe,
    fill_in,
    is_same,
    paused_address,
    person_at,
    person_of,
    reached_at,
    who_has,
)
from mailhub.membership.roles import LOOKING_AFTER, facilitators, in_roles, is_needed, roles_over
from mailhub.membership.shown import is_member, known_person, listing, typed
from mailhub.membership.stewards import add_steward, remove_steward, stewards
from mailhub.membership.trail import OPERATOR, By
from mailhub.membership.values import CHOICES, TEXTS, Unusable, choice

__all__ = [
    "CHOICES",
    "FOR_EVER",
    "LOOKING_AFTER",
    "OPERATOR",
    "TEXTS",
    "By",
    "Unusable",
    "add",
    "add_steward",
    "addresses_of",
    "agree",
    "alter",
    "became",
    "change",
    "check_slug",
    "choice",
    "community_of",
    "decline_digests",
    "decline_newsletters",
    "describe",
    "digesting",
    "enter",
    "facilitators",
    "fill_in",
    "found",
    "in_roles",
    "in_tree",
    "is_banned",
    "is_listed",
    "is_member",
    "is_needed",
    "is_same",
    "known_community",
    "known_membership",
    "known_person",
    "leave",
    "listing",
    "membership_of",
    "names_of_parents",
    "names_organisers",
    "of_link",
    "of_person",
    "parts_of",
    "paused_address",
    "person_at",
    "person_of",
    "reached_at",
    "remove",
    "remove_steward",
    "roles_over",
    "setting",
    "setting_names",
    "stewards",
    "typed",
    "unsubscribe",
    "who_has",
    "with_words",
]
