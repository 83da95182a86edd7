"""Pages that strangers have seen are given again, for as long as nothing was committed to the database.

So a page is never old: the stamp of the database is read before a page is made, and a page is given again only under the
same stamp. Whoever sends a cookie gets nothing from here, and nothing made for them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from web_archive.kept import Kept
from web_archive.packing import WORTH_IT, packed, takes_gzip

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEEP = "mailhub.keep"  # in the environ: the app says that this answer may be kept
LONGEST_ADDRESS = 2_000  # characters: addresses take room too, and pages that nobody asks for again would take all of it
_WHOLE_ONLY = frozenset({"content-type", "content-length", "content-encoding"})


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it was given; `packed` is the same for whoever takes gzip, once somebody did."""

    stamp: object
    etag: str
    headers: list[tuple[str, str]]
    content: bytes
    unchanged: list[tuple[str, str]]  # the headers of "not modified"
    packed: Page | None = None

    @property
    def weight(self) -> int:
        """Octets in memory, about."""
        return len(self.content) + 2_000 + (self.packed.weight if self.packed else 0)


class KeptPages:
    """Stands in front of a WSGI app. `stamp` is cheap, and differs after every commit."""

    def __init__(self, app: WSGIApplication, stamp: Callable[[], object], octets: int) -> None:
        self._app = app
        self._stamp = stamp
        self._pages: Kept[Page] = Kept(octets, lambda page: page.weight)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_COOKIE" in environ:
            return self._app(environ, start_response)
        stamp = self._stamp()
        key = (environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        page = self._pages.get(key)
        if page is None or page.stamp != stamp:
            answer = self._made(environ, stamp)
            if not isinstance(answer, Page):
                status, headers, body = answer
                start_response(status, headers)
                return body
            page = answer
            self._keep(key, page)
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        if len(page.content) >= WORTH_IT and takes_gzip(accepted):
            if page.packed is None:
                page = replace(page, packed=_packed(page))
                self._keep(key, page)
            page = page.packed or page
        if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", list(page.unchanged))
            return []
        start_response("200 OK", page.headers)
        return [page.content]

    def _keep(self, key: tuple[str, str], page: Page) -> None:
        if len(key[0]) + len(key[1]) <= LONGEST_ADDRESS:
            self._pages.put(key, page)

    def _made(
        self, environ: WSGIEnvironment, stamp: object
    ) -> Page | tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        """A new page, or the answer as it is where it is not to be kept."""
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            started[:] = [status, headers]
            return lambda octets: None

        body = self._app(environ, start)
        status, headers = started
        if not environ.get(KEEP) or not status.startswith("200"):
            return status, headers, body
        content = b"".join(body)
        if close := getattr(body, "close", None):
            close()
        etag = f'"{sha256(content).hexdigest()[:24]}"'
        vary = [value for name, value in headers if name.lower() == "vary"]
        headers = [(name, value) for name, value in headers if name.lower() != "vary"]
        headers += [("Vary", ", ".join([*vary, "Accept-Encoding"])), ("ETag", etag)]
        return Page(stamp, etag, headers, content, _unchanged(headers))


def _unchanged(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [header for header in headers if header[0].lower() not in _WHOLE_ONLY]


def _packed(page: Page) -> Page:
    """The same as gzip, whose octets are others and need another mark."""
    content = packed(page.content)
    etag = f'{page.etag[:-1]}-gz"'
    changed = {"content-length": str(len(content)), "etag": etag}
    headers = [(name, changed.get(name.lower(), value)) for name, value in page.headers]
    encoded = [*headers, ("Content-Encoding", "gzip")]
    return Page(page.stamp, etag, encoded, content, _unchanged(encoded))
