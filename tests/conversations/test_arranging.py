"""After the fact: discussions closed, taken apart, made one and moved; posts removed and restored. The links
in mail that is out lead on, and mail that comes late lands where its discussion is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailhub import arranging, membership, search
from mailhub.app.hub import clock
from mailhub.membership import OPERATOR, Unusable
from mailhub.models import Change, Community, Post, Thread
from mailhub.sight import STRANGER
from tests.conversations.people import Person, RunningHub, archive_of

D = "lists.example.org"


@pytest.fixture
def pages(hub: RunningHub) -> FlaskClient:
    """The archive of this hub."""
    return archive_of(hub)


@pytest.fixture
def does(hub: RunningHub) -> Callable[..., Any]:
    """Do something in a transaction."""

    def done(what: Callable[[Session], Any]) -> Any:
        hub.settle()
        with hub.hub.database.writing() as session:
            return what(session)

    return done


def threads(hub: RunningHub) -> list[tuple[str, list[str]]]:
    """Each discussion that has posts: its community and its posts' subjects, by number."""
    hub.settle()
    with hub.hub.database.reading() as session:
        found = session.scalars(
            select(Thread).where(Thread.post_count > 0).order_by(Thread.id)
        ).all()
        told = []
        for thread in found:
            posts = session.scalars(
                select(Post.subject).where(Post.thread_id == thread.id).order_by(Post.received_at)
            ).all()
            assert len(posts) == thread.post_count
            assert thread.merged_into_id is None
            slug = session.get_one(Community, thread.community_id).slug
            told.append((slug, list(posts)))
        return told


def found(hub: RunningHub, words: str) -> list[tuple[str, str]]:
    """What a stranger finds: (community, kind)."""
    with hub.hub.database.reading() as session:
        hits = search.find(session, STRANGER, words).hits
        return sorted((hit.community, hit.kind) for hit in hits)


def post(session: Session, subject: str) -> Post:
    return session.scalars(select(Post).where(Post.subject == subject)).one()


def test_a_discussion_moves_with_its_papers_its_links_and_its_late_answers(
    hub: RunningHub, policy: str, jane: Person, tom: Person, pages: FlaskClient, does: Any
) -> None:
    hub.community("jobs", "Jobs")
    for person in (jane, tom):
        hub.member("jobs", person.name, person.address)
    blobs = hub.hub.tools.blobs
    first = jane.writes(policy, "Vacancy", "Zebra wanted.", attach={"zebra.txt": b"stripes " * 99})
    vacancy = tom.receives("Vacancy")
    tom.replies(vacancy, "Where?")
    hub.settle()
    jane.receives("Vacancy")
    number = does(lambda s: post(s, "Vacancy").thread_id)

    def move(to: str) -> None:
        def moved(session: Session) -> None:
            thread = arranging.thread_of(session, f"https://x/c/policy/threads/{number}")
            there = membership.known_community(session, to)
            arranging.move(session, blobs, hub.hub.tools.site, thread, there, clock(), by=OPERATOR)

        does(moved)

    move("jobs")
    assert threads(hub) == [("jobs", ["Vacancy", "Re: Vacancy"])]
    assert found(hub, "zebra")[:1] == [("jobs", "document")]
    assert {place for place, _ in found(hub, "zebra")} == {"jobs"}
    led = pages.get(f"/c/policy/m/{first}")
    assert (led.status_code, led.location) == (302, f"/c/jobs/m/{first}")
    assert pages.get(led.location).status_code == 200
    assert pages.get(f"/c/policy/threads/{number}").location == f"/c/jobs/threads/{number}"
    assert first not in pages.get("/c/policy/atom.xml").text
    assert "zebra" in pages.get("/c/jobs/library/").text
    assert "zebra" not in pages.get("/c/policy/library/").text

    # Answers to where it was: by the address in the mail, and by its id alone.
    jane.replies(vacancy, "In Leeds.")
    tom.writes(policy, "By its id", "And in Cardiff.", In_Reply_To=f"<{first}>")
    assert threads(hub) == [("jobs", ["Vacancy", "Re: Vacancy", "Re: Vacancy", "By its id"])]
    with pytest.raises(Unusable, match="same-community"):
        move("jobs")

    hub.settings("jobs", visibility="closed")  # nobody learns from an address what is there
    assert pages.get(f"/c/policy/m/{first}").status_code == 404
    assert pages.get(f"/c/policy/threads/{number}").status_code == 404

    move("policy")  # and back
    assert pages.get(f"/c/policy/m/{first}").status_code == 200
    jane.replies(vacancy, "Once more.")
    assert [(slug, len(posts)) for slug, posts in threads(hub)] == [("policy", 5)]


def test_what_people_took_apart_and_made_one_stays_so_whatever_comes(
    hub: RunningHub, policy: str, jane: Person, tom: Person, pages: FlaskClient, does: Any
) -> None:
    index = "AdmTPUrAu6xWBq6BTcSMvtYm3BcY6w=="
    later = "AdmTPUrAu6xWBq6BTcSMvtYm3BcY6wAAAAAA"
    absent = "<absent@york.example>"
    bins = jane.writes(policy, "Bins", "When?", References=absent, Thread_Index=index)
    hub.settle()
    aside = tom.writes(
        policy,
        "An aside",
        "By the way",
        In_Reply_To=f"<{bins}>",
        References=f"{absent} <{bins}>",
        Thread_Index=later,
    )
    hub.settle()
    jane.writes(policy, "More of it", "Quite.", In_Reply_To=f"<{aside}>")
    hub.settle()
    tom.writes(policy, "Roads", "And roads?")
    assert threads(hub) == [("policy", ["Bins", "An aside", "More of it"]), ("policy", ["Roads"])]

    old = does(lambda s: post(s, "Bins").thread_id)
    new = does(lambda s: arranging.split(s, post(s, "An aside"), clock(), by=OPERATOR).id)
    apart = [("policy", ["Bins"]), ("policy", ["Roads"]), ("policy", ["An aside", "More of it"])]
    assert threads(hub) == apart
    assert "By the way" not in pages.get(f"/c/policy/threads/{old}").text
    assert "By the way" in pages.get(f"/c/policy/threads/{new}").text

    # Each of these would have made one discussion of the two.
    jane.writes(
        policy,
        "Names both",
        "Both.",
        In_Reply_To=f"<{aside}>",
        References=f"{absent} <{bins}> <{aside}>",
        Thread_Index=later + "AAAA",
    )
    hub.settle()
    jane.writes(policy, "Names none that is there", "Hm.", References=absent, Thread_Index=index)
    hub.settle()
    raw = (
        f"From: tom@cardiff.example\r\nTo: {policy}\r\nSubject: The absent one\r\n"
        f"Message-ID: {absent}\r\nThread-Index: {index}\r\n\r\nHere I am.\r\n"
    )
    hub.send(raw.encode(), tom.address, policy)
    now = {posts[0]: posts for _, posts in threads(hub)}
    assert now["An aside"] == ["An aside", "More of it", "Names both"]
    assert set(now["Bins"]) == {"Bins", "Names none that is there", "The absent one"}
    assert now["Roads"] == ["Roads"]

    roads = does(lambda s: post(s, "Roads").thread_id)

    def merge(session: Session) -> None:
        into, gone = session.get_one(Thread, new), session.get_one(Thread, roads)
        arranging.merge(session, gone, into, clock(), by=OPERATOR)

    does(merge)
    led = pages.get(f"/c/policy/threads/{roads}")
    assert (led.status_code, led.location) == (302, f"/c/policy/threads/{new}")
    tom.writes(policy, "Re: Roads", "Potholes.")
    hub.settle()
    now = {posts[0]: posts for _, posts in threads(hub)}
    assert now.keys() == {"An aside", "Bins"}
    assert now["An aside"][-1] == "Re: Roads"

    def undo(session: Session) -> None:
        merged, split = [
            session.scalars(select(Change).where(Change.what == what)).one()
            for what in ("merged", "split")
        ]
        blobs = hub.hub.tools.blobs
        assert arranging.put_back(session, blobs, hub.hub.tools.site, merged, clock(), by=OPERATOR)
        assert not arranging.put_back(
            session, blobs, hub.hub.tools.site, merged, clock(), by=OPERATOR
        )
        assert arranging.put_back(session, blobs, hub.hub.tools.site, split, clock(), by=OPERATOR)

    does(undo)
    now = {posts[0]: posts for _, posts in threads(hub)}
    assert now.keys() == {"Roads", "Bins"}
    assert now["Roads"] == ["Roads"]
    assert pages.get(f"/c/policy/threads/{new}").location == f"/c/policy/threads/{old}"
    with pytest.raises(Unusable, match="begins-it"):
        does(lambda s: arranging.split(s, post(s, "Roads"), clock(), by=OPERATOR))


def test_a_removed_post_is_gone_from_everywhere_and_comes_back(
    hub: RunningHub, policy: str, jane: Person, tom: Person, pages: FlaskClient, does: Any
) -> None:
    id_ = jane.writes(
        policy, "Salaries", "Zebra earns 10.", attach={"zebra-pay.txt": b"zebra pay " * 99}
    )
    tom.receives("Salaries")
    tom.writes(policy, "Re: Salaries", "Really?")
    hub.settle()
    number = does(lambda s: post(s, "Salaries").thread_id)
    blobs = hub.hub.tools.blobs
    assert found(hub, "zebra") == [("policy", "document"), ("policy", "post")]

    assert does(lambda s: arranging.remove(s, arranging.post_of(s, id_), clock(), by=OPERATOR))
    assert not does(lambda s: arranging.remove(s, arranging.post_of(s, id_), clock(), by=OPERATOR))
    page = pages.get(f"/c/policy/m/{id_}")
    assert page.status_code == 410
    whole = pages.get(f"/c/policy/threads/{number}").text
    assert "have removed this" in page.text
    assert "have removed this" in whole
    assert "Really?" in whole
    for shown in (page.text, whole, pages.get("/c/policy/atom.xml").text):
        assert "Zebra" not in shown
        assert "zebra-pay.txt" not in shown
    assert found(hub, "zebra") == []
    assert "zebra" not in pages.get("/c/policy/library/").text

    assert does(
        lambda s: arranging.restore(
            s, blobs, hub.hub.tools.site, arranging.post_of(s, id_), clock(), by=OPERATOR
        )
    )
    page = pages.get(f"/c/policy/m/{id_}")
    assert page.status_code == 200
    assert "Zebra earns 10." in page.text
    assert "zebra-pay.txt" in page.text
    assert ("policy", "post") in found(hub, "zebra")


def test_pinned_and_closed_discussions_are_marked(
    hub: RunningHub, policy: str, jane: Person, pages: FlaskClient, does: Any
) -> None:
    jane.writes(policy, "House rules", "Be kind.")
    hub.settle()
    jane.writes(policy, "Bins", "When?")
    thread = does(lambda s: post(s, "House rules").thread_id)
    for turn in (arranging.pin, arranging.close):
        changed = [
            does(lambda s, t=turn: t(s, s.get_one(Thread, thread), clock(), by=OPERATOR))
            for _ in range(2)
        ]
        assert changed == [True, False]
    listed = pages.get("/c/policy/threads/").text
    assert listed.index("Pinned") < listed.index("House rules") < listed.index("Bins")
    assert "Closed" in listed
    assert "This discussion is closed." in pages.get(f"/c/policy/threads/{thread}").text
    for turn in (arranging.unpin, arranging.open_again):
        assert does(lambda s, t=turn: t(s, s.get_one(Thread, thread), clock(), by=OPERATOR))
    assert "Pinned" not in pages.get("/c/policy/threads/").text
    assert "closed" not in pages.get(f"/c/policy/threads/{thread}").text
    with hub.hub.database.reading() as session:
        whats = session.scalars(select(Change.what).where(Change.of == "thread")).all()
    assert whats == ["pinned", "closed", "unpinned", "opened"]
