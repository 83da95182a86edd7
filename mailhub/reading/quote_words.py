"""The tables by which quotes and signatures are known, read once from `templates/words/`.

Every pattern made here is run on lines of bounded length alone (`PROBE` characters), so that no
letter, however odd, can make one slow.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from mailhub.reading.sieve import Beginnings, Endings, Sieve
from mailhub.words import templates_folder

# No mail program's own line is longer, people's paragraphs are: only so much of a line is matched.
PROBE = 600

# "On Tue, Apr 11", "Le lun. 15", "W dniu 28", "在 2021": at most three words to a digit.
_TO_A_DIGIT = r"(?:\s{1,3}|(?=\d)|,\s)(?:[^\W\d_]{1,14}[.,،)'’׳]{0,2}\s{1,3}){0,3}\(?\d"

Tables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class QuoteWords:
    """What tells an earlier mail in a letter, for all languages at once."""

    wrote: frozenset[str]
    wrote_unspaced: tuple[str, ...]
    you_wrote: re.Pattern[str]
    opener: re.Pattern[str]
    opener_within: re.Pattern[str]
    quoting: tuple[str, ...]
    prose: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]
    labels: dict[str, str]
    original: frozenset[str]
    forwarded: frozenset[str]
    forwarded_bare: frozenset[str]
    forward_subjects: frozenset[str]
    reply_subjects: frozenset[str]
    above: tuple[str, ...]
    above_rarest: frozenset[str]


@dataclass(frozen=True, slots=True)
class SignatureWords:
    """What tells a signature, a notice or a list's footer, for all languages at once."""

    sent_from: Beginnings
    sent_from_my: tuple[str, ...]
    sent_from_end: Endings
    phone_heads: frozenset[str]
    devices: tuple[str, ...]
    whole: frozenset[str]
    systems: tuple[str, ...]
    possessives: frozenset[str]
    apology: re.Pattern[str]
    apologies: Beginnings
    notice_starts: Beginnings
    notice_titles: frozenset[str]
    strong_notice: Sieve
    speaks_of_itself: Sieve
    weak_notice: Sieve
    hours: Sieve
    closings: frozenset[str]
    contact_labels: frozenset[str]
    banner: tuple[str, ...]
    banner_more: tuple[str, ...]
    marking: frozenset[str]
    footer: tuple[str, ...]


@cache
def quote_words() -> QuoteWords:
    """The words of `templates/words/quotes.toml`."""
    tables = _tables("quotes")
    openers = _all(tables["openers"])
    capitals = [word[0].upper() + word[1:] for word in openers]
    return QuoteWords(
        wrote=frozenset(_all(tables["wrote"])),
        wrote_unspaced=tuple(_all(tables["wrote_unspaced"])),
        you_wrote=re.compile(rf"\b(?:{_either(_all(tables['you_wrote']))})\W*$"),
        opener=re.compile(rf"[-–—_*\"\s]{{0,80}}(?:{_either(openers)}){_TO_A_DIGIT}"),
        opener_within=re.compile(rf"(?:(?<=\s)|(?<=--))(?:{_either(capitals)}){_TO_A_DIGIT}"),
        quoting=tuple(_all(tables["quoting"])),
        prose=tuple(
            (
                tuple(f"{opener} " for opener in tables["openers"][language]),
                re.compile(
                    rf"\d(?:\s*[ap]\.?m\.?|\s?uhr)?,?\s+(?:(?:{_either(tables['wrote'][language])})\s)?"
                    rf"(?:{_either(words)})(?:\s|(?<='))"
                ),
            )
            for language, words in tables["prose"].items()
        ),
        labels={label: kind for kind, words in tables["labels"].items() for label in _all(words)},
        original=frozenset(_all(tables["original"])),
        forwarded=frozenset(_all(tables["forwarded"])),
        forwarded_bare=frozenset(_all(tables["forwarded_bare"])),
        forward_subjects=frozenset(_all(tables["forward_subjects"])),
        reply_subjects=frozenset(_all(tables["reply_subjects"])),
        above=tuple(_all(tables["above"])),
        above_rarest=frozenset(max(words.split(), key=len) for words in _all(tables["above"])),
    )


@cache
def signature_words() -> SignatureWords:
    """The words of `templates/words/signatures.toml`."""
    tables = _tables("signatures")
    return SignatureWords(
        sent_from=Beginnings(_all(tables["sent_from"])),
        sent_from_my=tuple(_all(tables["sent_from"])[:2]),
        phone_heads=frozenset(
            words[:2]
            for words in ["please", *_all(tables["sent_from"]), *_all(tables["apologies"])]
        ),
        sent_from_end=Endings(_all(tables["sent_from_end"])),
        whole=frozenset(_all(tables["devices_whole"])),
        systems=tuple(_all(tables["systems"])),
        possessives=frozenset(_all(tables["possessives"])),
        apology=re.compile(rf"(?<![^\W_])(?:{_either(_all(tables['apologies']))})"),
        apologies=Beginnings(_all(tables["apologies"])),
        devices=tuple(_all(tables["devices"])),
        notice_starts=Beginnings(tables["notice"]["starts"]),
        notice_titles=frozenset(tables["notice"]["starts"]),
        speaks_of_itself=Sieve(tables["notice"]["this"]),
        strong_notice=Sieve(tables["notice"]["strong"]),
        weak_notice=Sieve(tables["notice"]["weak"]),
        hours=Sieve(_all(tables["hours"])),
        closings=frozenset(_all(tables["closings"])),
        contact_labels=frozenset(_all(tables["contact_labels"])),
        banner=tuple(_all(tables["banner"])),
        banner_more=tuple(_all(tables["banner_more"])),
        marking=frozenset(_all(tables["marking"])),
        footer=tuple(_all(tables["footer"])),
    )


def _tables(name: str) -> Tables:
    path = templates_folder() / "words" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _all(table: dict[str, list[str]]) -> list[str]:
    return [word for words in table.values() for word in words]


def _either(words: Iterable[str]) -> str:
    """The words as alternatives, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))
