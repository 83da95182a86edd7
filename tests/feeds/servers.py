"""A server on this machine that serves feeds, and everything that one would not wish to meet."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>York council news</title><link>{base}/</link>
{items}</channel></rss>"""


def item(number: int, day: int = 3, **more: str) -> str:
    """One entry of an RSS feed."""
    said = {
        "title": f"Story {number}",
        "link": f"/news/{number}",
        "guid": f"york-{number}",
        "pubDate": f"{day:02d} Nov 2026 10:00:00 GMT",
        "description": f"What story {number} says.",
    } | more
    return "<item>" + "".join(f"<{k}>{v}</{k}>" for k, v in said.items()) + "</item>\n"


class Server:
    """Answers by path. What was asked stands in `asked`, as (path, headers)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, Answer] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                answer = server.answers.get(self.path.partition("?")[0])
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

            def log_message(self, *args: object) -> None:
                """Nobody listens."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """What was asked for, but for robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def says(
        self, path: str, body: str | bytes, kind: str = "application/rss+xml", **headers: str
    ) -> str:
        """Serve this at a path; its address."""
        octets = body.encode() if isinstance(body, str) else body

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(octets)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(octets)

        self.answers[path] = answer
        return self.base + path

    def feed(self, path: str, *items: str, **headers: str) -> str:
        """Serve an RSS feed of these items at a path; its address."""
        return self.says(path, RSS.format(base=self.base, items="".join(items)), **headers)

    def status(self, path: str, status: int, **headers: str) -> str:
        """Answer with this status at a path; its address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.answers[path] = answer
        return self.base + path

    def leads(self, path: str, to: str, status: int = 302) -> str:
        """Redirect from a path; its address."""
        return self.status(path, status, Location=to)

    def drips(self, path: str, *, in_header: bool = False) -> str:
        """Say one octet every twentieth of a second, for ever; its address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            try:
                handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
                if not in_header:
                    handler.wfile.write(b"Content-Type: text/xml\r\n\r\n")
                for _ in range(400):
                    handler.wfile.write(b"x")
                    handler.wfile.flush()
                    time.sleep(0.05)
            except OSError:
                pass

        self.answers[path] = answer
        return self.base + path

    def raw(self, path: str, octets: bytes) -> str:
        """Say exactly these octets at a path; its address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            try:
                handler.wfile.write(octets)
            except OSError:
                pass

        self.answers[path] = answer
        return self.base + path

    def bomb(self, path: str) -> str:
        """Serve a gigabyte of blanks packed into a megabyte; its address."""
        packed = gzip.compress(b" " * (64 << 20), 9) * 4
        return self.says(path, packed, Content_Encoding="gzip")

    def serve(self) -> None:
        """Until it is stopped."""
        self._http.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """End it."""
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serving() -> Iterator[Server]:
    """A server until the block ends."""
    server = Server()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)
