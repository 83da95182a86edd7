"""A town of many communities, written straight into the tables: people with settings, and posts as if they
had gone out. Whatever is random comes from the dice handed in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from mailhub.models import (
    Address,
    Community,
    Inbound,
    Membership,
    Outgoing,
    Person,
    Post,
    PostBody,
    Thread,
)

WORDS = [
    "council",
    "service",
    "shared",
    "waste",
    "indicator",
    "budget",
    "housing",
    "officer",
    "report",
    "policy",
    "consultation",
    "measure",
    "performance",
    "scrutiny",
    "resident",
    "survey",
    "data",
    "framework",
    "partner",
    "region",
    "pilot",
    "costs",
    "review",
    "quarter",
    "target",
    "plan",
    "strategy",
    "evidence",
    "practice",
    "lessons",
    "learned",
    "example",
    "template",
    "guidance",
    "deadline",
]
COUNCILS = ("Leeds", "Cardiff", "Devon", "Gwynedd", "Camden", "Wakefield", "Kirklees", "Powys")


def sentence(dice: random.Random, words: int) -> str:
    """So many words that read like prose from afar."""
    return " ".join(dice.choices(WORDS, k=words)).capitalize() + "."


@dataclass
class Town:
    """The ids of what was made."""

    communities: Sequence[int]
    people: Sequence[int]
    members: dict[int, list[int]]  # by community


def found(
    session: Session,
    dice: random.Random,
    now: datetime,
    *,
    communities: int,
    people: int,
    each: int = 3,
    delivery: str = "weekly",
    settings: Sequence[dict[str, Any]] = ({},),
) -> Town:
    """Communities, and people who are in up to `each` of them; `settings` are dealt out in turn."""
    session.execute(
        insert(Community),
        [
            {"slug": f"c{n}", "name": f"Community of practice {n}", "created_at": now}
            for n in range(communities)
        ],
    )
    plain = {"zone": "", "digest_day": 0, "digest_hour": 7, "digest_form": "html"}
    rows = [
        {
            "name": f"Person {n}",
            "organisation": f"{COUNCILS[n % len(COUNCILS)]} Council",
            "created_at": now,
            **plain,
            **{k: v for k, v in settings[n % len(settings)].items() if k != "delivery"},
        }
        for n in range(people)
    ]
    first = session.query(Person).count()
    session.execute(insert(Person), rows)
    community_ids = [row.id for row in session.query(Community.id).order_by(Community.id)]
    person_ids = [row.id for row in session.query(Person.id).order_by(Person.id)][first:]
    session.execute(
        insert(Address),
        [
            {"person_id": id_, "address": f"p{id_}@council{id_ % 97}.example", "created_at": now}
            for id_ in person_ids
        ],
    )
    members: dict[int, list[int]] = {id_: [] for id_ in community_ids}
    memberships = []
    for number, id_ in enumerate(person_ids):
        for community_id in dice.sample(
            community_ids, min(len(community_ids), 1 + dice.randrange(2 * each - 1))
        ):
            members[community_id].append(id_)
            memberships.append(
                {
                    "community_id": community_id,
                    "person_id": id_,
                    "delivery": settings[number % len(settings)].get("delivery", delivery),
                    "since": now,
                }
            )
    session.execute(insert(Membership), memberships)
    return Town(community_ids, person_ids, members)


def discussion(
    session: Session,
    dice: random.Random,
    community_id: int,
    authors: Sequence[int],
    at: datetime,
    *,
    answers: int = 0,
    subject: str = "",
    thread_id: int | None = None,
) -> int:
    """A discussion that begins, or goes on, at this time, each answer a minute later; its thread."""
    subject = subject or sentence(dice, 5)[:-1]
    if thread_id is None:
        thread = Thread(community_id=community_id, subject=subject, started_at=at, last_at=at)
        session.add(thread)
        session.flush()
        thread_id = thread.id
    parent: int | None = None
    for number in range(answers + 1):
        author = authors[number % len(authors)]
        moment = at + timedelta(minutes=number)
        inbound = Inbound(received_at=moment, recipients=[], size=1, state="done", due_at=moment)
        session.add(inbound)
        session.flush()
        post = Post(
            community_id=community_id,
            thread_id=thread_id,
            parent_id=parent,
            inbound_id=inbound.id,
            message_id=f"{inbound.id}.{thread_id}@council.example",
            content_hash=f"{inbound.id}",
            author_id=author,
            author_name=f"Person {author}",
            author_address=f"p{author}@council.example",
            subject=subject,
            received_at=moment,
            subject_key=subject.lower(),
        )
        session.add(post)
        session.flush()
        said = " ".join(sentence(dice, 12) for _ in range(6))
        session.add(PostBody(post_id=post.id, text=said, new_text=said))
        session.add(
            Outgoing(
                community_id=community_id,
                post_id=post.id,
                message_id=post.message_id,
                created_at=moment,
            )
        )
        parent = parent or post.id
    row = session.get_one(Thread, thread_id)
    row.post_count, row.last_at = row.post_count + answers + 1, at + timedelta(minutes=answers)
    return thread_id
