"""The library: documents of a community and their versions.

Its doors: `prepare` and `file` (a post's attachments), `take` (a mail to `policy+docs@`).
"""

from mailhub.library.filing import Filed, Prepared, file, prepare, take
from mailhub.library.suspicion import suspicious

__all__ = ["Filed", "Prepared", "file", "prepare", "suspicious", "take"]
