"""The story played in a hub that serves, and `once` in a hub of its own that ends with it."""

from __future__ import annotations

import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from mailhub import words
from mailhub.app.hub import Hub, clock, put_together
from mailhub.app.sample import checks, telling
from mailhub.app.sample.facts import gather
from mailhub.app.sample.player import Player, StoryStopped, found
from mailhub.app.sample.story import Story, read
from mailhub.app.serve import ROLES, Serving
from mailhub.app.waiting import figures
from mailhub.membership import Unusable
from mailhub.settings import Settings

PATIENCE = 60.0  # seconds until the hub must have come to rest
PAGE_SECONDS = 10.0
PAGE_OCTETS = 2_000_000

log = structlog.get_logger()


def story() -> Story:
    """The story of the templates."""
    return read(words.templates_folder() / "sample")


def check(settings: Settings) -> None:
    """Unusable where mail would leave: the people of the story are invented."""
    if settings.relay_url != "postbox:":
        raise Unusable("sample-needs-postbox", settings.relay_url.partition(":")[0])


def play_in(serving: Serving, hub: Hub) -> None:
    """Play what has not been played, in a hub that serves, and say on standard output where to look.
    What goes wrong is logged: the hub serves on."""
    tale = story()
    try:
        ends = found(hub, tale, clock())
        if ends is not None:
            count = play(serving, hub, tale, ends)
            log.info("sample-played", mails=count)
    except StoryStopped as stopped:
        log.error("sample-stopped", reason=telling.problem(tale, stopped.name, stopped.facts))
        return
    settings = hub.settings
    host, port = serving.http_address
    web = settings.site_url if f"{host}:{port}" in settings.site_url else f"http://{host}:{port}"
    host, port = serving.smtp_address or ("", 0)
    signposts = telling.signposts(tale, gather(hub, clock()))
    print(telling.welcome(tale, signposts, settings, web, f"{host}:{port}"), flush=True)


def once(settings: Settings, command: str) -> tuple[str, list[str]]:
    """(the story told, what went wrong, a line each), played in a hub of its own on free ports."""
    tale = story()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mailhub-sample-") as folder:
        hub = put_together(_alone(settings, Path(folder)))
        with running(hub) as serving:
            try:
                ends = found(hub, tale, clock())
                assert ends is not None, "a new hub has no communities"
                play(serving, hub, tale, ends)
            except StoryStopped as stopped:
                return "", [telling.problem(tale, stopped.name, stopped.facts)]
            settle(hub)
            facts = gather(hub, clock())
            signposts = telling.signposts(tale, facts)
            seconds = time.monotonic() - began
            wrong = telling.problems(tale, checks.problems(tale, facts))
            wrong += telling.problems(tale, pages(serving.http_address, signposts))
            return telling.told(tale, facts, signposts, settings, command, seconds), wrong


def _alone(settings: Settings, folder: Path) -> Settings:
    """Settings for a hub that has nothing but a folder; its words are those of the real one."""
    return Settings(
        data_dir=folder,
        domain=settings.domain,
        site_url=settings.site_url,
        smtp_listen="127.0.0.1:0",
        http_listen="127.0.0.1:0",
    )


def play(serving: Serving, hub: Hub, tale: Story, ends: datetime) -> int:
    """Send what is left of the story by a door of its own, whose clock shows the story's time."""
    time_now = [ends]
    with serving.side_door(lambda: time_now[0]) as door:
        player = Player(hub, tale, door, lambda at: time_now.__setitem__(0, at))
        return player.play(ends)


@contextmanager
def running(hub: Hub) -> Iterator[Serving]:
    serving = Serving(hub, ROLES)
    ready = threading.Event()
    thread = threading.Thread(target=serving.run, args=(lambda _: ready.set(),), daemon=True)
    thread.start()
    while not ready.wait(0.1):
        if not thread.is_alive():
            raise OSError("the hub did not start")
    try:
        yield serving
    finally:
        serving.stop()
        thread.join(PATIENCE)


def settle(hub: Hub) -> None:
    """Wait until nothing is due; what still waits then is found by the checks."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        with hub.database.reading() as session:
            now = figures(session, clock())
        if not now["inbound_waiting"] and not now["deliveries_waiting"]:
            return
        time.sleep(0.05)


def pages(web: tuple[str, int], signposts: Sequence[dict[str, str]]) -> Iterator[checks.Problem]:
    """The pages that the story points to are there and say what they should."""
    for signpost in signposts:
        url = f"http://{web[0]}:{web[1]}{signpost['path']}"
        try:
            with urllib.request.urlopen(url, timeout=PAGE_SECONDS) as answer:
                page = answer.read(PAGE_OCTETS).decode("utf-8", "replace")
            said = "" if signpost["says"] in page else "something else"
        except (OSError, urllib.error.HTTPError) as error:
            said = str(error)
        if said:
            yield (
                "page",
                {"path": signpost["path"], "found": said, "expected": f"“{signpost['says']}”"},
            )
