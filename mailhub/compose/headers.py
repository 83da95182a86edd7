"""The header of a delivered mail: the author's lines kept, what must not go on taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

from mailhub.reading import authentication, charsets

# Told to nobody else (RFC 5322 3.6.3), or meant for the first hop alone.
_REMOVED = frozenset(
    {
        "bcc", "return-path", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to",
        "disposition-notification-to", "disposition-notification-options", "return-receipt-to",
        "x-confirm-reading-to", "x-pmrqc", "generate-delivery-report", "prevent-nondelivery-report",
        "reply-to", "mail-followup-to", "mail-reply-to", "precedence", "errors-to", "x-loop",
        "archived-at", "auto-submitted", "content-length", "status", "x-status",
        "x-auto-response-suppress", "mailing-list",
    }
)  # fmt: skip
_ONCE = frozenset(
    {
        "from", "sender", "to", "cc", "date", "subject", "message-id", "in-reply-to", "references",
        "mime-version", "content-type", "content-transfer-encoding",
    }
)  # fmt: skip
_AUTHORS = frozenset({"from", "sender"})
_ADDRESSEES = frozenset({"to", "cc", "resent-from", "resent-to", "resent-cc"})
_TRACE = frozenset(
    {"received", "message-id", "references", "in-reply-to", "date", "dkim-signature"}
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.){0,500}"')
# A quoted string, or words of a name that stand beside each other.
_WORDS = re.compile(
    r'"(?:[^"\\]|\\.){0,500}"|[^\s<>(),;:"]+(?: [^\s<>(),;:"@]+(?![^\s<>(),;:"]*@))*'
)
_EIGHT_BIT_ADDRESS = re.compile(
    r"(?:[^\s<>(),;:\"]+ ){0,10}<[^<>\s]*[^\x00-\x7f][^<>\s]*>"
    r"|[^\s<>(),;:\"@]*@[^\s<>(),;:\"]*[^\x00-\x7f][^\s<>(),;:\"]*"
    r"|[^\s<>(),;:\"@]*[^\x00-\x7f][^\s<>(),;:\"@]*@[^\s<>(),;:\"]*"
)
_CODED = "=?"  # begins an encoded word (RFC 2047)
_ENDLESS = re.compile(r"\S{900}")  # a word that no line has room for
_NO_ID = re.compile(r"[^!-;=?-~]")
_FIELD = re.compile(rb"([!-9;-~]{1,76}):")
MAX_LINE = 998


def lines(block: bytes) -> list[tuple[str, bytes]]:
    """A header block as (name in lower case, whole field with its folds and CRLF)."""
    fields: list[tuple[str, bytes]] = []
    for line in block.split(b"\r\n"):
        if not line:
            continue
        if line[:1] in b" \t" and fields:
            name, octets = fields[-1]
            fields[-1] = (name, octets + line + b"\r\n")
            continue
        line = line.lstrip()
        found = _FIELD.match(line)
        if found:
            fields.append((found.group(1).decode("ascii").lower(), line + b"\r\n"))
    return fields


def kept(block: bytes, *, own_authserv: str) -> list[tuple[str, bytes]]:
    """The fields that go on. Gone are foreign List-* fields, requests for receipts, and results of
    authentication that claim to be ours (RFC 8601 section 5)."""
    return [
        (name, sound(octets))
        for name, octets in lines(block)
        if name not in _REMOVED
        and not name.startswith("list-")
        and not (name == "authentication-results" and _claims_to_be(octets, own_authserv))
    ]


def _claims_to_be(octets: bytes, authserv: str) -> bool:
    """Whether results say that this server found them; those that cannot be read, where they name it
    anywhere, since others may read them."""
    value = octets.partition(b":")[2].decode("utf-8", "replace").lower()
    said = authentication.read(value)
    if said is None:
        return authserv in value
    return said.authserv.partition("/")[0].rstrip(".") == authserv


def once(fields: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The same, with no field twice that may stand there once (RFC 5322 3.6): servers refuse such mail,
    and verifiers take its signatures for false. The first one counts; those who are written to are
    joined."""
    found: list[tuple[str, bytes]] = []
    at: dict[str, int] = {}
    for name, octets in fields:
        if name not in _ONCE or name not in at:
            at[name] = len(found)
            found.append((name, octets))
        elif name in ("to", "cc"):
            before, more = found[at[name]][1].rstrip(b"\r\n ,"), octets.partition(b":")[2].strip()
            comma = b",\r\n " if more and not before.endswith(b":") else b" "
            found[at[name]] = name, before + comma + more + b"\r\n"
    return found


def sound(octets: bytes) -> bytes:
    """A field that any server takes: no NUL or bare CR, no line over 998 octets (RFC 5322 2.1.1),
    raw 8-bit octets as encoded words (RFC 2047)."""
    octets = octets.replace(b"\0", b"")
    if not octets.isascii():
        octets = _ascii(octets)
    if all(len(line) <= MAX_LINE for line in octets.split(b"\r\n")):
        return octets
    return _folded(octets)


def _ascii(octets: bytes) -> bytes:
    """A field with raw 8-bit octets in ASCII, as its kind allows: encoded words for text and for the
    names of people, an encoded word in quotes for a file name. An author's 8-bit address stays, for a
    relay that speaks SMTPUTF8; that of any other becomes a name alone (RFC 6857 3.1.8)."""
    field_name, _, value = octets.partition(b":")
    name = field_name.decode("ascii")
    text, _ = charsets.decode(b" ".join(value.split()))
    if name.lower() in _AUTHORS:
        return f"{name}: {_WORDS.sub(_encoded_name, text)}\r\n".encode()
    if name.lower() in _ADDRESSEES:
        text = _EIGHT_BIT_ADDRESS.sub(lambda found: f"{_encoded(found.group())} :;", text)
        return f"{name}: {_WORDS.sub(_encoded_name, text)}\r\n".encode("ascii", "replace")
    if name.lower().startswith("content-"):
        text = _QUOTED.sub(lambda found: f'"{_encoded(found.group())}"', text)
        return f"{name}: {text}\r\n".encode("ascii", "replace")
    if name.lower() in _TRACE:
        return f"{name}: {text}\r\n".encode("ascii", "replace")
    return field(name, text)


def _encoded_name(words: re.Match[str]) -> str:
    return words.group() if "@" in words.group() else _encoded(words.group())


def _encoded(words: str) -> str:
    """Words as encoded words where they need it, without the quotes around them."""
    if words.isascii():
        return words
    return Header(words.strip('"').replace('\\"', '"'), "utf-8", maxlinelen=900).encode()


def _folded(octets: bytes) -> bytes:
    """Long lines folded at blanks, and where there is none at the limit."""
    rest, out = octets[:-2].replace(b"\r\n", b""), []
    while len(rest) > MAX_LINE:
        cut = rest.rfind(b" ", 1, MAX_LINE)
        cut = cut if cut > 0 else MAX_LINE - 1
        out.append(rest[:cut])
        rest = b" " + rest[cut:].lstrip()
    return b"\r\n".join([*out, rest]) + b"\r\n"


def field(name: str, text: str) -> bytes:
    """One field of ours with a text value, encoded and folded; a line end cannot get in, and what looks like
    an encoded word is one to nobody."""
    value = " ".join(text.split())
    plain = value.isascii() and _CODED not in value and not _ENDLESS.search(value)
    encoded = Header(value, "us-ascii" if plain else "utf-8", header_name=name)
    return name.encode() + b": " + encoded.encode(linesep="\r\n").encode("ascii") + b"\r\n"


def identified(name: str, *ids: str) -> bytes:
    """One field of ours with Message-IDs, as far as they can stand in a header."""
    return raw(name, " ".join(f"<{_NO_ID.sub('', one)[:900] or 'unknown'}>" for one in ids))


def above(fields: Iterable[bytes], content: EmailMessage) -> bytes:
    """A mail of ours: its header, with CRLF line ends, and below it the fields of its content.

    The standard library reads whatever is set as a field of an EmailMessage as if it had come in a mail: it decodes
    the words in it, line ends and all, and writes these into the header. So nothing that strangers wrote is set there.
    """
    return b"".join(fields) + content.as_bytes(policy=SMTP.clone(max_line_length=990))


def raw(name: str, value: str) -> bytes:
    """One field of ours that is made of addresses, links and tokens alone, as it stands, but for lines
    that are too long. It is 8-bit only where an author's address is (RFC 6532)."""
    octets = f"{name}: {value}\r\n".encode()
    return octets if len(octets) <= MAX_LINE else _folded(octets)


def results(value: str) -> bytes:
    """What we found of who sent a mail (RFC 8601), a line for each method."""
    value = value.encode("ascii", "replace").decode("ascii")
    return raw("Authentication-Results", value.replace("; ", ";\r\n "))


def list_id(name: str, identifier: str) -> bytes:
    """List-Id (RFC 2919): the name may be encoded, the identifier behind it never is."""
    words = field("List-Id", re.sub(r'[\x00-\x1f"\\]', "", name))[:-2]
    fits = len(words.rpartition(b"\r\n")[2]) + len(identifier) < 74
    return words + (b" " if fits else b"\r\n ") + f"<{identifier}>\r\n".encode("ascii")


def mailbox(name: str, address: str) -> str:
    """`Policy and Performance <policy@D>` for a header, the name encoded where it must be. An 8-bit
    address stays as it is, for a relay that speaks SMTPUTF8."""
    name = " ".join(name.split())
    if name.isascii() and _CODED in name:
        return f"{Header(name, 'utf-8', maxlinelen=900).encode()} <{address}>"
    if address.isascii():
        return formataddr((name, address))
    return f"{formataddr((name, '@'))[:-3]}<{address}>"
