"""A DNS server in threads of the test's own process, over UDP and TCP, on a free port.

    with Zones({"leeds.example": {"TXT": ["v=spf1 -all"], "MX": [(10, "mx.leeds.example")]}}) as dns:
        Settings(dns=dns.address)

The records can be changed while it runs. A name with SILENT gets no answer, one with FAILING gets
SERVFAIL; `"*": SILENT` among a name's records is silence for all other types. A name that is not there, and has nothing below it, NXDOMAIN. Over UDP, what does not fit is
cut short, so that the asker comes again by TCP.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.TXT import TXT

SILENT = "silent"
FAILING = "failing"
Records = Mapping[str, Sequence[Any]] | str
MAX_CNAMES = 12


class Zones:
    """A DNS server that knows these names: each with its records by type, SILENT or FAILING.

    A TXT record is text, octets, or a list of strings; MX a pair; CNAME, PTR, A and AAAA text. `asked`
    counts the questions that came, by (name, type).
    """

    def __init__(self, names: Mapping[str, Records] | None = None, ttl: int = 300) -> None:
        self.names: dict[str, Records] = {}
        self.asked: Counter[tuple[str, str]] = Counter()
        self.is_silent = False
        self._ttl = ttl
        self.update(names or {})
        self._servers = self._start()
        self.port: int = self._servers[0].server_address[1]
        self.address = f"127.0.0.1:{self.port}"

    def update(self, names: Mapping[str, Records]) -> None:
        """Add names, or give those that are there other records."""
        self.names.update({name.lower().rstrip("."): records for name, records in names.items()})

    def stop(self) -> None:
        """Ends it; it can be called twice."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers = ()

    def __enter__(self) -> Zones:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stop()

    def _start(self) -> tuple[socketserver.BaseServer, ...]:
        for _ in range(20):  # until a port is free for both
            by_udp = _ByUdp(("127.0.0.1", 0), _UdpQuestion)
            try:
                by_tcp = _ByTcp(("127.0.0.1", by_udp.server_address[1]), _TcpQuestion)
            except OSError:
                by_udp.server_close()
                continue
            for server in (by_udp, by_tcp):
                server.zones = self
                threading.Thread(
                    target=server.serve_forever, args=(0.02,), name="dns", daemon=True
                ).start()
            return by_udp, by_tcp
        raise OSError("no port is free for both UDP and TCP")

    def answer(self, wire: bytes, limit: int) -> bytes | None:
        """The answer to a question, at most `limit` octets; None for silence."""
        question = dns.message.from_wire(wire)
        asked = question.question[0]
        name, kind = _plain(asked.name), asked.rdtype
        self.asked[name, dns.rdatatype.to_text(kind)] += 1
        if self.is_silent:
            return None
        answer = dns.message.make_response(question, recursion_available=True)
        for _ in range(MAX_CNAMES):
            found = self.names.get(name)
            if found == SILENT:
                return None
            if found == FAILING:
                answer.set_rcode(dns.rcode.SERVFAIL)
                break
            if found is None:
                if not any(other.endswith("." + name) for other in self.names):
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                break
            assert not isinstance(found, str), found
            kind_text = dns.rdatatype.to_text(kind)
            if kind_text not in found and "CNAME" in found:
                answer.answer.append(_records(name, "CNAME", found["CNAME"], self._ttl))
                name = str(found["CNAME"][0]).lower().rstrip(".")
                continue
            if kind_text not in found and found.get("*") == SILENT:
                return None
            if found.get(kind_text):
                answer.answer.append(_records(name, kind_text, found[kind_text], self._ttl))
            break
        whole = answer.to_wire(max_size=65535)
        if len(whole) <= limit:
            return whole
        cut = dns.message.make_response(question, recursion_available=True)
        cut.flags |= dns.flags.TC
        return cut.to_wire()


def _plain(name: dns.name.Name) -> str:
    """A name in lower case, without a dot at its end, its odd octets as they are."""
    return b".".join(name.labels[:-1]).decode("latin-1").lower()


def _records(name: str, kind: str, values: Sequence[Any], ttl: int) -> dns.rrset.RRset:
    owner = dns.name.from_text(name)
    if kind == "TXT":
        return dns.rrset.from_rdata_list(owner, ttl, [_txt(value) for value in values])
    texts = [_text(kind, value) for value in values]
    return dns.rrset.from_text_list(owner, ttl, "IN", kind, texts)


def _txt(value: Any) -> TXT:
    strings = value if isinstance(value, list | tuple) else [value]
    pieces: list[bytes] = []
    for one in strings:
        octets = one if isinstance(one, bytes) else str(one).encode("utf-8")
        pieces += [octets[start : start + 255] for start in range(0, len(octets) or 1, 255)]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, pieces or [b""])


def _text(kind: str, value: Any) -> str:
    if kind == "MX":
        preference, host = value
        return f"{preference} {str(host).rstrip('.')}."
    if kind in ("CNAME", "PTR"):
        return f"{str(value).rstrip('.')}."
    return str(value)


class _ByUdp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    zones: Zones


class _ByTcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    zones: Zones


class _UdpQuestion(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, endpoint = self.request
        answer = self.server.zones.answer(wire, 1232)  # type: ignore[attr-defined]
        if answer is not None:
            endpoint.sendto(answer, self.client_address)


class _TcpQuestion(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with suppress(OSError, struct.error):
            (length,) = struct.unpack("!H", self.request.recv(2))
            answer = self.server.zones.answer(self.request.recv(length), 65535)  # type: ignore[attr-defined]
            if answer is not None:
                self.request.sendall(struct.pack("!H", len(answer)) + answer)
