"""The library: documents of a community and their versions.

Its doors. For a post: `prepare` and `compare` before the transaction, `file` inside. For a mail
to `policy+docs@`: `take` instead of `file`. For the rules: `suspicious`; for what reads commands: `why_not`. For the search:
`index_version` as a job, `unread` for the sweep. For people: `understand` and `answer` what they ask
by mail; `listing` and `fetch` what they may see; `versions` is the statement that pages and archives build on. For
what goes: `of_posts`, `remove`, `drop_blobs`. How often papers are read: `reading`.
"""

from mailhub.library import reading
from mailhub.library.commands import Answer, Command, answer, understand
from mailhub.library.filing import Filed, file, take
from mailhub.library.indexing import index_version, unread
from mailhub.library.near import compare
from mailhub.library.papers import why_not
from mailhub.library.preparing import Prepared, prepare
from mailhub.library.removing import drop_blobs, of_posts, remove
from mailhub.library.showing import Paper, fetch, listing
from mailhub.library.suspicion import REASONS, suspicious
from mailhub.library.versions import versions

__all__ = [
    "REASONS",
    "Answer",
    "Command",
    "Filed",
    "Paper",
    "Prepared",
    "answer",
    "compare",
    "drop_blobs",
    "fetch",
    "file",
    "index_version",
    "listing",
    "of_posts",
    "prepare",
    "reading",
    "remove",
    "suspicious",
    "take",
    "understand",
    "unread",
    "versions",
    "why_not",
]
