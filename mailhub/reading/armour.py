"""Sets the armour of a mail that is PGP-signed in its text apart from the words in it (RFC 9580, 7).

Nothing is verified here, and the mail goes on as it came; only new words are told from what a program
wrote around them. Armour that does not end stays words from where it begins.
"""

from __future__ import annotations

from mailhub.reading.quoted_lines import Line

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_HEADERS = 6  # "Hash: SHA512" and the like


def set_apart(lines: list[str], kinds: list[Line]) -> None:
    """Marks the armour as signature, and takes the dash from lines that were escaped with one."""
    begin = _line(lines, _SIGNED, 0)
    signature = _line(lines, _SIGNATURE, begin)
    end = _line(lines, _END, signature)
    if end == len(lines):
        return
    headers = range(begin, min(begin + _HEADERS, signature))
    words = next((n for n in headers if not lines[n].strip()), begin + 1)
    _mark(kinds, begin, words)
    _mark(kinds, signature, end + 1)
    for number in range(words, signature):
        lines[number] = lines[number].removeprefix("- ")


def _mark(kinds: list[Line], start: int, end: int) -> None:
    kinds[start:end] = [Line.SIGNATURE] * (end - start)


def _line(lines: list[str], words: str, start: int) -> int:
    """The number of the first line with just these words from `start`; that of all lines if none is."""
    return next((n for n in range(start, len(lines)) if lines[n].rstrip() == words), len(lines))
