"""Mail addresses where they stand in text: in a notice, a report, a header of a program.

Whom a person's From names is told elsewhere, by its structure; here an address is what looks like one.
Linear: the parts of an address are bounded, and no comment or quote is followed into another.
"""

from __future__ import annotations

import re
from email.message import Message

from mailhub.reading import cleaning, encoded

MAX_ADDRESSES = 100

ADDRESS = re.compile(
    r"(?:\"[^\"\r\n]{1,64}\"|[^\s<>()\[\]\",;:@|\\]{1,128})"
    r"@(?:\[[0-9A-Fa-f.:]{3,45}\]|[^\s<>()\[\]\"',;:@|\\!?/={}*]{1,255})"
)


def address_in(text: str) -> str:
    """The first mail address in `text`, without brackets and closing marks; "" where there is none.

    An address that was made unreadable on purpose ("jane...@example.org") is none.
    """
    match = ADDRESS.search(text)
    if match is None:
        return ""
    local, _, domain = match.group().rpartition("@")
    if local.endswith("...") or ".." in domain:
        return ""
    domain = domain.rstrip(".-_'")
    local = local.lstrip("'") if not local.endswith("'") else local.strip("'")
    if not local or not domain or local.endswith("="):
        return ""
    return f"{local}@{domain}"


def addresses_of(message: Message, name: str) -> tuple[str, ...]:
    """The addresses in all headers of that name, in order, at most 100."""
    fields = [encoded.from_wire(str(field)[:8000]) for field in message.get_all(name, [])[:10]]
    found = [address_in(match.group()) for field in fields for match in ADDRESS.finditer(field)]
    return tuple(cleaning.line(address) for address in found if address)[:MAX_ADDRESSES]


def sender_of(message: Message) -> tuple[str, str]:
    """(display name, address) of From; the address is what stands in brackets, "" for "<>"."""
    value = encoded.from_wire(str(message.get("From", ""))[:2000])
    name, bracket, rest = value.rpartition("<")
    if bracket:
        address = rest.partition(">")[0].strip()
    else:
        address = address_in(value)
        name = value.replace(address, " ") if address else value
    return cleaning.line(encoded.text(name)).strip(" \"'()"), cleaning.line(address)
