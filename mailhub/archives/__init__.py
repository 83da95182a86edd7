"""Moving archives in and out: mboxes become posts, posts become mboxes, a community one tar (`whole`).
What Mailman knows of a list besides is read in `mailman` and moved in by `subscribed`.

What moves in is filed and nothing else: no policy, no robots, no commands, and nobody is mailed.
What is there already is not filed again, so an import that was interrupted is simply repeated.
"""

from mailhub.archives.found import Found, Stack
from mailhub.archives.moving_in import Figures, Importing
from mailhub.archives.moving_out import mails, threads
from mailhub.archives.subscribed import MailmanList, move_in
from mailhub.archives.whole import write

__all__ = [
    "Figures",
    "Found",
    "Importing",
    "MailmanList",
    "Stack",
    "mails",
    "move_in",
    "threads",
    "write",
]
