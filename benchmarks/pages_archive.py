"""A believable archive, written straight into the tables: communities, threads of all sizes, answers in
three languages of mail programs, a paper here and there; the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mailhub import search
from mailhub.database import Database
from mailhub.migrations import upgrade
from mailhub.models import Community, Inbound, Person, Post, PostBody, Thread
from mailhub.settings import Settings

SIZES = (1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20, 50)
CHUNK = 2_000
WORDS = [
    "the",
    "council",
    "we",
    "have",
    "a",
    "review",
    "of",
    "services",
    "and",
    "performance",
    "in",
    "this",
    "quarter",
    "members",
    "report",
    "on",
    "target",
    "housing",
    "planning",
    "officers",
    "budget",
    "data",
    "for",
    "scrutiny",
    "how",
    "do",
    "you",
    "measure",
    "what",
    "works",
    "with",
    "partners",
    "satisfaction",
    "survey",
    "residents",
    "waste",
    "recycling",
    "adult",
    "care",
    "children",
    "schools",
    "attendance",
    "absence",
    "procurement",
    "contracts",
    "savings",
    "plan",
    "strategy",
    "delivery",
    "risk",
    "audit",
    "committee",
    "cabinet",
    "agenda",
    "draft",
]
QUOTED = (
    '<div class="gmail_quote"><div class="gmail_attr">On Tue, Jane &lt;jane@leeds.example&gt; wrote:</div>'
    '<blockquote class="gmail_quote">{}</blockquote></div>'
)


def build(folder: Path, posts: int, communities: int) -> dict[str, list[str]]:
    """Fill a new SQLite database under `folder`; pages to ask for, by their kind."""
    settings = Settings(data_dir=folder)
    database = Database(settings.effective_database_url)
    upgrade(database)
    dice = random.Random(7)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with database.writing() as session:
        people = [
            Person(name=f"{first} {last}", organisation=f"{last} Council", created_at=now)
            for first in ("Jane", "Tom", "Siân", "Priya", "Martin", "Helen", "Gareth", "Alison")
            for last in ("Okafor", "Pritchard", "Raman", "Schofield", "Beckett", "Marsh", "Lloyd")
        ]
        session.add_all(people)
        for number in range(communities):
            name = " ".join(dice.sample(WORDS, 3)).title()
            community = Community(
                slug=f"c{number}",
                name=name,
                description=" ".join(dice.choices(WORDS, k=12)),
                created_at=now,
                visibility="closed" if number % 5 == 4 else "open",
            )
            session.add(community)
        session.flush()
        names = [(person.id, person.name) for person in people]
    rows = _posts(dice, now, posts, communities, names)
    return _write(database, rows, communities)


def _posts(
    dice: random.Random, now: datetime, posts: int, communities: int, people: list[tuple[int, str]]
) -> Iterator[dict[str, Any]]:
    number = thread = 0
    while number < posts:
        thread += 1
        size = SIZES[thread % len(SIZES)]
        subject = " ".join(dice.choices(WORDS, k=6)).capitalize()
        first = number + 1
        for place in range(size):
            number += 1
            now += timedelta(minutes=7)
            text = "\n\n".join(
                " ".join(dice.choices(WORDS, k=dice.randint(20, 80)))
                for _ in range(dice.randint(1, 5))
            )
            if number % 500 == 0:
                text += f" albatross{number}"
            html = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
            yield {
                "id": number,
                "thread": thread,
                "community": thread % communities + 1,
                "parent": dice.randint(first, number - 1) if place else None,
                "subject": f"Re: {subject}" if place else subject,
                "author": dice.choice(people),
                "at": now,
                "text": text,
                "html": html + QUOTED.format(html) if number % 3 == 0 else "",
            }


def _write(
    database: Database, rows: Iterator[dict[str, Any]], communities: int
) -> dict[str, list[str]]:
    pages: dict[str, list[str]] = {
        "home": ["/"],
        "community": [],
        "thread of 50": [],
        "message": [],
    }
    threads: dict[int, dict[str, Any]] = {}
    last: dict[int, datetime] = {}
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        thread = threads.setdefault(
            row["thread"],
            {
                "id": row["thread"],
                "community_id": row["community"],
                "subject": row["subject"],
                "started_at": row["at"],
                "post_count": 0,
            },
        )
        thread |= {"last_at": row["at"], "post_count": thread["post_count"] + 1}
        last[row["community"]] = row["at"]
        if len(chunk) == CHUNK:
            _chunk(database, chunk, threads)
            chunk, threads = [], {row["thread"]: threads[row["thread"]]}
    if chunk:
        _chunk(database, chunk, threads)
    with database.writing() as session:
        for number, at in last.items():
            session.get_one(Community, number).last_post_at = at
        session.connection().exec_driver_sql("ANALYZE")
    with database.reading() as session:
        found = session.query(Thread.id, Thread.community_id).where(Thread.post_count == 50)
        for thread_id, community in found:
            if community % 5:
                pages["thread of 50"].append(f"/c/c{community - 1}/threads/{thread_id}")
        for message_id, community in session.query(Post.message_id, Post.community_id):
            if community % 5:
                pages["message"].append(f"/c/c{community - 1}/m/{message_id}")
    pages["community"] = [f"/c/c{n}/" for n in range(communities) if n % 5 != 4]
    pages["rare word"] = [f"/search?q=albatross{n}" for n in range(500, 500_000, 500)]
    pages["common word"] = [f"/search?q={word}" for word in WORDS[-40:]]
    random.Random(1).shuffle(pages["message"])
    database.close()
    return pages


def _chunk(database: Database, chunk: list[dict[str, Any]], threads: dict[int, Any]) -> None:
    with database.writing() as session:
        for thread in threads.values():
            session.merge(Thread(**thread))
        session.flush()
        _insert(session, chunk)


def _insert(session: Session, chunk: list[dict[str, Any]]) -> None:
    session.execute(
        insert(Inbound),
        [
            {
                "id": r["id"],
                "received_at": r["at"],
                "recipients": [],
                "size": 1,
                "due_at": r["at"],
                "state": "done",
            }
            for r in chunk
        ],
    )
    session.execute(
        insert(Post),
        [
            {
                "id": r["id"],
                "community_id": r["community"],
                "thread_id": r["thread"],
                "parent_id": r["parent"],
                "inbound_id": r["id"],
                "message_id": f"CAF{r['id']:08d}@mail.example",
                "content_hash": str(r["id"]),
                "author_id": r["author"][0],
                "author_name": r["author"][1],
                "author_address": "someone@council.example",
                "subject": r["subject"],
                "received_at": r["at"],
                "subject_key": r["subject"].lower(),
            }
            for r in chunk
        ],
    )
    session.execute(
        insert(PostBody),
        [
            {"post_id": r["id"], "text": r["text"], "new_text": r["text"], "html": r["html"]}
            for r in chunk
        ],
    )
    for r in chunk:
        search.put(session, "post", r["id"], r["community"], r["subject"], r["text"], r["at"])
