"""The Relay courier: many conversations with one relay, led by the thread that calls `send`.

Connections are kept between calls. One that the relay has closed meanwhile, or closes after some
mails, costs no mail: a copy of whose body nothing has gone waits for the next connection. What meets
us as a whole (no connection, no greeting, no login) defers the batch at once.

A Relay may be shared by threads: each `send` takes connections of its own, at most `connections`.
"""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Iterator, Sequence

from mailhub.courier.batch import Batch
from mailhub.courier.connection import Clock, Connection, Dialog, Lost, Timeouts
from mailhub.courier.conversations import Conversations
from mailhub.courier.copies import Copy
from mailhub.courier.introduction import introduce
from mailhub.courier.outcomes import Deferred, Features, Outcome, RelayAway
from mailhub.courier.relay_url import RelayUrl
from mailhub.courier.transactions import pipelined, step_by_step

_FRUITLESS = 3  # new connections in a row that end without one answer, until a batch gives up
_COPIES_A_CONNECTION = 4  # a further connection pays from about here


class Relay:
    """The way out by SMTP or LMTP."""

    def __init__(
        self,
        url: RelayUrl,
        *,
        name: str,
        clock: Clock,
        connections: int = 8,
        timeouts: Timeouts | None = None,
        patience: float = 300,
        idle: float = 30,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`name` is said in EHLO. `clock` counts seconds and never goes back.

        `patience` bounds one `send`, in seconds; `idle` is how long a kept connection is trusted;
        `tls` takes the place of the system's certificates where the URL has them checked.
        """
        self._url = url
        self._name = name.encode("idna")
        self._clock = clock
        self._connections = connections
        self._timeouts = timeouts or Timeouts()
        self._patience = patience
        self._idle = idle
        self._tls = tls
        self._kept: deque[Connection] = deque()  # its appends and pops are atomic
        self._features: Features | None = None
        self._closed = False

    def send(self, copies: Sequence[Copy]) -> Iterator[tuple[int, Outcome]]:
        """See `Courier.send`."""
        batch = Batch(copies)
        wanted = min(-(-len(copies) // _COPIES_A_CONNECTION), self._connections)
        yield from self._lead(batch, wanted)

    def features(self) -> Features:
        """See `Courier.features`. What was learned last is not asked again."""
        if self._features is None:
            batch = Batch(())
            for _ in self._lead(batch, 1):
                pass
            if self._features is None:
                raise RelayAway(batch.trouble)
        return self._features

    def close(self) -> None:
        """Says QUIT on what is kept, without waiting for the answer."""
        self._closed = True
        while self._kept:
            self._kept.popleft().close(b"QUIT\r\n")

    def _lead(self, batch: Batch, wanted: int) -> Iterator[tuple[int, Outcome]]:
        talks = Conversations(self._clock, self._clock() + self._patience)
        fruitless = 0
        try:
            for _ in range(wanted):
                self._begin(talks, batch)
            while talks:
                for link, lost in talks.step():
                    if lost is None:
                        self._keep(link)
                        continue
                    batch.trouble = str(lost)
                    again = _lose(link, lost, batch)
                    fruitless = 0 if link.answered or link.used else fruitless + 1
                    if again and batch.waiting and fruitless < _FRUITLESS and not talks.out_of_time:
                        self._begin(talks, batch)
                yield from batch.settled()
        finally:
            talks.close()
        batch.defer_rest(Deferred(batch.trouble))
        yield from batch.settled()

    def _begin(self, talks: Conversations, batch: Batch) -> None:
        link = self._take()
        talks.start(link, self._dialog(link, batch))

    def _dialog(self, link: Connection, batch: Batch) -> Dialog[None]:
        if not link.open:
            yield from introduce(link, self._url, self._name, self._tls)
            self._features = link.features
        transactions = pipelined if link.features.pipelining else step_by_step
        yield from transactions(link, batch)

    def _take(self) -> Connection:
        """A kept connection that still looks alive, else a new one, not yet open."""
        while self._kept:
            try:
                link = self._kept.popleft()
            except IndexError:  # another thread was faster
                break
            if self._clock() - link.kept_at <= self._idle and link.is_quiet():
                link.used, link.answered = True, 0
                return link
            link.close(b"QUIT\r\n")
        return Connection(self._timeouts, self._clock, lmtp=self._url.scheme == "lmtp")

    def _keep(self, link: Connection) -> None:
        if self._closed or link.replies or len(self._kept) >= self._connections:
            link.close(b"QUIT\r\n")
            return
        link.kept_at = self._clock()
        self._kept.append(link)


def _lose(link: Connection, lost: Lost, batch: Batch) -> bool:
    """Settles what a lost connection had under way. Whether another one may do better."""
    opened = link.open
    link.close()
    deferred = Deferred(str(lost))
    if link.asking is not None:
        # A new connection that ends at its very first copy may end because of that copy.
        if link.answered or link.used or link.awaiting:
            batch.put_back(link.asking, deferred)
        else:
            batch.settle(link.asking, deferred)
    if link.awaiting is not None:
        batch.settle(link.awaiting, deferred)  # the relay may have it
    return opened
