"""How digests come, as people write it: "weekly on Fridays at 4pm", "time zone Europe/Madrid", "language:
Welsh", "digests as plain text", "one digest for each community". A line is such a wish as a whole, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from mailhub import words
from mailhub.commands import grammar
from mailhub.commands.command import Command, Place
from mailhub.letter import Letter
from mailhub.membership import digesting
from mailhub.membership.values import Unusable

VERB = "digests"  # of an errand; its argument is a key and a value
MAX_LINES = 10
_LONGEST = 100


def understand(letter: Letter) -> tuple[Command, ...]:
    """The wishes at the top of a letter and, in their order, the settings on lines of their own among them
    ("weekly please"); none where no line is a wish. A letter without words that answers nothing says what its
    subject says."""
    found: list[Command] = []
    is_wish = False
    is_answer = letter.in_reply_to or letter.references
    text = letter.new_text.strip() or ("" if is_answer else letter.subject.strip())
    for line in text.splitlines()[:MAX_LINES]:
        said = " ".join(line.split()).rstrip(".!").lower()
        if not said:
            continue
        wishes = tuple(_line(said, line)) if len(said) <= _LONGEST else ()
        is_wish = is_wish or bool(wishes)
        alone = replace(letter, new_text=line, subject="")
        commands = wishes or grammar.understand(alone, Place.SETTINGS)
        if not commands and not grammar.is_courteous(letter, line):
            break
        found += commands
    return tuple(found) if is_wish else ()


def _line(said: str, written: str) -> Iterator[Command]:
    said = _around().sub("", said)
    for pattern, key in _patterns():
        match = pattern.fullmatch(said)
        if match is None:
            continue
        named = match.groupdict()
        if key:
            key, _, value = key.partition("=")
            value = value or named.get("value") or ""
            if key == "zone":
                value = written[-len(value) :] if written.lower().endswith(value) else value
            yield from _wish(key, value)
            return
        if named.get("often"):
            yield Command(_often()[named["often"]])
        if named.get("day"):
            yield from _wish("digest_day", named["day"])
        if named.get("hour"):
            hour = int(named["hour"])
            late = named.get("half") in words.table("digest-words")["pm"]
            yield from _wish(
                "digest_hour", str(hour % 12 + 12 * late if named.get("half") else hour)
            )
        return


def _wish(key: str, value: str) -> Iterator[Command]:
    try:
        digesting.typed(key, value)
    except Unusable:
        return
    yield Command(VERB, f"{key} {value}")


@cache
def _often() -> dict[str, str]:
    return {
        word: verb for verb, said in words.table("digest-words")["often"].items() for word in said
    }


@cache
def _around() -> re.Pattern[str]:
    """What is passed over in front of a wish and behind it."""
    please = _either(words.table("digest-words")["please"])
    return re.compile(rf"^(?:{please}) |,? (?:{please})$")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """(pattern, the key that it sets; "" where it is about time)."""
    table = words.table("digest-words")
    days = [one for names in words.table("dates")["weekdays"] for one in names]
    digest, often = f"(?:{_either(table['digest'])})", _either(_often())
    own, is_ = (f"(?:(?:{_either(table[name])}) )?" for name in ("own", "is"))
    halves = _either([*table["am"], *table["pm"], *table["oclock"]])
    at = (
        rf"(?: ?,? ?(?:{_either(table['at'])}) (?P<hour>\d{{1,2}})(?:[:.]00)? ?(?P<half>{halves})?)"
    )
    # Digests by the month come on the first of that day.
    before = rf",?(?: (?:{_either(table['on'])}))(?: (?:{_either(table['which'])}))*"
    day = rf"(?:{before} (?P<day>(?:{_either(days)})s?)(?: (?:{_either(table['parts'])}))?)"
    return (
        (re.compile(rf"(?:(?P<often>{often})(?: {digest})?|{own}{digest}){day}{at}?"), ""),
        (re.compile(rf"(?:(?P<often>{often})(?: {digest})?|{own}{digest}){at}"), ""),
        (re.compile(rf"{own}(?:{_either(table['zone'])}) ?:? ?{is_}(?P<value>\S+)"), "zone"),
        (
            re.compile(rf"{own}(?:{_either(table['language'])}) ?:? ?{is_}(?P<value>\w+)"),
            "language",
        ),
        *(
            (re.compile(rf"(?:{_either(said)})(?P<value>)"), f"{key}={value}")
            for key, by in table["others"].items()
            for value, said in by.items()
        ),
    )


def _either(said: object) -> str:
    assert isinstance(said, list | dict)
    return "|".join(re.escape(one) for one in sorted(said, key=len, reverse=True))
