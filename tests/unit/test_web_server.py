"""The pages' server begins and ends cleanly, also while somebody reads."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from mailhub.app.web import THREADS, Web

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/slow":
        time.sleep(0.3)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"read"]


def page(web: Web, path: str) -> bytes:
    host, port = web.address
    with urllib.request.urlopen(f"http://{host}:{port}{path}", timeout=30) as answer:
        return bytes(answer.read())


def test_it_ends_with_a_page_under_way_and_a_connection_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    for _ in range(10):
        web, read = Web(app, "localhost:0"), []
        with socket.create_connection(web.address):
            slow = threading.Thread(target=lambda: read.append(page(web, "/slow")))  # noqa: B023
            slow.start()
            assert page(web, "/") == b"read"
            time.sleep(0.05)
            web.close()
            slow.join()
        assert read == [b"read"]
        with pytest.raises(urllib.error.URLError):
            page(web, "/")
    assert not failed


@pytest.mark.parametrize(("asked", "goes_on"), [("keep-alive", True), ("close", False)])
def test_a_connection_goes_on_after_not_modified_unless_its_end_was_asked_for(
    asked: str, goes_on: bool
) -> None:
    def unchanged(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("304 Not Modified", [("ETag", '"1"')])
        return []

    web = Web(unchanged, "127.0.0.1:0")
    connection = http.client.HTTPConnection(*web.address, timeout=30)
    for _ in range(3):
        connection.request("GET", "/", headers={"Connection": asked})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (304, b"")
        assert (connection.sock is not None) is goes_on
    connection.close()
    web.close()


def test_its_threads_keep_to_one_processor_and_no_others_do() -> None:
    mine = os.sched_getaffinity(0)

    def where(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(len(os.sched_getaffinity(0))).encode()]

    web = Web(where, "127.0.0.1:0")
    assert page(web, "/") == b"1"
    assert os.sched_getaffinity(0) == mine
    web.close()


def test_who_is_slow_to_read_large_files_holds_no_thread() -> None:
    def large(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/":
            return [b"read"]
        return (bytes(1 << 20) for _ in range(25))

    web = Web(large, "127.0.0.1:0")
    slow = [socket.create_connection(web.address) for _ in range(THREADS)]
    for one in slow:
        one.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    assert page(web, "/") == b"read"
    for one in slow:
        one.close()
    web.close()


def test_no_more_is_taken_than_a_form_may_have() -> None:
    web = Web(app, "127.0.0.1:0", largest=100_000)
    with socket.create_connection(web.address, timeout=30) as asking:
        asking.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
        asking.sendall(bytes(100_001))
        assert asking.recv(1_000).startswith(b"HTTP/1.1 413 ")
    web.close()


def test_many_who_open_a_connection_and_say_nothing_keep_nobody_out() -> None:
    web = Web(app, "127.0.0.1:0")
    silent = [socket.create_connection(web.address) for _ in range(200)]
    for one in silent:
        one.sendall(b"GET / HTTP/1.1\r\n")
    assert page(web, "/") == b"read"
    for one in silent:
        one.close()
    web.close()
