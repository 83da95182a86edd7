"""What an answer to a digest says of which of its things: pure.

By number ("3: we used a shared service"), or under a quoted thing. What stands nowhere is not placed; words
that could be meant for several things are not either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mailhub.commands import digest_heads
from mailhub.commands.grammar import Command, Place, understand
from mailhub.letter import Letter

MAX_LINES = 5_000
MAX_LENGTH = 1_000
_QUOTED = re.compile(r"\s{0,3}(?:[>|]\s?)+")
_NUMBERED = re.compile(r"\s*(\d{1,3})\. (\S.*)")
_TITLED = re.compile(
    r"\s*(?:(?:re|on)\b:? ?)?(?:#?(?P<number>\d{1,3})[.:)]? )?[\"“]?(?P<title>\w[^:]{2,200}?)[\"”]?(?::| [–—-] )",
    re.IGNORECASE,
)
_SETTINGS = frozenset(
    {"daily", "weekly", "monthly", "each", "none", "leave", "pause", "resume", "more", "undo"}
)
_ONES = frozenset({"yes", "no", "maybe"})


@dataclass(slots=True)
class Placed:
    """What was said: words for each number, wishes about numbers ("more", "mute"), and commands."""

    answers: dict[int, str] = field(default_factory=dict)
    wishes: list[tuple[int, str]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)


def placed(letter: Letter, titles: Mapping[int, str]) -> Placed | None:
    """All that a letter says, each at its place; None where some of it has none. `titles` are those of the
    digest, by their numbers."""
    found = Placed()
    named = _by_titles(letter, titles)
    if named is None:
        return None
    said = understand(named, Place.DIGEST)
    below = _under_quotes(letter, titles)
    if below is not None and said and len(below.answers) == 1:
        return None  # "Every week." below a question: an answer to it, or a wish?
    if below is not None or not said:
        return below
    for command in said:
        if not _place(named, command, titles, found):
            return None
    return found


def _by_titles(letter: Letter, titles: Mapping[int, str]) -> Letter | None:
    """The letter with numbers for the titles at the beginning of its lines, where it begins with one: "Re
    Missed bins: we do too", "1. Bins - we do too". A word alone, as in "Note: …", may be no title."""
    known = {_folded(title): number for number, title in titles.items()}
    lines: list[str] = []
    for line in letter.new_text.strip().splitlines()[:MAX_LINES]:
        found = _TITLED.match(line[:MAX_LENGTH])
        number = known.get(_folded(found["title"])) if found else None
        if found and number and (found["number"] or " " in found["title"].strip()):
            if int(found["number"] or number) != number:
                return None  # the number of one thing, the title of another
            line = f"{number}: {line[found.end() :].strip()}"
        elif not lines:
            return letter
        lines.append(line)
    return replace(letter, new_text="\n".join(lines)) if len(known) == len(titles) else letter


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def _place(letter: Letter, command: Command, titles: Mapping[int, str], found: Placed) -> bool:
    """Whether a command has its place here."""
    number = command.item
    if command.verb == "more" and number is None and (command.argument or "").isdigit():
        number = int(command.argument or 0)
    if number is None:
        if command.verb in (*_ONES, "answer"):
            if len(titles) != 1:
                return False
            number = next(iter(titles))
            found.answers[number] = command.argument or letter.new_text.strip()
            return True
        found.commands.append(command)
        return True
    if command.verb in ("more", "mute", "unmute"):
        found.wishes.append((number, command.verb))
        return True
    if number not in titles:
        return False
    words = command.argument or "" if command.verb == "answer" else ""
    words = _without_wishes(letter, words, found) if words else _own(letter, number, command.verb)
    if words:
        found.answers[number] = words
    return True


def _without_wishes(letter: Letter, words: str, found: Placed) -> str:
    """An answer without the settings below it: "1: bins weekly", and on the last line "monthly please"."""
    lines = words.split("\n")
    while len(lines) > 1:
        last = lines[-1].strip()
        if last:
            said = understand(replace(letter, new_text=last, subject=""), Place.DIGEST)
            if not said or any(one.verb not in _SETTINGS for one in said):
                break
            for one in said:
                number = one.item or int(one.argument or 0) if one.verb == "more" else 0
                if number:
                    found.wishes.append((number, "more"))
                else:
                    found.commands.append(one)
        lines.pop()
    return "\n".join(lines).strip()


def _own(letter: Letter, number: int, verb: str) -> str:
    """The words of "3: yes please" as they stood."""
    for line in letter.new_text.splitlines()[:MAX_LINES]:
        head = digest_heads.of(line[:MAX_LENGTH])
        if head is not None and number in head.numbers and head.rest:
            return head.rest
    return verb


def _under_quotes(letter: Letter, titles: Mapping[int, str]) -> Placed | None:
    """Words below the quoted things that they are about. Nothing may stand above the quotes; and where
    several things are quoted and all words stand below the last, they may be meant for any of them."""
    said: dict[int, list[str]] = {}
    quoted: list[int] = []
    for line in letter.text.splitlines()[:MAX_LINES]:
        line = line[:MAX_LENGTH]
        mark = _QUOTED.match(line)
        if mark:
            number = _number(line[mark.end() :], titles)
            if number:
                quoted.append(number)
        elif line.strip() and not _introduces(line, letter):
            if not quoted:
                return None
            said.setdefault(quoted[-1], []).append(line)
        elif quoted and quoted[-1] in said:
            said[quoted[-1]].append("")
    if not said or (len(said) == 1 and len(set(quoted)) > 1 and quoted[-1] in said):
        return None
    own = {number: "\n".join(lines).strip() for number, lines in said.items()}
    if letter.signature and (last := quoted[-1]) in own:
        own[last] = own[last].removesuffix(letter.signature.strip()).strip()
    return Placed({number: words for number, words in own.items() if words})


def _introduces(line: str, letter: Letter) -> bool:
    """Whether a line is the mail program's ("On 3 Nov Jane wrote:"): none of the writer's new words."""
    return line.strip() not in letter.new_text


def _number(line: str, titles: Mapping[int, str]) -> int | None:
    """The number of the thing whose title a quoted line is."""
    match = _NUMBERED.match(line)
    if match is None:
        return None
    number, title = int(match[1]), " ".join(match[2].split())
    known = " ".join(titles.get(number, "").split())
    same = known and (known.startswith(title) or title.startswith(known[:40]))
    return number if same else None
