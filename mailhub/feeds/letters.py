"""Mail to `+feeds`: facilitators follow feeds, drop them, and see which there are.

Nothing is fetched while a mail is answered: a feed that is new is due at once, and who asked for it is told
within seconds what came of it (`telling`). Whoever is no facilitator is told where the headlines are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from mailhub.commands import Asked, Told
from mailhub.commands.command import Command
from mailhub.commands.of_tools import ask_first, said_to
from mailhub.feeds import following, telling
from mailhub.feeds.tables import Feed, Source
from mailhub.letter import Letter
from mailhub.membership import LOOKING_AFTER, became, membership_of, requests
from mailhub.models import Community, Person, Request
from mailhub.notes import Desk, Note
from mailhub.syndication import urls
from mailhub.syndication.trouble import Trouble
from mailhub.tool import Came

NAME = "feeds"
KIND = "feeds"  # of the question whether it was they
MOST = 10  # errands of one mail
_PLACES = frozenset({"", "settings", "notices", NAME})
_MARK = "feed"  # in an address's place, where a line is read as a command

Errand = dict[str, Any]


def take(came: Came) -> Told:
    """A mail to `+feeds` that the rules let through."""
    asked = came.asked
    if asked.person is None or asked.membership() is None:
        return Told("not-answered")
    if not _looks_after(asked, asked.person):
        return Told("answered", (asked.note("feed-facilitators-only", once=""),))
    told = commands(asked)
    return told or Told("answered", (asked.note("feed-unclear", once=""),))


def commands(asked: Asked) -> Told | None:
    """What a facilitator asks about feeds; None where these are no words about them."""
    community, person = asked.community, asked.person
    if community is None or person is None or asked.verb not in _PLACES:
        return None
    is_here = asked.verb == NAME
    wanted = _errands(asked.letter, only_named=not is_here)
    if wanted is None:
        return None
    if not _looks_after(asked, person):
        if asked.membership() is None:
            return None
        return Told("answered", (asked.note("feed-facilitators-only", once=""),))
    if not wanted:
        return Told("answered", (_listed(asked, community),))
    if asked.trusted:
        return _done(asked, community, person, asked.address, wanted)
    shown = [one | {"what": _what(asked, community, one)} for one in wanted]
    return ask_first(asked, KIND, "feed-confirm", {"errands": wanted}, errands=shown)


def confirmed(asked: Asked, desk: Desk, request: Request) -> Told:
    """The person has said that it was they."""
    requests.settle(asked.session, request, "done", request.address, asked.now)
    community = asked.session.get_one(Community, request.community_id)
    person = became(asked.session, request.person_id)
    member = membership_of(asked.session, community.id, person.id) if person else None
    if person is None or member is None or member.role not in LOOKING_AFTER:
        return Told("answered", (asked.note("feed-facilitators-only", once=""),))
    return _done(asked, community, person, request.address, request.detail["errands"])


def _errands(letter: Letter, *, only_named: bool) -> list[Errand] | None:
    """What is to be followed and dropped; none where the list is asked for; None where it is nothing of all
    that. Elsewhere than at the feeds' own address a line must say what is to be done."""
    found: list[Errand] = []
    is_list = False
    lines = [line.strip() for line in letter.new_text.splitlines()[:200] if line.strip()]
    for line in [*lines, *([letter.subject] if not lines else [])]:
        named = urls.in_text(line)
        said = _said(letter, line, named)
        if said is not None and said.verb == "list":
            is_list = True
        elif said is not None and said.verb == "drop" and (said.argument or named):
            found += [{"verb": "drop", "url": url} for url in named]
            found += [{"verb": "drop", "number": int(said.argument)}] if said.argument else []
        elif named and (said is not None or not only_named):
            found += [{"verb": "follow", "url": url} for url in named]
    if not found and not only_named and not is_list:
        found = [{"verb": "follow", "url": url} for url in urls.in_text(letter.subject)]
    return found[:MOST] if found or is_list else None


def _said(letter: Letter, line: str, named: list[str]) -> Command | None:
    """The command of one line, any address in it read as "feed"."""
    for url in named:
        line = line.replace(url, _MARK).replace(url.removeprefix("https://"), _MARK)
    plain = re.sub(r"[<>()]", " ", line)
    return next(iter(said_to(NAME, replace(letter, new_text=plain, subject=""))), None)


def _done(
    asked: Asked, community: Community, person: Person, address: str, errands: list[Errand]
) -> Told:
    done: list[dict[str, Any]] = []
    begun = False
    by = replace(asked.by, person_id=person.id)
    for errand in errands:
        told: dict[str, Any] = {"verb": errand["verb"], "changed": False, "why": ""}
        told["title"] = _what(asked, community, errand)
        if errand["verb"] == "drop":
            feed = _meant(asked, community, errand)
            if feed is not None:
                following.drop(asked.session, feed, asked.now, by=by)
                told["changed"] = True
        else:
            try:
                _, is_new = following.follow(
                    asked.session, community, errand["url"], asked.now, by=by, tell=address
                )
            except Trouble as trouble:
                told["why"] = telling.why(trouble.name, trouble.said)
            else:
                if is_new:
                    begun = True
                    continue  # what came of it is told once it was fetched
        done.append(told)
    if not done:
        return Told("done" if begun else "answered")
    feeds = following.listing(asked.session, community.id)
    return Told("done", (asked.note("feed-done", done=done, feeds=feeds),))


def _meant(asked: Asked, community: Community, errand: Errand) -> Feed | None:
    if "number" in errand:
        return following.of_number(asked.session, community, errand["number"])
    return following.of_url(asked.session, community, errand["url"])


def _what(asked: Asked, community: Community, errand: Errand) -> str:
    """What an errand is about, as people know it."""
    if errand["verb"] == "follow":
        return str(errand["url"])
    feed = _meant(asked, community, errand)
    if feed is None:
        return str(errand.get("number") or errand.get("url"))
    source = asked.session.get_one(Source, feed.source_id)
    return source.title or source.url


def _listed(asked: Asked, community: Community) -> Note:
    feeds = following.listing(asked.session, community.id)
    why = {one.number: telling.why(one.trouble, one.trouble_said) for one in feeds if one.trouble}
    return asked.note("feed-list", feeds=feeds, why=why)


def _looks_after(asked: Asked, person: Person) -> bool:
    member = asked.membership()
    return member is not None and member.role in LOOKING_AFTER
