"""The archive as one Flask app. Nothing is shared between two apps but the code."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from flask import Flask, request
from jinja2 import StrictUndefined
from prometheus_client import CollectorRegistry
from werkzeug.exceptions import HTTPException

from mailhub import visits
from mailhub.addresses import Tokens, fold
from mailhub.blobs import Blobs
from mailhub.compose.own import Templates
from mailhub.database import Database
from mailhub.notes import Desk
from mailhub.settings import Settings
from mailhub.settings import listed as listed_in
from mailhub.site import Site
from mailhub.words import templates_folder
from web_archive import (
    answers,
    blogs,
    changes,
    communities,
    downloads,
    events,
    feeds,
    finding,
    headlines,
    holding,
    library,
    links,
    mboxes,
    me,
    months,
    people,
    pictures,
    plain,
    postbox,
    posts,
    readers,
    refusing,
    signing_in,
    sitemaps,
    static_files,
    threads,
    unsubscribing,
    waiting,
    weeks,
)
from web_archive.converters import CONVERTERS
from web_archive.cookies import Cookies
from web_archive.counting import Readings
from web_archive.current import Hub, visitor
from web_archive.forms import Forms
from web_archive.headers import secured
from web_archive.invitations import Asking, Invitations
from web_archive.kept import Kept
from web_archive.kept_pages import KeptPages
from web_archive.limits import Limits
from web_archive.outlines import Outlines
from web_archive.paper_words import PaperWords
from web_archive.pieces import Pieces
from web_archive.places import Closed
from web_archive.stamps import Stamps
from web_archive.wording import FILTERS

KEPT_POSTS = 24 << 20  # octets
KEPT_PAGES = 24 << 20
KEPT_PIECES = 8 << 20
KEPT_OUTLINES = 4 << 20
KEPT_PICTURES = 8 << 20
KEPT_NAMES = 1 << 20
VIEWS = (
    communities.views,
    threads.views,
    posts.views,
    library.views,
    changes.views,
    events.views,
    events.own,
    blogs.views,
    headlines.views,
    weeks.views,
    downloads.views,
    finding.views,
    feeds.views,
    readers.views,
    readers.own,
    unsubscribing.views,
    holding.views,
    signing_in.views,
    me.views,
    waiting.views,
    months.views,
    mboxes.views,
    people.views,
    sitemaps.views,
    plain.views,
)


def create_app(
    settings: Settings,
    database: Database,
    secret: bytes,
    registry: CollectorRegistry | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    unique: Callable[[], str] = lambda: uuid4().hex,
) -> Flask:
    """The app over this database. `secret` is the hub's, which signs tokens and forms; with a
    `registry`, its figures stand at /metrics."""
    templates = templates_folder() / "web"
    app = Flask("web_archive", template_folder=str(templates), static_folder=None)
    app.url_map.converters.update(CONVERTERS)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_mail_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = 2 << 20
    app.url_map.merge_slashes = False  # a Message-ID may hold two
    words = tomllib.loads((templates / "words.toml").read_text(encoding="utf-8"))
    https = settings.site_url.startswith("https://")
    site = Site(settings.domain, settings.site_url, Tokens(secret), settings.timezone)
    blobs = Blobs(settings.blobs_folder)
    app.extensions["mailhub"] = Hub(
        settings,
        database,
        words,
        site=site,
        blobs=blobs,
        posts=Kept(KEPT_POSTS, len),
        outlines=Outlines(app.jinja_env, KEPT_OUTLINES),
        pictures=Kept(KEPT_PICTURES, pictures.weight),
        pictured=Kept(KEPT_NAMES, pictures.weight_of),
        paper_words=PaperWords(blobs),
        forms=Forms(secret, settings.site_url),
        cookies=Cookies(secret, https),
        limits=Limits(),
        invitations=Invitations(partial(_invite, settings, database, site, now), now),
        readings=Readings(database, now, settings.timezone),
        now=now,
        unique=unique,
    )
    _set_the_table(app, settings, words)
    app.context_processor(lambda: _of_page(settings.site_url))
    for views in VIEWS:
        app.register_blueprint(views)
    if settings.relay_url.startswith("postbox:"):
        app.register_blueprint(postbox.views)
    if registry is not None:
        app.register_blueprint(plain.metrics_view(registry))
    static_files.serve(app)
    app.after_request(answers.finished)
    app.register_error_handler(Closed, refusing.closed)
    app.register_error_handler(HTTPException, refusing.refused)
    app.wsgi_app = KeptPages(secured(app.wsgi_app, https), Stamps(database), KEPT_PAGES)  # type: ignore[method-assign]
    return app


def _set_the_table(app: Flask, settings: Settings, words: dict[str, Any]) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        links=links,
        words=words,
        pieces=Pieces(app.jinja_env, KEPT_PIECES),
        domain=settings.domain,
        has_postbox=settings.relay_url.startswith("postbox:"),
    )


def _of_page(site_url: str) -> dict[str, Any]:
    """Who looks; where somebody who signs in now comes back to; the one address of what is shown."""
    question = request.query_string.decode("latin-1")
    path = f"{request.path}?{question}" if question else request.path
    own = quote(request.path, safe="/@+=$!*,:")
    if question and {"page", "before"} & set(request.args):
        own += f"?{quote(question, safe='=&-')}"
    return {
        "visitor": visitor(),
        "here": quote(path, safe="/") if request.blueprint in answers.KEPT else "",
        "canonical": site_url + own,
    }


def _invite(
    settings: Settings, database: Database, site: Site, now: Callable[[], datetime], asking: Asking
) -> datetime | None:
    desk = Desk(site, Templates(templates_folder()))
    with database.writing() as session:
        return visits.invite(
            *(session, desk, asking.address, asking.browser, now()),
            known_browser=asking.known_browser,
            stewards=[fold(one) for one in listed_in(settings.stewards)],
        )
