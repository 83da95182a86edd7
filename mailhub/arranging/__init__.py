"""After the fact: what those who look after a community do with discussions and posts that are there.

`threads` takes them apart, makes them one, closes and pins them; `moving` brings them to another
community; `removing` takes a post's words away and gives them back; `finding` knows which is meant.
Each change leaves a row in the trail, from which `undo` takes it back. Raw mail is never changed, so what
was removed can be restored from it.
"""

from mailhub.arranging.finding import post_of, thread_of
from mailhub.arranging.moving import move
from mailhub.arranging.removing import remove, restore
from mailhub.arranging.threads import close, merge, open_again, pin, split, unpin
from mailhub.arranging.undoing import OF, put_back

__all__ = [
    "OF",
    "close",
    "merge",
    "move",
    "open_again",
    "pin",
    "post_of",
    "put_back",
    "remove",
    "restore",
    "split",
    "thread_of",
    "unpin",
]
