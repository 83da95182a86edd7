"""Whether what came of the story is what must come of it. Each check says what is wrong, as the name of
a problem in words.toml and its facts; nothing where all is well."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mailhub.app.sample.facts import Facts
from mailhub.app.sample.story import Story, Turn

Problem = tuple[str, dict[str, Any]]


def at_rest(story: Story, facts: Facts) -> Iterator[Problem]:
    """Nothing waits and nothing failed; what is held is what the story has held."""
    said = ", ".join(f"{name} {count}" for name, count in facts.figures.items())
    waits = ("inbound_waiting", "deliveries_waiting", "deliveries_deferred")
    if any(facts.figures[name] for name in waits):
        yield "waiting", {"figures": said}
    if facts.figures["failed"] or facts.figures["deliveries_failed"]:
        yield "failed", {"figures": said}


def outcomes(story: Story, facts: Facts) -> Iterator[Problem]:
    """Each mail became what it should, in each community once."""
    for turn in story.turns:
        found = Counter(facts.outcomes.get(story.message_id(turn), ()))
        found.pop("again", None)  # by a second address of the same community
        expected = Counter({turn.becomes: len(story.posted_in(turn)) or 1})
        if found != expected:
            yield (
                "outcome",
                {
                    "subject": subject(story, turn),
                    "who": story.people[turn.by].name,
                    "expected": turn.becomes,
                    "found": ", ".join(found) or "—",
                },
            )


def received(story: Story, facts: Facts) -> Iterator[Problem]:
    """Every member got every post once, its author and outsiders not at all; nobody got more."""
    counts = {
        address: Counter(letter.message_id for letter in letters)
        for address, letters in facts.mail.items()
    }
    for turn in story.turns:
        message_id = story.message_id(turn)
        wanted = recipients(story, turn)
        for address in wanted | counts.keys():
            count = counts.get(address, Counter()).pop(message_id, 0)
            expected = int(address in wanted)
            if count != expected:
                yield (
                    "received",
                    {
                        "who": address,
                        "subject": subject(story, turn),
                        "count": count,
                        "expected": expected,
                    },
                )
    yield from _mails_of_the_hub(story, facts, counts)


def _mails_of_the_hub(
    story: Story, facts: Facts, left: dict[str, Counter[str]]
) -> Iterator[Problem]:
    """Who asked for something was answered, and whose mail is held was told; those who look after the
    community have a notice of it. Nobody has any other mail, of those that are `left`."""
    answered = {
        (story.people[turn.by].address, story.message_id(turn))
        for turn in story.turns
        if turn.becomes in ("answered", "announced", "filed") or _is_entry(turn)
    }
    invited = {
        (person.address, turn.subject)
        for turn in story.turns
        if turn.becomes == "announced"
        for person in story.members(turn.slug)
        if person.delivery == "each" and person.key != turn.by
    }
    names = {place.slug: place.name for place in story.places}
    # A stranger is told nothing of what they wrote: such a mail of ours answers none.
    noticed = {
        told
        for turn in story.turns
        if turn.becomes == "held"
        for told in (
            (story.people[turn.by].address, names[turn.slug]),
            *((one, subject(story, turn)) for one in _readers_of_notices(story, turn.slug)),
        )
    }
    for address, letters in facts.mail.items():
        for letter in letters:
            if letter.message_id not in left[address]:
                continue
            asked = next(((address, one) for one in letter.in_reply_to), None)
            of_hold = (one for one in noticed if one[0] == address and one[1] in letter.subject)
            notice = next(of_hold, None)
            invitation = next(
                (o for o in invited if o[0] == address and o[1] in letter.subject), None
            )
            if asked in answered:
                answered.discard(asked)
            elif invitation is not None:
                invited.discard(invitation)
            elif notice is not None:
                noticed.discard(notice)
            else:
                yield "stray", {"who": address, "subject": letter.subject}
    for address, about in answered | noticed | invited:
        yield "received", {"who": address, "subject": about, "count": 0, "expected": 1}


def threads(story: Story, facts: Facts) -> Iterator[Problem]:
    """Each answer stands in the discussion, below the post that it answers."""
    for turn in story.turns:
        for slug in story.posted_in(turn) if turn.answers else ():
            asked = story.turn(turn.answers)
            place = next(place.name for place in story.places if place.slug == slug)
            said = {
                "who": story.people[turn.by].name,
                "subject": subject(story, turn),
                "place": place,
            }
            post = facts.post(slug, story.message_id(turn))
            above = facts.post(slug, story.message_id(asked))
            if post is None or above is None or post.thread_id != above.thread_id:
                yield "thread", said
            elif post.parent != above.message_id:
                yield "parent", said


def papers(story: Story, facts: Facts) -> Iterator[Problem]:
    """Each library has the papers that were sent to it, in the versions that were sent, no others."""
    for place in story.places:
        expected: dict[str, list[str]] = {}
        for turn in story.turns:
            slugs = story.posted_in(turn) or (turn.slug,)
            for paper in turn.papers if place.slug in slugs else ():
                content = (story.folder / "papers" / paper.file).read_bytes()
                expected.setdefault(paper.name, []).append(hashlib.sha256(content).hexdigest())
        for document in (one for one in facts.papers if one.slug == place.slug):
            name = document.versions[0].filename
            sent = expected.pop(name, None)
            said = {"place": place.name, "name": name}
            if sent is None:
                yield "logo", said
            elif len(sent) != len(document.versions):
                yield "papers", said | {"expected": len(sent), "found": len(document.versions)}
            else:
                for version, sha256 in zip(document.versions, sent, strict=True):
                    if version.sha256 != sha256:
                        yield "content", said | {"number": version.number}
        for name, sent in expected.items():
            yield (
                "papers",
                {"place": place.name, "name": name, "expected": len(sent), "found": 0},
            )


def sent_on_request(story: Story, facts: Facts) -> Iterator[Problem]:
    """Who asked for a paper was sent its newest version at that time, and nothing else."""
    for turn in story.turns:
        if not turn.gets:
            continue
        me = story.people[turn.by]
        versions = [
            version.sha256
            for paper in facts.papers
            for version in paper.versions
            if (paper.slug, version.filename) == (turn.slug, turn.gets)
        ]
        sent = [
            attachment.sha256
            for letter in facts.mail.get(me.address, ())
            if story.message_id(turn) in letter.in_reply_to
            for attachment in letter.attachments
        ]
        if not versions or sent != versions[-1:]:
            yield "answer", {"who": me.name, "name": turn.gets}


CHECKS = (at_rest, outcomes, received, threads, papers, sent_on_request)


def problems(story: Story, facts: Facts) -> list[Problem]:
    """All that is wrong."""
    return [problem for check in CHECKS for problem in check(story, facts)]


def recipients(story: Story, turn: Turn) -> set[str]:
    """The addresses that must receive a mail as it was written."""
    if turn.becomes == "passed-on":
        return {
            person.address
            for person in story.members(turn.slug)
            if person.roles[turn.slug] in ("organiser", "facilitator")
        }
    return {
        person.address
        for slug in story.posted_in(turn)
        for person in story.members(slug)
        if person.delivery == "each" and person.key != turn.by
    }


def _is_entry(turn: Turn) -> bool:
    """Whether it is written for the blog: its author is told that it stands there."""
    return turn.becomes == "posted" and any(one.endswith("+blog") for one in turn.to)


def _readers_of_notices(story: Story, slug: str) -> set[str]:
    roles = {person.address: person.roles[slug] for person in story.members(slug)}
    wanted = "facilitator" if "facilitator" in roles.values() else "organiser"
    return {address for address, role in roles.items() if role == wanted}


def subject(story: Story, turn: Turn) -> str:
    """The subject of a turn, of its discussion where it is an answer."""
    return turn.subject or story.first(turn).subject
