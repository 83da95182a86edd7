"""One page or feed, fetched from a stranger's server: politely, and without trust.

Politely: it says who asks, asks only for what is new (RFC 9110, section 13), and hears Retry-After.
Without trust: the address is checked before each connection, redirects one by one; all that a fetch may
take, names and handshakes and the slowest drip of octets included, is SECONDS; what it may bring is
LARGEST, unpacked. It keeps no cookies, sends no names or passwords, and runs nothing.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore

from mailhub.dns import NoAnswer
from mailhub.feeds.connecting import Checked
from mailhub.feeds.reach import Reach
from mailhub.feeds.unpacking import unpacked
from mailhub.syndication import urls
from mailhub.syndication.trouble import Trouble

SECONDS = 25.0  # for one fetch, whatever it consists of
LARGEST = 4 << 20  # octets
MAX_REDIRECTS = 5
LONGEST_WAIT = 7 * 86_400  # that a server may ask of us, in seconds
_PERMANENT, _REDIRECTS = (301, 308), (301, 302, 303, 307, 308)
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9,"
    " text/xml;q=0.9, text/html;q=0.5, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of what we have, given back to it (RFC 9110, sections 8.8, 13.1)."""

    etag: str = ""
    modified: str = ""


NONE = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came. `url` is where it came from in the end, `moved_to` where it will always be found from now
    on, "" where it has not moved. Without `is_new` it is as we have it, and there is no body."""

    url: str
    is_new: bool
    body: bytes = b""
    content_type: str = ""
    validators: Validators = NONE
    moved_to: str = ""
    fresh_for: int = 0  # seconds


class Web:
    """The way to strangers' servers. `clock` gives seconds that never go back, `now` the time; `agent` says
    who asks."""

    def __init__(
        self,
        reach: Reach,
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        agent: str,
        seconds: float = SECONDS,
        largest: int = LARGEST,
    ) -> None:
        self._reach = reach
        self._clock = clock
        self._now = now
        self._agent = agent
        self._seconds = seconds
        self._largest = largest
        self._tls: ssl.SSLContext | None = None

    def fetch(self, url: str, have: Validators = NONE) -> Fetched:
        """What is at this address now, unless it is as we `have` it. Trouble says why not."""
        until = self._clock() + self._seconds
        start = str(urls.read(url))
        here, moved = start, ""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._asked(urls.read(here), have, until)
            if answer.status in _REDIRECTS:
                there = urls.joined(here, answer.header("location"))
                if not there:
                    raise Trouble("redirects", answer.header("location")[:100])
                permanent = answer.status in _PERMANENT and here == (moved or start)
                here, moved = there, there if permanent else moved
                continue
            return self._taken(answer, here, moved, have)
        raise Trouble("redirects", str(MAX_REDIRECTS))

    def _taken(self, answer: _Answer, here: str, moved: str, have: Validators) -> Fetched:
        fresh = answer.fresh_for()
        if answer.status == 304:
            return Fetched(here, False, validators=have, moved_to=moved, fresh_for=fresh)
        if answer.status == 410:
            raise Trouble("gone")
        if not 200 <= answer.status < 300:
            raise Trouble("status", str(answer.status), answer.retry_after(self._now()))
        validators = Validators(
            _bounded(answer.header("etag")), _bounded(answer.header("last-modified"))
        )
        kind = answer.header("content-type")[:200]
        return Fetched(here, True, answer.body, kind, validators, moved, fresh)

    def _asked(self, url: urls.Url, have: Validators, until: float) -> _Answer:
        """One question to one server. httpcore speaks HTTP over a connection that we have made: to the
        address that was checked, with what is left of the time."""
        try:
            ip = self._reach.address(url.host, url.port)
        except NoAnswer:
            raise Trouble("no-answer", url.host) from None
        backend = Checked(ip, until, self._clock)
        headers = [
            ("Host", _host(url)),
            ("User-Agent", self._agent),
            ("Accept", ACCEPT),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "close"),
            *([("If-None-Match", have.etag)] if have.etag else []),
            *([("If-Modified-Since", have.modified)] if have.modified else []),
        ]
        asked = httpcore.URL(
            scheme=url.scheme.encode(),
            host=url.host.strip("[]").encode(),
            port=url.port,
            target=url.target.encode(),
        )
        tls = self._context() if url.scheme == "https" else None
        try:
            with (
                httpcore.ConnectionPool(ssl_context=tls, network_backend=backend) as pool,
                pool.stream("GET", asked, headers=headers) as response,
            ):
                return self._answer(response.status, response.headers, response.iter_stream())
        except (httpcore.TimeoutException, TimeoutError):
            raise Trouble("too-slow", url.host) from None
        except (httpcore.NetworkError, OSError) as error:
            is_tls = isinstance(error.__cause__ or error, ssl.SSLError)
            raise Trouble("tls" if is_tls else "unreachable", url.host) from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            raise Trouble("nonsense", url.host) from None

    def _answer(
        self, status: int, headers: Iterable[tuple[bytes, bytes]], chunks: Iterable[bytes]
    ) -> _Answer:
        said: dict[str, str] = {}
        for name, value in headers:
            said.setdefault(name.decode("latin-1").lower(), value.decode("latin-1").strip())
        body = b""
        if 200 <= status < 300:
            body = unpacked(chunks, said.get("content-encoding", ""), self._largest)
        return _Answer(status, said, body)

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpcore.default_ssl_context()
        return self._tls


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def fresh_for(self) -> int:
        """For how long the server says that nothing will change (RFC 9111, section 5.2.2)."""
        for one in self.header("cache-control")[:500].split(","):
            name, _, value = one.strip().partition("=")
            if name.lower() == "max-age" and value.strip('"').isdecimal() and len(value) < 10:
                return int(value.strip('"'))
        return 0

    def retry_after(self, now: datetime) -> int:
        """Seconds that we are asked to wait (RFC 9110, section 10.2.3)."""
        said = self.header("retry-after")
        if said.isdecimal() and said.isascii() and len(said) < 10:
            return min(int(said), LONGEST_WAIT)
        try:
            at = parsedate_to_datetime(said)
        except (ValueError, TypeError, IndexError):
            return 0
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0, min(int((at - now).total_seconds()), LONGEST_WAIT))


def _host(url: urls.Url) -> str:
    plain = (url.scheme, url.port) in (("http", 80), ("https", 443))
    return url.host if plain else f"{url.host}:{url.port}"


def _bounded(value: str) -> str:
    """A validator that can be sent back as it is."""
    return value if value.isascii() and value.isprintable() and len(value) <= 500 else ""
