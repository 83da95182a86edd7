"""What flufl.bounce makes of a returned mail: the only importer of that library.

It is asked where our own readers found nobody. It knows many mail systems of the past, and takes
seconds for megabytes: it gets at most 256 KB, in lines of at most 1,000 octets. It never raises.
"""

from __future__ import annotations

import logging
from email import message_from_bytes

from flufl.bounce import all_failures

MAX_OCTETS = 256 * 1024
MAX_LINE = 1_000


def failures(raw: bytes) -> tuple[str, ...]:
    """The addresses that failed or are delayed, as flufl.bounce reads the mail; in their order."""
    lines = raw[:MAX_OCTETS].splitlines(keepends=True)
    short = b"".join(line if len(line) <= MAX_LINE else line[:MAX_LINE] + b"\n" for line in lines)
    try:
        delayed, failed = all_failures(message_from_bytes(short))
    except Exception:  # the library's detectors raise whatever a strange mail makes them raise
        logging.getLogger(__name__).debug("flufl.bounce could not read a mail", exc_info=True)
        return ()
    return tuple(sorted(address.decode("ascii", "replace") for address in failed | delayed))
