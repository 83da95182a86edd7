"""What flufl.bounce makes of a returned mail: the only importer of that library.

It is asked where our own readers found nobody. It knows many mail systems of the past. It is not given
the stranger's mail, whose depth and size it would follow, but a flat copy of it: the headers and the
texts, at most 64 KB in lines of at most 1,000 characters. It never raises.
"""

from __future__ import annotations

import logging
from email.message import Message

from flufl.bounce import all_failures

from mailhub.reading.notices import leaves, text_of

MAX_TEXT = 64 * 1024
MAX_LINE = 1_000
_MAX_HEADERS = 100
_MAX_TEXTS = 5


def failures(message: Message) -> tuple[str, ...]:
    """The addresses that failed or are delayed, as flufl.bounce reads the mail; in their order."""
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it tells of each itself
    try:
        delayed, failed = all_failures(_flat(message))
    except Exception:  # the library's detectors raise whatever a strange mail makes them raise
        logging.getLogger(__name__).debug("flufl.bounce could not read a mail", exc_info=True)
        return ()
    return tuple(sorted(address.decode("ascii", "replace") for address in failed | delayed))


def _flat(message: Message) -> Message:
    flat = Message()
    for name, value in list(message.items())[:_MAX_HEADERS]:
        if not name.lower().startswith("content-"):
            flat[name] = str(value)[:MAX_LINE]
    texts: list[str] = []
    room = MAX_TEXT
    for part in leaves(message):
        if part.get_content_maintype() == "text" and len(texts) < _MAX_TEXTS:
            lines = text_of(part, room).splitlines()
            texts.append("\n".join(line[:MAX_LINE] for line in lines) + "\n")
            room = max(0, room - len(texts[-1]))
    flat["Content-Type"] = "text/plain" if len(texts) == 1 else "multipart/mixed"
    if len(texts) == 1:
        flat.set_payload(texts[0])
    for text in texts if len(texts) != 1 else ():
        part = Message()
        part["Content-Type"] = "text/plain"
        part.set_payload(text)
        flat.attach(part)
    return flat
