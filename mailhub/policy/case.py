"""All that the rules may look at, and what they can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailhub.letter import Letter
from mailhub.models import Community, Membership, Person
from mailhub.site import Site

LOOKING_AFTER = ("organiser", "facilitator")
# What is thought of an address in a community.
TRUSTED, MODERATED, BANNED = "trusted", "moderated", "banned"


class Action(StrEnum):
    """What a verdict does."""

    ACCEPT = "accept"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An action and the name of its reason."""

    action: Action
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A mail, its author and its community, with what was found out about them."""

    letter: Letter
    community: Community
    author: Person | None
    membership: Membership | None
    site: Site
    size: int = 0  # octets of the mail as it came
    standing: str = ""  # of the author's address: TRUSTED, MODERATED, BANNED
    suspicions: tuple[str, ...] = ()  # what the library says of the attachments
    fails_policy: bool = False  # its author's domain did not send it, and asks that it be stopped
    posts: int = 0  # of the author here, as far as `first_posts` asks
    posts_this_hour: int = 0  # of the author here, as far as `posts_per_hour` asks
    answers_closed: bool = False  # it belongs to a discussion that is closed
    reads_like_a_command: bool = False
    held_elsewhere: bool = False  # in another of its communities
    begins_entry: bool = False  # of the blog: it would be published in its author's name

    @property
    def looks_after(self) -> bool:
        """Whether its author looks after the community."""
        return self.membership is not None and self.membership.role in LOOKING_AFTER
