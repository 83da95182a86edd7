"""Files that stand uuencoded in the text of a mail, as programs before MIME sent them.

A block counts only where it is whole: a "begin" line, lines that decode, and "end". Everything else
stays text. Linear; never raises.
"""

from __future__ import annotations

import re

from mailhub.reading import transfer

MAX_FILES = 100
_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} ([^\n]{0,300})$", re.M)
_END = re.compile(r"^(?:end|={4})[ \t]*$", re.M)


def taken_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """(the text without its blocks, the name and content of each)."""
    if "begin" not in text:
        return text, []
    files: list[tuple[str, bytes]] = []
    kept: list[str] = []
    position = 0
    for _ in range(MAX_FILES):
        begin = _BEGIN.search(text, position)
        end = _END.search(text, begin.end()) if begin else None
        if begin is None or end is None:
            break
        block = text[begin.end() : end.start()].strip("\n")
        content = _decoded(block, begin[0].startswith("begin-base64"))
        if content is None:
            kept.append(text[position : begin.end()])
            position = begin.end()
            continue
        kept.append(text[position : begin.start()])
        files.append((begin[1].strip(), content))
        position = end.end()
    if not files:
        return text, []
    kept.append(text[position:])
    return "".join(kept), files


def _decoded(block: str, base64: bool) -> bytes | None:
    if not block.isascii():
        return None
    if base64:
        content, well = transfer.base64(block.encode())
        return content if well else None
    out: list[bytes] = []
    for row in block.encode().split(b"\n"):
        if not row.strip():
            continue
        decoded = transfer.uu_line(row)
        if decoded is None:
            return None
        out.append(decoded)
    return b"".join(out)
