"""Mail of the hub's own: how often it goes, from whom, and what an answer to it says."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from mailhub import membership, notes, words
from mailhub.addresses import Purpose, Token, Tokens
from mailhub.compose.own import Templates
from mailhub.database import Database
from mailhub.models import Community, Hint
from mailhub.notes import MOST_A_DAY, MOST_DUTIES, MOST_HINTS, Desk, Note
from mailhub.site import Site

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = Site("lists.example.org", "https://hub.example.org", Tokens(b"secret"))
DESK = Desk(SITE, Templates(words.templates_folder()))
TOKEN = Token(Purpose.NOTICE, 7, 3, date(2026, 12, 1))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        membership.found(session, "policy", "Policy", NOW)
        yield session


def policy(session: Session) -> Community:
    return membership.known_community(session, "policy")


def test_the_token_stands_in_reply_to_and_in_the_message_id(session: Session) -> None:
    note = Note("question-declined", "jane@leeds.example", policy(session), token=TOKEN)
    message_id, raw = notes.written(DESK, note, NOW)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["From"] == "Policy <policy+notices@lists.example.org>"
    assert mail["Message-ID"] == f"<{message_id}>"
    assert SITE.tokens.of_message_id(message_id.upper(), SITE.domain) == TOKEN
    reply = str(mail["Reply-To"]).rpartition("<")[2].strip(">")
    assert reply == SITE.tokens.address("policy", TOKEN, SITE.domain)
    # One octet is another.
    first = message_id[2]
    altered = f"{message_id[:2]}{'b' if first == 'a' else 'a'}{message_id[3:]}"
    assert SITE.tokens.of_message_id(altered, SITE.domain) is None
    assert SITE.tokens.of_message_id(message_id, "elsewhere.example") is None


def test_the_platform_writes_from_its_own_address(session: Session) -> None:
    _, raw = notes.written(DESK, Note("question-declined", "j@x.example", token=TOKEN), NOW)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["From"] == "Communities of practice <hub@lists.example.org>"
    assert "<hub+n-" in mail["Reply-To"]


def test_fifty_answers_a_day_to_one_address(session: Session) -> None:
    def send(to: str, now: datetime) -> int:
        return len(notes.send(session, DESK, [Note("question-declined", to, policy(session))], now))

    assert sum(send("jane@leeds.example", NOW) for _ in range(MOST_A_DAY + 5)) == MOST_A_DAY
    assert send("JANE@leeds.example", NOW) == 0
    assert send("tom@cardiff.example", NOW) == 1
    assert send("jane@leeds.example", NOW + DAY + timedelta(seconds=1)) == 1


def test_what_nobody_asked_for_goes_once_a_day_for_one_cause(session: Session) -> None:
    def send(kind: str, of: str, now: datetime) -> int:
        note = Note("question-declined", "j@x.example", policy(session), cause=(kind, of))
        return len(notes.send(session, DESK, [note], now))

    assert send("stranger", "policy", NOW) == 1
    assert send("stranger", "policy", NOW + timedelta(hours=23)) == 0
    assert send("stranger", "housing", NOW) == 1
    assert send("empty", "policy", NOW) == 1
    assert send("stranger", "policy", NOW + DAY) == 1
    assert send("stranger", "policy", NOW + DAY) == 0
    # Of all causes a few: a robot has many.
    assert sum(send("not-understood", str(n), NOW + 2 * DAY) for n in range(20)) == MOST_HINTS


def test_what_somebody_has_to_know_is_no_hint(session: Session) -> None:
    def send(kind: str, of: str, *, duty: bool) -> int:
        note = Note(
            "question-declined", "j@x.example", policy(session), cause=(kind, of), duty=duty
        )
        return len(notes.send(session, DESK, [note], NOW))

    # However many hints and answers there were, and however much there is to tell, up to its own bound.
    assert sum(send("stranger", str(n), duty=False) for n in range(20)) == MOST_HINTS
    for _ in range(MOST_A_DAY):
        notes.send(session, DESK, [Note("question-declined", "j@x.example", policy(session))], NOW)
    assert sum(send("feed-dead", str(n), duty=True) for n in range(220)) == MOST_DUTIES
    assert send("feed-dead", "0", duty=True) == 0
    # Nor does it use up hints.
    assert send("stranger", "housing", duty=False) == 0
    session.execute(delete(Hint).where(Hint.kind == "stranger"))
    assert send("stranger", "housing", duty=False) == 1


def test_no_note_goes_to_an_address_of_the_hub(session: Session) -> None:
    for to in ("policy@lists.example.org", "HUB@Lists.Example.ORG", ""):
        assert notes.send(session, DESK, [Note("question-declined", to)], NOW) == []
