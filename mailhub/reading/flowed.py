"""format=flowed (RFC 3676): the paragraphs that the sender's program broke are whole again."""

from __future__ import annotations


def unfold(text: str, delete_space: bool) -> str:
    """`text` (line ends LF) with its soft breaks undone; quotes keep their marks.

    `delete_space` is DelSp=yes: the blank before a soft break is not part of the text.
    """
    out: list[str] = []
    paragraph: list[str] = []
    open_depth = -1
    for row in text.split("\n"):
        depth = len(row) - len(row.lstrip(">"))
        words = row[depth:]
        if words.startswith(" "):  # space-stuffed
            words = words[1:]
        signature = words == "-- "
        if paragraph and (depth != open_depth or signature):
            # A soft break never crosses a change of quoting or the signature's mark.
            out.append("".join(paragraph))
            paragraph = []
        if not paragraph:
            paragraph.append(">" * depth + " " if depth else "")
            open_depth = depth
        if words.endswith(" ") and not signature:
            paragraph.append(words[:-1] if delete_space else words)
            continue
        paragraph.append(words)
        out.append("".join(paragraph))
        paragraph = []
    if paragraph:
        out.append("".join(paragraph))
    return "\n".join(out)
