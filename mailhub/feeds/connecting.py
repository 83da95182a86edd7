"""Connections to strangers' servers, as httpcore takes them: to the one address that was checked, and with what is left
of one deadline on every step."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import httpcore


class Checked(httpcore.NetworkBackend):
    """Connects to one address alone, whatever name is asked for."""

    def __init__(self, ip: str, until: float, clock: Callable[[], float]) -> None:
        self._ip = ip
        self._until = until
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._until, self._clock)
        stream = httpcore.SyncBackend().connect_tcp(self._ip, port, timeout=left)
        return _Hurried(stream, self._until, self._clock)


class _Hurried(httpcore.NetworkStream):
    """A connection on which each step has what is left of the time, so that drips cannot make it long."""

    def __init__(
        self, stream: httpcore.NetworkStream, until: float, clock: Callable[[], float]
    ) -> None:
        self._stream = stream
        self._until = until
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until, self._clock))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until, self._clock))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._until, self._clock)
        safe = self._stream.start_tls(ssl_context, server_hostname, left)
        return _Hurried(safe, self._until, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float, clock: Callable[[], float]) -> float:
    left = until - clock()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
