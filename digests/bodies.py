"""The two bodies of a digest, joined of pieces, and the mail around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digests import cut
from digests.bulletins.writing import Piece as Bulletin
from digests.cut import Cut
from digests.layout import Layout
from digests.pieces import Piece

Entry = tuple[int, Piece, str, str, bool]  # number, piece, section, why, whether in full
_END = b"\r\n"
TEXT = (
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_HTML = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
_OF_PIECES = ("item", "title")


class Frame:
    """A layout as octets: what stands around the pieces."""

    def __init__(self, shown: Layout) -> None:
        self.words = shown.words
        self.html = _parts(shown.html, shown.words["sections"], is_html=True)
        self.text = _parts(shown.text, shown.words["sections"], is_html=False)


def _parts(
    named: Mapping[str, str], sections: Mapping[str, str], *, is_html: bool
) -> dict[str, Cut]:
    """Each part by its name, and each section's heading by the section's."""
    parts = {
        name: cut.of_part(part, is_html=is_html)
        for name, part in named.items()
        if name not in _OF_PIECES
    }
    for section, words in sections.items():
        heading = {"section": cut.value(words, is_html=is_html)}
        parts[section] = Cut(parts["section"].filled(heading), ())
    return parts


def body(
    frame: Frame,
    entries: Sequence[Entry],
    facts: Mapping[str, str],
    organisation: str,
    on_top: Bulletin | None = None,
    *,
    is_html: bool,
) -> bytes:
    """One of the two bodies. `facts` are what the frame's openings say; `on_top` is what the stewards say."""
    parts = frame.html if is_html else frame.text
    values = {name: cut.value(text, is_html=is_html) for name, text in facts.items()}
    values["organisation"] = cut.value(organisation, is_html=is_html)
    out: list[bytes] = []
    parts["head"].into(out, values)
    if on_top is not None:
        out.append(_END)
        parts["bulletin"].into(out, on_top.html if is_html else on_top.text)
    before, in_titles = "", False
    for number, piece, section, why, full in entries:
        if in_titles and (full or section != before):
            out += _END, parts["titles_end"].first
            in_titles = False
        if section != before:
            out += _END, parts[section].first
            before = section
        side = piece.html if is_html else piece.text
        values["n"] = b"%d" % number
        if full:
            reason = side.whys[why]
            values["why"] = reason.filled(values) if reason.rest else reason.first
            out.append(_END)
            side.full.into(out, values)
            continue
        if not in_titles:
            out += _END, parts["titles"].first
            in_titles = True
        out.append(_END)
        side.short.into(out, values)
    if in_titles:
        out += _END, parts["titles_end"].first
    out.append(_END)
    parts["foot"].into(out, values)
    return b"".join(out)


def together(digest_id: int, html: bytes, text: bytes, form: str) -> bytes:
    """The bodies as they stand behind the header of a digest of this form."""
    if form == "text":
        return b"".join([TEXT, text, _END])
    mark = b"--=_digest_%x" % digest_id
    kind = b'Content-Type: multipart/alternative; boundary="' + mark[2:] + b'"\r\n\r\n'
    first = [kind, mark, _END, TEXT, text, _END]
    return b"".join([*first, mark, _END, _HTML, html, _END, mark, b"--\r\n"])
