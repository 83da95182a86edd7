"""Threads beside those of RFC 5256 (REFERENCES), on imaptest's mailboxes; where ours differ, why."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from mailhub import membership
from mailhub.mbox import Mbox, written
from mailhub.models import Post, RawMail
from tests.corpora import corpora
from tests.unit.mover import Mover

FOLDER = "threads/imaptest"

# What we say instead, for each answer in question, and why that is no worse.
OURS = {
    # Two answer each other, which cannot be: we begin with the one received first, RFC 5256 with the
    # one that is read first.
    ("thread", 0): "(2 3)(1)",
    ("thread", 1): "(1 2)",
    # The same mail twice, octet by octet, is one post: nobody wrote it twice.
    ("thread2", 0): "(1)",
    ("thread6", 0): "(1)",
    # ORDEREDSUBJECT takes all mails of a subject for one thread. We take those that say they answer,
    # each hung on the latest before it; two without any subject have nothing in common; and a
    # second "Bins", which answers nothing, does not continue the first.
    ("thread-orderedsubject", 0): "(1)(2 13 7 12)(3 5 11)(4)(6)(8)(9)(10)(14)(15)",
    ("thread-orderedsubject2", 0): "(1)(2)(3)(4)(5)(6)(7)(8)",
}

Forest = tuple[dict[int, int | None], frozenset[frozenset[int]]]


def parsed(answer: str) -> Forest:
    """(the parent of each number, the threads) of a THREAD answer, such as "(1 (2 4)(3))"."""
    parents: dict[int, int | None] = {}
    threads: list[set[int]] = []
    above: list[int | None] = []
    current: int | None = None
    for token in re.findall(r"[()]|\d+", answer):
        if token == "(":
            if not above:
                threads.append(set())
            above.append(current)
        elif token == ")":
            current = above.pop()
        else:
            parents[int(token)] = current
            current = int(token)
            threads[-1].add(current)
    return parents, frozenset(map(frozenset, threads))


class Mailbox:
    """The mails of an mbox, of which some are there: what an answer's numbers count."""

    def __init__(self, path: Path, mover: Mover, static: bool) -> None:
        with Mbox(path) as box:
            self.mails = [box.read(span) for span in box.spans()]
        self.waiting = [] if static else list(range(len(self.mails)))
        self.here = list(range(len(self.mails))) if static else []
        self.mover = mover
        self.deleted: list[int] = []

    def does(self, command: str) -> None:
        """One of imaptest's steps that changes what is there."""
        if command == "append":
            self.here.append(self.waiting.pop(0))
        elif found := re.fullmatch(r"store ([\d,]+) \+flags .*", command):
            self.deleted = [self.here[int(number) - 1] for number in found[1].split(",")]
        elif command == "expunge":
            self.here = [one for one in self.here if one not in self.deleted]

    def threads(self, slug: str) -> Forest:
        """What a community makes of what is there."""
        self.mover.community(slug)
        octets = b"".join(
            written(mail.sender, mail.at, mail.raw)
            for mail in (self.mails[one] for one in self.here)
            if mail.at
        )
        self.mover.imports(slug, octets)
        with self.mover.database.reading() as session:
            community = membership.known_community(session, slug)
            rows = session.execute(
                select(Post.id, Post.parent_id, Post.thread_id, RawMail.raw)
                .join(RawMail, RawMail.inbound_id == Post.inbound_id)
                .where(Post.community_id == community.id)
            ).all()
        raws = [self.mails[one].raw for one in self.here]
        number = {row.id: raws.index(row.raw) + 1 for row in rows}
        threads: dict[int, set[int]] = {}
        for row in rows:
            threads.setdefault(row.thread_id, set()).add(number[row.id])
        parents = {number[row.id]: number.get(row.parent_id) for row in rows}
        return parents, frozenset(map(frozenset, threads.values()))


@pytest.mark.parametrize(
    "name",
    ["thread", "thread2", "thread3", "thread4", "thread5", "thread6", "thread7", "thread8",
     "thread-orderedsubject", "thread-orderedsubject2"],
)  # fmt: skip
def test_threads_are_those_of_rfc_5256_but_where_it_is_said(name: str, mover: Mover) -> None:
    folder = corpora(FOLDER)
    lines = (folder / "threads.jsonl").read_text().splitlines()
    (told,) = (one for one in map(json.loads, lines) if one["test"] == name)
    mailbox = Mailbox(folder / "src/tests" / told["mbox"], mover, told["static"])
    number = 0
    for step in told["steps"]:
        mailbox.does(step["cmd"])
        if step["cmd"].startswith("thread "):
            wanted = OURS.get((name, number), step["expect"][0])
            assert mailbox.threads(f"{name[:20]}-{number}") == parsed(wanted)
            number += 1
