"""The beginning of a conversation: connect, greeting, EHLO, STARTTLS, login.

Whatever goes wrong here is the relay's matter or the operator's and never a recipient's, so every
refusal, 5xx too, is `Lost`. A password is never sent unless the URL lets it go as it would go, and
never stands in any words.
"""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode

from mailhub.courier.connection import Connection, Dialog, Lost, SocketAddress
from mailhub.courier.outcomes import Features
from mailhub.courier.relay_url import RelayUrl
from mailhub.courier.replies import Reply

_MOST_ADDRESSES = 4  # of a relay that are tried


def introduce(
    link: Connection, url: RelayUrl, name: bytes, context: ssl.SSLContext | None
) -> Dialog[None]:
    """Leads `link` to where MAIL can be said. `name` is what we call ourselves."""
    yield from link.connect(_addresses(url), url.place)
    if url.tls == "implicit":
        yield from link.start_tls(_context(url, context), url.host)
    greeting = yield from link.reply(link.timeouts.command)
    _must(greeting, 220)
    offers = yield from _hello(link, url, name)
    if url.tls in ("required", "offered"):
        if "STARTTLS" in offers:
            _must((yield from _ask(link, b"STARTTLS")), 220)
            yield from link.start_tls(_context(url, context), url.host)
            offers = yield from _hello(link, url, name)  # what was said before is void: RFC 3207
        elif url.tls == "required":
            raise Lost("4.7.0 the relay offers no STARTTLS")
    if url.user is not None:
        yield from _log_in(link, url.user, url.password, offers.get("AUTH", "").upper().split())
    size = offers.get("SIZE", "").strip()
    link.features = Features(
        eight_bit="8BITMIME" in offers,
        smtputf8="SMTPUTF8" in offers,
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 19 else 0,
        pipelining="PIPELINING" in offers,
    )
    link.open = True


def _addresses(url: RelayUrl) -> list[SocketAddress]:
    # The one step that blocks: the system's resolver, with the system's limits.
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as trouble:
        raise Lost(f"4.4.1 the name {url.host} has no address: {trouble}") from None
    return [(family, address) for family, _, _, _, address in found[:_MOST_ADDRESSES]]


def _context(url: RelayUrl, given: ssl.SSLContext | None) -> ssl.SSLContext:
    if given is not None and url.verify:
        return given
    context = ssl.create_default_context()
    if not url.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _hello(link: Connection, url: RelayUrl, name: bytes) -> Dialog[dict[str, str]]:
    """What is offered: keyword → parameters, keywords in capitals."""
    verb = b"LHLO " if url.scheme == "lmtp" else b"EHLO "
    answer = yield from _ask(link, verb + name)
    if answer.code // 100 == 5 and url.scheme != "lmtp":
        _must((yield from _ask(link, b"HELO " + name)), 250)
        return {}
    _must(answer, 250)
    offers: dict[str, str] = {}
    for line in answer.lines[1:]:
        keyword, _, values = line[4:].decode("ascii", "replace").strip().partition(" ")
        keyword = keyword.upper()
        if keyword.startswith("AUTH="):  # as some old servers write it
            keyword, values = "AUTH", keyword[5:] + " " + values
        offers[keyword] = f"{offers.get(keyword, '')} {values}".strip()
    return offers


def _log_in(link: Connection, user: str, password: str, ways: list[str]) -> Dialog[None]:
    name, secret = user.encode(), password.encode()
    if "PLAIN" in ways:  # RFC 4616
        answer = yield from _ask(link, b"AUTH PLAIN " + b64encode(b"\0" + name + b"\0" + secret))
    elif "LOGIN" in ways:
        answer = yield from _ask(link, b"AUTH LOGIN")
        for word in (name, secret):
            _must(answer, 334)
            answer = yield from _ask(link, b64encode(word))
    else:
        raise Lost("4.7.0 the relay offers no login we know (PLAIN, LOGIN)")
    _must(answer, 235)


def _ask(link: Connection, command: bytes) -> Dialog[Reply]:
    yield from link.write((command + b"\r\n",))
    return (yield from link.reply(link.timeouts.command))


def _must(answer: Reply, code: int) -> None:
    if answer.code != code:
        raise Lost(answer.words)
