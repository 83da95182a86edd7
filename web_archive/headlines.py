"""Headlines of the news feeds that a community follows. All words are plain text, and links lead to other
sites, which learn nothing of who comes."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import Integer, bindparam, func, select
from werkzeug.exceptions import NotFound

from mailhub.feeds.tables import Feed, Headline, Source
from web_archive.current import reading, viewer
from web_archive.paging import asked_page
from web_archive.places import readable
from web_archive.queries import Statement, many, once

PAGE = 40

views = Blueprint("headlines", __name__)


@views.get("/c/<slug:slug>/headlines/")
def headlines(slug: str) -> str:
    """The headlines, the latest first; `?feed=` those of one feed."""
    page, feed = asked_page(), request.args.get("feed", "")
    if feed and not (feed.isdecimal() and len(feed) <= 9):
        raise NotFound
    start = (page - 1) * PAGE
    given = {"start": start, "most": PAGE + 1} | ({"feed": int(feed)} if feed else {})
    with reading() as db:
        place = readable(db, slug, viewer())
        found = many(db, _headlines(bool(feed)), community=place.id, **given)
        sources = many(db, _sources(), community=place.id)
    if (start or feed) and not found:
        raise NotFound
    return render_template(
        "headlines.html",
        place=place,
        headlines=found[:PAGE],
        sources=sources,
        feed=int(feed) if feed else None,
        page=page,
        more=len(found) > PAGE,
    )


@once
def _headlines(of_one: bool) -> Statement:
    query = (
        select(
            Headline.id,
            Headline.title,
            Headline.url,
            Headline.summary,
            Headline.at,
            Source.title.label("source"),
        )
        .join(Feed, Feed.id == Headline.feed_id)
        .join(Source, Source.id == Feed.source_id)
        .where(Headline.community_id == bindparam("community"))
        .order_by(Headline.at.desc(), Headline.id.desc())
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("most", type_=Integer))
    )
    return query.where(Headline.feed_id == bindparam("feed")) if of_one else query


@once
def _sources() -> Statement:
    return (
        select(Feed.id, Source.title, Source.site_url, func.count(Headline.id).label("headlines"))
        .join(Source, Source.id == Feed.source_id)
        .join(Headline, Headline.feed_id == Feed.id)
        .where(Feed.community_id == bindparam("community"))
        .group_by(Feed.id, Source.title, Source.site_url)
        .order_by(Source.title, Feed.id)
    )
