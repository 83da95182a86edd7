"""What a mailing list of Mailman is, in our words: its settings and its members, as Mailman's own commands print
them. Nothing is run that stands in them.

Of Mailman 2: `config_list -o` (assignments, of which only plain values are read) and `list_members --fullnames`.
Of Mailman 3: the JSON of its REST API, `/3.1/lists/LIST/config`, and `mailman members`.

A list is never opened further than it was: who could not read its archive cannot read it here.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from mailhub.addresses import fold, is_address
from mailhub.membership import TEXTS, Unusable
from mailhub.membership.values import NUMBERS

MAX_CONFIG = 4 << 20  # octets
MAX_LINE = 1_000  # characters
MAX_MEMBERS = 100_000
_YES, _NO = (True, 1, "yes"), (False, 0, "no")
Config = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One of a list's people, from one line."""

    address: str
    name: str


def config(octets: bytes, file: str) -> Config:
    """A list's settings by Mailman's own names; Unusable where it is neither kind of file."""
    if len(octets) > MAX_CONFIG:
        raise Unusable("mailman-config", file)
    try:
        found = json.loads(octets) if octets.lstrip()[:1] == b"{" else dict(_assigned(octets))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        raise Unusable("mailman-config", file) from None
    if not found.keys() & {"real_name", "display_name", "description"}:
        raise Unusable("mailman-config", file)
    return found


def subscribers(octets: bytes, file: str) -> list[Subscriber]:
    """Those who stand in a file, one a line: `Jane Doe <jane@leeds.example>`, or an address alone; Unusable where a
    line has none."""
    found: dict[str, Subscriber] = {}
    for number, line in enumerate(_text(octets).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, address = parseaddr(line) if len(line) <= MAX_LINE else ("", "")
        if not is_address(fold(address)):
            raise Unusable("bad-address", f"{line.strip()[:100]} ({file}, {number})")
        found.setdefault(fold(address), Subscriber(fold(address), name.strip()))
    if len(found) > MAX_MEMBERS:
        raise Unusable("csv-rows", str(MAX_MEMBERS))
    return list(found.values())


def settings(of: Config) -> dict[str, str]:
    """What of a list's settings a community has too, as `community set` takes it; what is silent, or says
    what no community can, is left as it is."""
    found = {key: rule(of) for key, rule in _RULES}
    return {key: value for key, value in found.items() if value}


def addresses(of: Config, *names: str) -> list[str]:
    """The addresses in some of a list's settings; patterns and half addresses are left out."""
    values = [one for name in names if isinstance(of.get(name), list) for one in of[name]]
    folded = [fold(one) for one in values if isinstance(one, str)]
    return [one for one in dict.fromkeys(folded) if is_address(one)]


def _assigned(octets: bytes) -> Iterator[tuple[str, Any]]:
    with warnings.catch_warnings(action="ignore"):  # of what Python 2 took in a text
        tree = ast.parse(octets)
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    yield name, _mended(ast.literal_eval(value))
                except (ValueError, TypeError):
                    continue  # no plain value
            case _:
                continue


def _mended(value: Any) -> Any:
    """Python 2 wrote the octets of a text as they were; those of UTF-8 are read as that."""
    if isinstance(value, str):
        try:
            return value.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return value
    return [_mended(one) for one in value] if isinstance(value, list) else value


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _said(key: str, *names: str) -> Callable[[Config], str]:
    """The first of these that is a text of a length that we keep."""

    def said(of: Config) -> str:
        values = [of[name].strip() for name in names if isinstance(of.get(name), str)]
        return next((one for one in values if 0 < len(one) <= TEXTS[key]), "")

    return said


def _one_of(*names: str, **meaning: Collection[Any]) -> Callable[[Config], str]:
    """The word of ours under which one of these values stands."""

    def chosen(of: Config) -> str:
        for name in names:
            value = of.get(name)
            for word, values in meaning.items():
                if any(value == one and type(value) is type(one) for one in values):
                    return word
        return ""

    return chosen


def _number(key: str, name: str, *, none: int) -> Callable[[Config], str]:
    """A number, within what a community can have; `none` for Mailman's 0, no limit."""

    def number(of: Config) -> str:
        value = of.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            return ""
        least, most = NUMBERS[key]
        return str(min(max(value, least), most) if value else none)

    return number


def _visibility(of: Config) -> str:
    """Open only where anybody could find the list and read its archive."""
    if of.get("advertised") in _NO:
        return "secret"
    is_public = of.get("archive_private") in _NO or of.get("archive_policy") == "public"
    is_kept = of.get("archive") not in _NO
    return "open" if is_public and is_kept and of.get("advertised") in _YES else "closed"


# A setting of ours, and what of Mailman 2 or 3 says the same.
_RULES: tuple[tuple[str, Callable[[Config], str]], ...] = (
    ("name", _said("name", "real_name", "display_name")),
    ("description", _said("description", "description")),
    ("welcome", _said("welcome", "welcome_msg")),
    ("visibility", _visibility),
    (
        "joining",
        _one_of(
            "subscribe_policy",
            "subscription_policy",
            open=(0, 1, "open", "confirm"),
            approval=(2, 3, "moderate", "confirm_then_moderate"),
        ),
    ),
    (
        "strangers",
        _one_of(
            "generic_nonmember_action",
            "default_nonmember_action",
            accept=(0, "accept", "defer"),
            hold=(1, "hold"),
            refuse=(2, 3, "reject", "discard"),
        ),
    ),
    (
        "replies",
        _one_of(
            "reply_goes_to_list",
            "reply_goes_to_list",
            author=(0, "no_munging"),
            community=(1, "point_to_list"),
        ),
    ),
    ("administrative", _one_of("administrivia", hold=_YES, accept=_NO)),
    ("max_kilobytes", _number("max_kilobytes", "max_message_size", none=0)),
    ("max_recipients", _number("max_recipients", "max_num_recipients", none=1000)),
)
