"""`mailhub serve`: the front door, the workers, the beat and the web, all in one process or each
in its own. On SIGTERM it takes in nobody more, finishes what it holds, and hands back the rest."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import dramatiq
import structlog
from prometheus_client import CollectorRegistry

from mailhub import refusals
from mailhub.app import jobs as jobs_
from mailhub.app.alive import SignOfLife
from mailhub.app.asked import AskedCollector
from mailhub.app.bulletins import BulletinsCollector
from mailhub.app.figures import Figures
from mailhub.app.hub import Hub, alive_folder, clock, owners_folder, secret
from mailhub.app.readers import Readers
from mailhub.app.returned import ReturnedCollector
from mailhub.app.smtpd import FrontDoor
from mailhub.app.starting import check_addresses, prepare
from mailhub.app.sweep import Sweep
from mailhub.app.waiting import WaitingCollector
from mailhub.courier import Courier
from mailhub.database import cause_of
from mailhub.process import resolve
from mailhub.refusals import Refusal
from mailhub.spool import Spool

ROLES = ("smtp", "worker", "scheduler", "web")
BEAT_SECONDS = 1.0
ALIVE_SECONDS = 5.0  # between two signs of life of a worker
SIDE_DOOR_SECONDS = 20  # to open or to close one
# The queues and threads of each worker: a slow relay, or a paper that is hard to read, keeps no mail
# from being filed.
WORKERS = (
    ({"process_inbound", "act_on_decisions"}, jobs_.PROCESSING),
    ({"deliver"}, 1),
    ({"index_document", "run_timer"}, 1),
)
# Each call into SQLite gives the interpreter up and must have it back: with Python's own 5 ms a
# thread that computes would keep the others waiting as long at each of them.
SWITCH_SECONDS = 0.001
POLL_MS = 200  # how long an idle worker waits before it looks again, for a job or for the end

log = structlog.get_logger()


class Serving:
    """What runs in this process."""

    def __init__(
        self,
        hub: Hub,
        roles: Collection[str],
        way_out: Courier | None = None,
        poll_ms: int = POLL_MS,
    ) -> None:
        """`way_out` stands in for the courier of the settings."""
        self._hub = hub
        self._poll_ms = poll_ms
        self._way_out = way_out
        self._roles = roles
        self._registry = CollectorRegistry()
        self._figures = Figures(self._registry)
        self._registry.register(WaitingCollector(hub.database, clock))
        self._registry.register(ReturnedCollector(hub.database, clock))
        self._registry.register(AskedCollector(hub.database, clock))
        self._registry.register(BulletinsCollector(hub.database))
        self._stopping = threading.Event()

    def run(self, on_ready: Callable[[Serving], None] | None = None) -> None:
        """Serve until SIGTERM or SIGINT; NotMigrated, or Unusable where an address is taken."""
        sys.setswitchinterval(SWITCH_SECONDS)
        check_addresses(self._hub.settings, self._roles)
        prepare(self._hub)
        try:
            import uvloop

            runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        except ImportError:
            runner = asyncio.Runner()
        with runner:
            runner.run(self._serve(on_ready))

    def stop(self) -> None:
        """Ask it to end, from any thread."""
        self._loop.call_soon_threadsafe(self._end.set)

    @contextmanager
    def side_door(self, clock: Callable[[], datetime]) -> Iterator[tuple[str, int]]:
        """One more SMTP listener, on a free port of this machine, as (host, port); its mail counts as
        received when `clock` says. For mail that is older than today; from any thread."""
        listen = {"smtp_listen": "127.0.0.1:0", "lmtp_listen": ""}
        settings = self._hub.settings.model_copy(update=listen)
        door = FrontDoor(settings, self._spool, self._knows, clock, self._figures)
        self._wait_for(door.start())
        try:
            assert door.smtp_address is not None
            yield door.smtp_address
        finally:
            self._wait_for(door.stop())

    def _wait_for(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(SIDE_DOOR_SECONDS)

    async def _serve(self, on_ready: Callable[[Serving], None] | None) -> None:
        """Begin each role, wait for the end, and end them the other way round."""
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            if threading.current_thread() is threading.main_thread():
                self._loop.add_signal_handler(number, self._end.set)
        async with AsyncExitStack() as ends:
            ends.callback(self._hub.database.close)
            jobs = self._work(ends)
            if "scheduler" in self._roles:
                beat = threading.Thread(target=self._beat, args=(jobs,), name="beat", daemon=True)
                beat.start()
                ends.push_async_callback(asyncio.to_thread, beat.join, 5)
                ends.callback(self._stopping.set)  # where what follows cannot begin
            if "web" in self._roles:
                self._web(ends)
            if "smtp" in self._roles:
                await self._take_mail(jobs, ends)
            if on_ready:
                threading.Thread(target=on_ready, args=(self,), daemon=True).start()
            log.info("serving", roles=sorted(self._roles))
            await self._end.wait()
            log.info("stopping")
            self._stopping.set()
        log.info("stopped")

    def _work(self, ends: AsyncExitStack) -> jobs_.Jobs | None:
        """Begin the workers, where this process has them; whom the others tell of work, None where
        nobody would hear."""
        hub = self._hub
        broker = jobs_.broker(hub.settings.redis_url)
        works = "worker" in self._roles
        way_out = (self._way_out or hub.courier()) if works else None
        dispatch = hub.dispatch(way_out) if way_out else None
        readers = Readers()
        hub.tools.prover.on_proof = self._figures.on_proof
        if hub.tools.rounds is not None:
            hub.tools.rounds.on_look = self._figures.on_feed
        tools = replace(hub.tools, read=readers.read)
        jobs = self.jobs = jobs_.Jobs(broker, tools, dispatch, clock, self._figures.on_outcome)
        if way_out and dispatch:
            ends.callback(way_out.close)
            ends.push_async_callback(asyncio.to_thread, _attempt, dispatch.close)
        ends.callback(readers.close)
        workers = [
            dramatiq.Worker(
                broker, queues=queues, worker_timeout=self._poll_ms, worker_threads=threads
            )
            for queues, threads in (WORKERS if works else ())
        ]
        for worker in workers:
            worker.start()
        ends.push_async_callback(_stop, workers)
        if dispatch:
            threading.Thread(target=self._live, args=(workers,), name="alive", daemon=True).start()
            ends.push_async_callback(asyncio.to_thread, _attempt, dispatch.stop)
        # Without Redis a process that takes no jobs would heap them up: the sweep of another wakes.
        return jobs if works or hub.settings.redis_url else None

    async def _take_mail(self, jobs: jobs_.Jobs | None, ends: AsyncExitStack) -> None:
        """Open the front door."""
        wake = jobs.wake_inbound if jobs else None
        spool = Spool(self._hub.database, clock, wake, self._figures.on_group)
        ends.push_async_callback(asyncio.to_thread, spool.close)
        door = FrontDoor(self._hub.settings, spool, self._knows, clock, self._figures)
        ends.push_async_callback(door.stop)
        await door.start()
        self._spool = spool
        self.smtp_address, self.lmtp_address = door.smtp_address, door.lmtp_address

    def _knows(self, address: str) -> Refusal | None:
        with self._hub.database.reading() as session:
            found = resolve(session, address, self._hub.tools.site)
        return None if found else refusals.UNKNOWN_ADDRESS

    def _beat(self, jobs: jobs_.Jobs | None) -> None:
        sweep = Sweep(self._hub.tools, jobs, owners_folder(self._hub.settings))
        alive = SignOfLife(alive_folder(self._hub.settings), "scheduler")
        trouble = ""
        while not self._stopping.is_set():
            try:
                repeated = sweep.run(clock())
                alive.beat()
                trouble = ""
                if repeated:
                    self._figures.repeated.inc(repeated)
                    log.warning("deliveries-repeated", count=repeated)
            except Exception as error:
                said = str(cause_of(error))
                if said != trouble:  # once and not every second
                    log.error("sweep-failed", error=said)
                trouble = said
            self._stopping.wait(BEAT_SECONDS)
        alive.end()

    def _live(self, workers: Sequence[dramatiq.Worker]) -> None:
        alive = SignOfLife(alive_folder(self._hub.settings), "worker")
        threads = [one for w in workers for one in (*w.workers, *w.consumers.values())]
        while not self._stopping.is_set():
            alive.beat(threads)
            self._stopping.wait(ALIVE_SECONDS)
        alive.end()

    def _web(self, ends: AsyncExitStack) -> None:
        from mailhub.app.web import Web  # only where pages are served
        from web_archive.app import create_app

        settings = self._hub.settings
        app = create_app(settings, self._hub.database, secret(settings), registry=self._registry)
        ends.push_async_callback(asyncio.to_thread, app.extensions["mailhub"].readings.write)
        web = Web(app, settings.http_listen, settings.max_mail_bytes + (1 << 20))
        ends.push_async_callback(asyncio.to_thread, web.close)
        self.http_address = web.address
        log.info("listening", protocol="HTTP", host=web.address[0], port=web.address[1])


async def _stop(workers: Sequence[dramatiq.Worker]) -> None:
    """All at once, for each waits for what it does."""
    await asyncio.gather(*(asyncio.to_thread(_attempt, one.stop, 20_000) for one in workers))


def _attempt(step: Callable[..., None], *arguments: Any) -> None:
    """A step of the way out that must not keep the others from being done: the database or Redis may
    be away, and the next start sees to what is left."""
    try:
        step(*arguments)
    except Exception as error:
        log.error("not-stopped-cleanly", error=str(cause_of(error)))
