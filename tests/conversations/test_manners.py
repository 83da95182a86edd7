"""Nobody is harmed by what the hub says by itself: how often, to whom, and with whose words."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from mailhub.app.hub import clock
from mailhub.commands.claiming import CLAIMS_A_DAY
from mailhub.commands.limits import TO_STRANGER_A_DAY
from mailhub.models import Request
from mailhub.notes import MOST_UNPROVEN
from mailhub.process import escalating
from mailhub.process.answering import MOST_ANSWERS
from tests.conversations.people import Person, RunningHub

D = "lists.example.org"


def test_nobody_is_bombed_with_questions(hub: RunningHub, policy: str) -> None:
    # Somebody subscribes a victim to everything there is.
    victim = hub.person("V", "victim@york.example")
    for number in range(TO_STRANGER_A_DAY + 5):
        hub.community(f"place-{number}", f"Place {number}")
        victim.writes(f"place-{number}+join@{D}", "Buy our pills", "Buy our pills at pills.example")
        hub.settle()  # two that are processed at once may both be the last
    assert Counter(hub.outcomes()) == {"asked": TO_STRANGER_A_DAY, "too-many": 5}
    for mail in victim.mailbox():
        # Nothing that a stranger wrote is carried to them, not even the name.
        assert "pills" not in mail.as_string()
        assert mail["To"] == "victim@york.example"
        assert mail["In-Reply-To"] is None
        assert mail["Auto-Submitted"] == "auto-replied"
        assert mail["X-Auto-Response-Suppress"] == "All"
    assert {copy.sender for copy in hub.courier.to(victim.address)} == {""}


def test_a_stranger_is_told_once_a_day_that_a_mail_was_refused(
    hub: RunningHub, policy: str, tom: Person
) -> None:
    hub.settings("policy", strangers="refuse")
    sam = hub.person("Sam", "sam@shop.example")
    for _ in range(3):
        sam.writes(policy, "Lovely pills", "Lovely pills, for you and all of your colleagues.")
    told = sam.receives("Your mail to Policy")
    assert "was not posted" in told.get_content()
    assert "pills" not in told.as_string()
    sam.receives_nothing()
    tom.receives_nothing()
    # A robot is told nothing, nor is somebody at a secret community.
    robot = hub.person("R", "robot@shop.example")
    robot.writes(policy, "Hello", "I am a robot.", Auto_Submitted="auto-generated")
    hub.settings("policy", visibility="secret")
    hub.person("Sue", "sue@york.example").writes(policy, "Hello", "Is there anybody there?")
    robot.receives_nothing()
    hub.person("Sue", "sue@york.example").receives_nothing()


def test_what_nobody_decides_goes_up(hub: RunningHub, policy: str) -> None:
    hub.settings("policy", joining="approval")
    fay = hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")
    ned = hub.member("policy", "Ned Ash", "ned@hull.example", role="organiser")
    steward = hub.person("Steward", "steward@hub.example")
    sue = hub.person("Sue Hill", "sue@york.example")
    sue.writes(f"policy+join@{D}")
    sue.replies(sue.receives("Join Policy"), "yes")
    sue.receives("Your request")
    for person in (fay, ned):
        person.receives("would like to join")

    def later(hours: int) -> None:
        with hub.hub.database.writing() as session:
            request = session.scalars(select(Request)).one()
            request.waiting_since = clock() - timedelta(hours=hours)
        escalating.requests_to_join(hub.hub.tools, None, clock())

    later(47)
    ned.receives_nothing()
    later(49)
    later(50)
    assert "This has waited since" in ned.receives("would like to join").get_content()
    ned.receives_nothing()
    fay.receives_nothing()
    later(97)
    request = steward.receives("would like to join")
    sue.receives_nothing()
    steward.replies(request, "yes")
    steward.replies(steward.receives("shall we do this?"), "yes")
    sue.receives("Welcome to")
    for person in (fay, ned, steward):
        person.receives("would like to join")
    with hub.hub.database.reading() as session:
        decided = select(Request.settled_by).where(Request.kind == "join")
        assert session.scalar(decided) == "steward@hub.example"


def test_who_asked_and_waits_is_not_asked_again(hub: RunningHub, policy: str, jane: Person) -> None:
    hub.settings("policy", joining="approval")
    sue = hub.person("Sue Hill", "sue@york.example")
    sue.writes(f"policy+join@{D}")
    sue.replies(sue.receives("Join Policy"), "yes")
    sue.receives("Your request")
    sue.writes(f"policy+join@{D}")
    sue.writes(f"policy+join@{D}")
    sue.receives("Your request")
    sue.receives_nothing()


def test_nonsense_in_somebodys_name_neither_bombs_nor_silences_them(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    for number in range(MOST_UNPROVEN + 3):
        jane.writes(f"policy+settings@{D}", "", f"blah gibberish {number} wibble")
        jane.writes(f"policy+settings@{D}", "", "status")
    said = Counter(str(mail["Subject"]) for mail in jane.mailbox())
    assert said.pop("Policy and Performance: what did you mean?") == 1
    assert sum(said.values()) == MOST_UNPROVEN
    # What answers a mail of ours is another matter.
    jane.replies(jane.mailbox()[0], "weekly")
    assert "done" in str(jane.mailbox()[-1]["Subject"])


def test_one_mail_to_many_addresses_of_ours_is_answered_a_few_times(
    hub: RunningHub, policy: str
) -> None:
    hub.community("housing", "Housing")
    victim = hub.person("V", "victim@york.example")
    verbs = ("join", "settings", "help", "leave", "facilitators")
    to = [f"{slug}+{verb}@{D}" for slug in ("policy", "housing") for verb in verbs]
    victim.writes(", ".join([*to, f"hub@{D}"]), "Hello", "Hello there, friends.")
    mails = victim.mailbox()
    assert 0 < len(mails) <= MOST_ANSWERS
    assert len([mail for mail in mails if "not a member" in str(mail["Subject"])]) <= 1


def test_nobody_asks_many_strangers_whether_they_are_the_same(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    lines = "\n".join(f"add address victim{n}@bomb.example" for n in range(20))
    jane.writes(f"policy+settings@{D}", "", lines)
    jane.replies(jane.receives("shall we"), "yes")
    assert "too many addresses today" in " ".join(jane.receives("done").get_content().split())
    asked = [hub.person("V", f"victim{n}@bomb.example").mailbox() for n in range(20)]
    assert sum(map(len, asked)) == CLAIMS_A_DAY
