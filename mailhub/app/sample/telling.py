"""The story told on the terminal: what people received, discussions, papers, where each can be seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mailhub.app.sample import checks, headlines
from mailhub.app.sample.facts import Facts, PostFact
from mailhub.app.sample.story import Story
from mailhub.settings import Settings
from web_archive.tree import in_order


def welcome(
    story: Story, signposts: Sequence[dict[str, str]], settings: Settings, web: str, smtp: str
) -> str:
    """What `serve --sample` says when everything is there."""
    list_ = story.places[0]
    member = next(iter(story.people.values()))
    held = next(turn for turn in story.turns if turn.becomes == "held" and turn.slug == list_.slug)
    return _rendered(
        story,
        "welcome.txt",
        places=story.places,
        signposts=signposts,
        web=web,
        smtp=smtp,
        list=f"{list_.slug}@{settings.domain}",
        member=member.address,
        held=held,
        stranger=story.people[held.by].name,
        facilitator=story.facilitator(list_.slug),
        steward=story.steward(),
        mailbox=lambda address: f"{web}/postbox/{quote(address, safe='@+')}/",
        founding=f"hub@{settings.domain}",
        folder=settings.data_dir.absolute(),
    )


def told(
    story: Story,
    facts: Facts,
    signposts: Sequence[dict[str, str]],
    settings: Settings,
    command: str,
    seconds: float,
) -> str:
    """The whole story as it went; `command` is what the reader types for `mailhub`."""
    return _rendered(
        story,
        "told.txt",
        story=story,
        facts=facts,
        signposts=signposts,
        site=settings.site_url,
        domain=settings.domain,
        places={place.slug: place for place in story.places},
        people=story.people.values(),
        threads=[(place, _threads(facts, place.slug)) for place in story.places],
        others=[turn for turn in story.turns if turn.becomes != "posted"],
        becomes=story.words["becomes"],
        subject=checks.subject,
        mailbox=lambda address: f"{settings.site_url}/postbox/{quote(address, safe='@+')}/",
        outgoing=sum(map(len, facts.mail.values())),
        command=command,
        seconds=seconds,
    )


def problem(story: Story, name: str, facts: dict[str, Any]) -> str:
    """What went wrong, in a line."""
    return " ".join(story.words["problems"][name].format(**facts).split())


def problems(story: Story, found: Iterable[checks.Problem]) -> list[str]:
    """All that went wrong, a line each."""
    return [problem(story, name, facts) for name, facts in found]


def signposts(story: Story, facts: Facts) -> list[dict[str, str]]:
    """What to look at first: label and path of pages, and the words that must stand there."""
    labels = story.words["signposts"]
    found = []
    thread = next((post for post in facts.posts if not post.parent), None)
    if thread:
        path = f"/c/{thread.slug}/threads/{thread.thread_id}"
        found.append({"label": labels["thread"], "path": path, "says": thread.thread})
    paper = next((paper for paper in facts.papers if len(paper.versions) > 1), None)
    if paper:
        path = f"/c/{paper.slug}/library/{paper.id}"
        found.append({"label": labels["document"], "path": path, "says": paper.title})
    closed = next((place for place in story.places if place.visibility == "closed"), None)
    if closed:
        path = f"/c/{closed.slug}/"
        found.append({"label": labels["closed"], "path": path, "says": closed.name})
    for tool in ("events", "blog", "headlines"):
        says = _says(story, tool)
        found.append(
            {"label": labels[tool], "path": f"/c/{story.places[0].slug}/{tool}/", "says": says}
        )
    found.append({"label": labels["search"], "path": "/search?q=definition", "says": "definition"})
    return found


def _says(story: Story, tool: str) -> str:
    """A title that stands on the page of a tool."""
    if tool == "headlines":
        return headlines.first_title(story)
    return next(
        turn.subject for turn in story.turns if turn.to == (f"{story.places[0].slug}+{tool}",)
    )


def _threads(facts: Facts, slug: str) -> list[tuple[PostFact, list[tuple[PostFact, int]]]]:
    """(first post, each post with its depth) of every discussion, in the order in which they began."""
    ids = dict.fromkeys(post.thread_id for post in facts.posts if post.slug == slug)
    found = [in_order(facts.thread(slug, thread_id)) for thread_id in ids]
    return [(posts[0][0], posts) for posts in found]


def _rendered(tale: Story, name: str, **facts: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(tale.folder),
        undefined=StrictUndefined,
        autoescape=False,  # text for a terminal
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(facts)
