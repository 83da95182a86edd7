"""What programs write of themselves: complaints, absence notices, reactions. None is posted, none is answered."""

from __future__ import annotations

from datetime import date
from email.utils import format_datetime

from sqlalchemy import select

from mailhub import forum, membership
from mailhub.app.hub import clock
from mailhub.models import Post
from tests.conversations import returning as _returning
from tests.conversations.people import Person, RunningHub
from tests.conversations.returning import DAY, last_copy, pass_time

facilitator = _returning.facilitator


def test_a_complaint_with_a_token_ends_the_membership(
    hub: RunningHub, facilitator: Person, jane: Person, tom: Person
) -> None:
    jane.writes("policy@lists.example.org", "Indicator 6", "What do you count?")
    copy = last_copy(hub, tom.address)
    report = (
        b"From: <complaints@provider.example>\nTo: abuse@lists.example.org\nSubject: FW: Indicator 6\n"
        b'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        b"--b\n\nThis is an email abuse report for an email message received from IP 192.0.2.1.\n\n"
        b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"
        b"User-Agent: SomeGenerator/1.0\n\n--b\nContent-Type: message/rfc822\n\n"
    )
    hub.send(report + copy.raw + b"\n--b--\n", "", "abuse@lists.example.org")
    assert hub.outcomes()[-1] == "unsubscribed"
    tom_told = last_copy(hub, tom.address).mail
    assert str(tom_told["Subject"]) == "You have left Policy and Performance"
    assert not hub.courier.to("steward@hub.example")
    pass_time(hub, DAY)
    assert "1 of your members" in facilitator.receives("1 left by complaint").get_content()

    # Twice does no harm, and without a token of ours it is for the stewards to read.
    hub.send(report + copy.raw + b"\n--b--\n", "", "abuse@lists.example.org")
    hub.send(report + b"Subject: x\n\nx\n--b--\n", "", "abuse@lists.example.org")
    hub.settle()
    assert len(hub.courier.to("steward@hub.example")) == 2


def test_an_absence_notice_marks_its_person_away_until_they_write(
    hub: RunningHub, jane: Person, tom: Person
) -> None:
    jane.writes("policy@lists.example.org", "Indicator 6", "What do you count?")
    copy = last_copy(hub, tom.address)
    before = len(hub.courier.sent)

    def answers(words: str, to: str, sender: str) -> None:
        """Tom's mail program, in plain bytes."""
        raw = (
            f"From: {tom.address}\nTo: {to}\nSubject: Automatic reply: Indicator 6\n"
            f"Date: {format_datetime(clock())}\nAuto-Submitted: auto-replied\n\n{words}\n"
        )
        hub.send(raw.encode(), sender, to)

    answers("Thank you. Your ticket is number 12.", copy.sender, "")
    assert hub.outcomes()[-1] == "auto-reply"
    assert away(hub, tom) == (False, None)
    answers("I am out of the office.", "policy@lists.example.org", tom.address)  # or of anybody
    assert hub.outcomes()[-1] == "auto-reply"
    assert away(hub, tom) == (False, None)
    day = (clock() + 7 * DAY).date()
    answers(f"I am out of the office until {day:%d/%m/%Y}.", copy.sender, "")
    answers("I am out of the office.", "policy@lists.example.org", tom.address)
    assert hub.outcomes()[-2:] == ["auto-reply", "auto-reply"]
    assert away(hub, tom) == (True, day)
    assert len(hub.courier.sent) == before

    # Anybody may write in his name: he is there when he answers what only he was sent.
    tom.writes("policy@lists.example.org", "Back early", "Here I am.")
    assert hub.outcomes()[-1] == "posted"
    assert away(hub, tom) == (True, day)
    tom.writes("policy+help@lists.example.org")
    tom.replies(last_copy(hub, tom.address).mail, "each")
    hub.settle()
    assert away(hub, tom) == (False, None)


def away(hub: RunningHub, person: Person) -> tuple[bool, date | None]:
    """Whether somebody is noted as away, and until when."""
    with hub.hub.database.reading() as session:
        found = membership.person_of(session, person.address)
        assert found
        return found.away_since is not None, found.away_until


def test_a_reaction_is_counted_on_its_post_and_mailed_to_nobody(
    hub: RunningHub, jane: Person, tom: Person
) -> None:
    jane.writes("policy@lists.example.org", "Indicator 6", "What do you count?")
    post = tom.receives("Indicator 6")
    before = len(hub.courier.sent)
    tom.replies(post, "Liked \u201cWhat do you count?\u201d")
    assert hub.outcomes()[-1] == "reaction"
    assert signs(hub) == [{"👍": 1}]
    # From a program that passes over Reply-To, and with another sign: his last one counts.
    tom.replies(post, "Loved \u201cWhat do you count?\u201d", to="policy@lists.example.org")
    assert hub.outcomes()[-1] == "reaction"
    assert signs(hub) == [{"❤️": 1}]
    tom.replies(post, "Removed a heart from \u201cWhat do you count?\u201d")
    hub.person("Eve", "eve@elsewhere.example").replies(post, "Liked \u201cWhat do you count?\u201d")
    assert hub.outcomes()[-2:] == ["reaction", "reaction"]
    assert signs(hub) == []
    assert len(hub.courier.sent) == before


def signs(hub: RunningHub) -> list[dict[str, int]]:
    """The reactions to each post that has any."""
    with hub.hub.database.reading() as session:
        posts = list(session.scalars(select(Post.id)))
        return [dict(counted) for counted in forum.reactions(session, posts).values()]
