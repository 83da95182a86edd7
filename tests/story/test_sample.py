"""The sample: the story is played by SMTP in a whole hub, and what must come of it comes."""

from __future__ import annotations

import dataclasses
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from mailhub import membership
from mailhub.app.hub import Hub, clock, put_together
from mailhub.app.sample import checks, serving, telling
from mailhub.app.sample.facts import Facts, gather
from mailhub.app.sample.player import Player, StoryStopped, found
from mailhub.app.sample.story import Story
from mailhub.app.sample.wording import plain
from mailhub.app.serve import Serving
from mailhub.models import Inbound
from mailhub.settings import Settings

STORY = serving.story()


@contextmanager
def a_hub(folder: Path) -> Iterator[tuple[Hub, Serving]]:
    """A whole hub with its pages, on free ports."""
    hub = put_together(
        Settings(data_dir=folder, smtp_listen="127.0.0.1:0", http_listen="127.0.0.1:0")
    )
    with serving.running(hub) as served:
        yield hub, served


def ends_of(hub: Hub, story: Story) -> datetime:
    """The communities founded; when the story ends."""
    ends = found(hub, story, clock())
    assert ends is not None
    return ends


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, Serving, Facts]]:
    """The story, played once."""
    with a_hub(tmp_path_factory.mktemp("sample")) as (hub, served):
        serving.play(served, hub, STORY, ends_of(hub, STORY))
        serving.settle(hub)
        yield hub, served, gather(hub, clock())


def test_all_comes_as_the_story_has_it(played: tuple[Hub, Serving, Facts]) -> None:
    _, served, facts = played
    assert telling.problems(STORY, checks.problems(STORY, facts)) == []
    signposts = telling.signposts(STORY, facts)
    assert len(signposts) == 7
    assert list(serving.pages(served.http_address, signposts)) == []


def test_who_starts_it_is_told_who_decides(played: tuple[Hub, Serving, Facts]) -> None:
    """The steward and the facilitator whom the closing words name can do what the words say."""
    hub, _, facts = played
    said = telling.welcome(STORY, [], hub.settings, "http://127.0.0.1:8080", "127.0.0.1:8025")
    with hub.database.reading() as session:
        (steward,) = membership.stewards(session, ())
    assert f"/postbox/{steward}/" in said
    facilitator = STORY.facilitator("policy").address
    assert f"/postbox/{facilitator}/" in said
    held = next(one.subject for one in facts.mail[facilitator] if one.subject.startswith("Held: "))
    assert held.partition(" (")[0] in said


def test_the_story_is_as_rich_as_it_says(played: tuple[Hub, Serving, Facts]) -> None:
    _, _, facts = played
    text = telling.told(STORY, facts, telling.signposts(STORY, facts), Settings(), "mailhub", 1.0)
    # An attachment reaches members, an answer threads, a second version is filed, each with a place.
    assert "Performance framework 2027.docx]" in text
    assert "\n      David Okafor, " in text
    assert "version 2: Performance framework 2027.docx" in text
    for path in ("/c/policy/threads/1", "/c/policy/library/", "/postbox/", "mailhub trace '<"):
        assert path in text
    assert len({turn.becomes for turn in STORY.turns}) == 7


def test_new_words_are_told_from_old_in_every_program(
    played: tuple[Hub, Serving, Facts],
) -> None:
    """Each answer as members received it: the author's words are new, the quoted ones are not."""
    _, _, facts = played
    letters = {one.message_id: one for mails in facts.mail.values() for one in mails}
    answers = [turn for turn in STORY.turns if turn.answers and turn.becomes == "posted"]
    assert {STORY.people[turn.by].program for turn in answers} >= {"outlook", "gmail", "iphone"}
    for turn in answers:
        if STORY.people[turn.by].program == "thunderbird":
            continue  # its answers stand between the quotes, which belong to them
        new = " ".join(letters[STORY.message_id(turn)].new_text.split())
        old = STORY.turn(turn.answers)
        assert _some_words(turn.words) in new, turn.id
        assert _some_words(old.words) not in new, turn.id


def test_mail_has_the_marks_of_its_program(played: tuple[Hub, Serving, Facts]) -> None:
    _, _, facts = played
    letters = {one.message_id: one for mails in facts.mail.values() for one in mails}
    marks = {
        "outlook": "MsoNormal",
        "gmail": "gmail_signature",
        "apple": "overflow-wrap",
        "iphone": "Sent from my iPhone",
        "android": "Outlook for Android",
        "thunderbird": "",
    }
    seen = set()
    for turn in STORY.turns:
        letter = letters.get(STORY.message_id(turn))
        if letter is None:
            continue
        program = STORY.people[turn.by].program
        seen.add(program)
        assert marks[program] in letter.html
        assert bool(letter.html) == bool(marks[program])
        assert "&lt;" not in letter.html.replace("&lt;a href", "").replace(" &lt;", "")
        # Every picture that is shown came along.
        shown = {f"cid:{one.content_id}" for one in letter.attachments if one.content_id}
        assert all(cid in shown for cid in re.findall(r'src="(cid:[^"]+)"', letter.html))
    assert seen == marks.keys()


def _some_words(words: str) -> str:
    """Eight words of the first paragraph that is long enough."""
    paragraphs = (plain(block).split() for block in words.split("\n\n"))
    return " ".join(next((p for p in paragraphs if len(p) > 10), words.split())[1:9])


def test_a_second_time_adds_nothing(played: tuple[Hub, Serving, Facts]) -> None:
    hub, served, _ = played
    before = _mails(hub)
    ends = ends_of(hub, STORY)
    assert serving.play(served, hub, STORY, ends) == 0
    assert _mails(hub) == before


def test_a_story_that_was_broken_off_goes_on(tmp_path: Path) -> None:
    part = dataclasses.replace(STORY, turns=STORY.turns[:7])
    with a_hub(tmp_path) as (hub, served):
        ends = ends_of(hub, STORY)
        assert serving.play(served, hub, part, ends) == 7
    with a_hub(tmp_path) as (hub, served):
        longer = dataclasses.replace(STORY, turns=STORY.turns[:12])
        assert ends_of(hub, longer) == ends
        assert serving.play(served, hub, longer, ends) == 5
        serving.settle(hub)
        facts = gather(hub, clock())
        assert telling.problems(longer, checks.problems(longer, facts)) == []


def test_a_hub_with_other_communities_is_left_alone(tmp_path: Path) -> None:
    from mailhub import migrations

    hub = put_together(Settings(data_dir=tmp_path))
    migrations.upgrade(hub.database)
    with hub.database.writing() as session:
        membership.found(session, "planners", "Planners", clock())
    assert found(hub, STORY, clock()) is None


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (lambda facts: {"posts": facts.posts[:-1]}, "thread"),
        (lambda facts: {"papers": facts.papers[1:]}, "papers"),
        (
            lambda facts: {
                "mail": facts.mail | {a: m[:-1] for a, m in facts.mail.items() if "peter" in a}
            },
            "received",
        ),
        (
            lambda facts: {
                "papers": tuple(
                    dataclasses.replace(p, versions=p.versions[:1]) for p in facts.papers
                )
            },
            "answer",
        ),
        (lambda facts: {"outcomes": {}}, "outcome"),
        (lambda facts: {"figures": facts.figures | {"failed": 1}}, "failed"),
        (lambda facts: {"figures": facts.figures | {"inbound_waiting": 1}}, "waiting"),
        (
            lambda facts: {
                "mail": facts.mail | {a: m[1:] for a, m in facts.mail.items() if "jane" in a}
            },
            "received",
        ),
        (
            lambda facts: {
                "mail": facts.mail | {a: m + m[:1] for a, m in facts.mail.items() if "jane" in a}
            },
            "received",
        ),
        (
            lambda facts: {"posts": tuple(dataclasses.replace(p, parent="") for p in facts.posts)},
            "parent",
        ),
    ],
)
def test_what_goes_wrong_is_found_and_has_words(
    played: tuple[Hub, Serving, Facts], fault: object, named: str
) -> None:
    assert callable(fault)
    facts = dataclasses.replace(played[2], **fault(played[2]))
    problems = checks.problems(STORY, facts)
    assert named in {name for name, _ in problems}
    assert all(telling.problems(STORY, problems))


def test_a_page_that_is_not_there_is_found(played: tuple[Hub, Serving, Facts]) -> None:
    _, served, _ = played
    signpost = {"label": "", "path": "/c/nowhere/", "says": "Nowhere"}
    ((name, facts),) = serving.pages(served.http_address, [signpost])
    assert name == "page"
    assert "404" in telling.problem(STORY, name, facts)


def test_a_hub_that_does_not_answer_stops_the_story(tmp_path: Path) -> None:
    from mailhub import migrations

    hub = put_together(Settings(data_dir=tmp_path))
    migrations.upgrade(hub.database)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        player = Player(hub, STORY, nobody.getsockname(), lambda at: None)
        with pytest.raises(StoryStopped) as stopped:
            player.play(ends_of(hub, STORY))
    said = telling.problem(STORY, stopped.value.name, stopped.value.facts)
    assert "Eleri Vaughan" in said


def _mails(hub: Hub) -> int | None:
    with hub.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Inbound))
