"""What is kept of people, for how long, and how it ends.

`held_on` gathers everything on one person; `foresee`, `begin` and `go_on` forget one; `retention` ends the
posts that a community keeps no longer, `clearing` what the platform itself need not keep. What takes
long is done in bounded transactions, each of which leaves the rest to be found: a process that dies in the
middle loses nothing, and running twice does nothing more.
"""

from mailhub.privacy import clearing, retention
from mailhub.privacy.forgetting import begin, foresee, go_on
from mailhub.privacy.held import held_on, plain
from mailhub.privacy.left_behind import all_of
from mailhub.privacy.own_posts import mboxes

__all__ = [
    "all_of",
    "begin",
    "clearing",
    "foresee",
    "go_on",
    "held_on",
    "mboxes",
    "plain",
    "retention",
]
