"""What becomes of a mail that was taken: the whole story.

`process` takes a group of mails by their ids. Each is read outside of any transaction; then one
transaction decides and files them all and writes the outbox rows (`arriving`, `ways`, `posting`,
`answering`). It may run twice, late, or on another machine: what is done is not done again.
"""

from mailhub.process.group import Followed, process
from mailhub.process.resolving import resolve
from mailhub.process.work import Tools

__all__ = ["Followed", "Tools", "process", "resolve"]
