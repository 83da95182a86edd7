"""The forum: letters become posts, posts find their threads.

Which post answers which follows from the set of posts alone, never from the order in which they
came: a late parent is joined up with its children, and an archive that is imported backwards gives
the same threads.
"""

from mailhub.forum import arranged
from mailhub.forum.bodies import keep_bodies, searchable
from mailhub.forum.closed import goes_on_closed
from mailhub.forum.filing import Filed, file
from mailhub.forum.of_tools import tool_answered
from mailhub.forum.reactions import counts as reactions
from mailhub.forum.reactions import react
from mailhub.forum.rebuilding import Rebuilds
from mailhub.forum.removing import childless, remove
from mailhub.forum.subjects import without_prefixes

__all__ = [
    "Filed",
    "Rebuilds",
    "arranged",
    "childless",
    "file",
    "goes_on_closed",
    "keep_bodies",
    "react",
    "reactions",
    "remove",
    "searchable",
    "tool_answered",
    "without_prefixes",
]
