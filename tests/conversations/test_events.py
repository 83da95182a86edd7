"""Events by mail: announced from a calendar's invitation and from plain lines, answered in words and by
calendars."""

from __future__ import annotations

import pytest

from tests.conversations.calendars import (
    APPLE,
    GOOGLE,
    OUTLOOK,
    D,
    answers,
    calendar_of,
    invites,
    shows_buttons,
    value,
)
from tests.conversations.deciding import decided
from tests.conversations.meeting import coming, lines, words
from tests.conversations.people import Person, RunningHub


@pytest.mark.parametrize("calendar", [OUTLOOK, GOOGLE, APPLE], ids=["outlook", "google", "apple"])
def test_an_invitation_is_announced_and_answered(
    hub: RunningHub, policy: str, jane: Person, tom: Person, calendar: str
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    invites(jane, calendar)
    mail = tom.receives("Invitation: Indicators workshop (")
    said = words(mail)
    assert "Thursday 4 June 2099" in said
    ics = calendar_of(mail)
    assert ics.count("\nATTENDEE") == 1
    assert value(ics, "ATTENDEE") == "mailto:tom@cardiff.example"
    assert value(ics, "UID").endswith(f"@{D}")
    assert value(ics, "SEQUENCE") == "0"
    assert "METHOD:REQUEST" in ics
    assert mail["List-Id"] == "Policy and Performance <policy.lists.example.org>"
    assert "policy+u-" in mail["List-Unsubscribe"]
    jane.receives("Announced: Indicators workshop")
    # In words, and by each program's own button; nobody answers a program.
    tom.replies(mail, "yes")
    assert "You are coming." in words(tom.receives("you are coming"))
    answers(sue, sue.receives("Invitation"), "DECLINED")
    sue.receives_nothing()
    assert coming(hub) == {
        "coming": 1, "maybe": 0, "not_coming": 1, "waiting": 0, "not_answered": 0,
    }  # fmt: skip


@pytest.mark.parametrize("program", ["outlook", "google", "apple"])
@pytest.mark.parametrize("organizer", [True, False])
def test_a_calendar_answers(
    hub: RunningHub, policy: str, jane: Person, tom: Person, program: str, organizer: bool
) -> None:
    invites(jane, OUTLOOK)
    mail = tom.receives("Invitation")
    shows_buttons(mail)
    answers(tom, mail, "TENTATIVE", program=program, organizer=organizer)
    assert coming(hub)["maybe"] == 1
    answers(tom, mail, "ACCEPTED", program=program, organizer=organizer, stamp="20261123T110000Z")
    assert coming(hub)["coming"] == 1
    # An older answer that arrives late changes nothing.
    answers(tom, mail, "DECLINED", program=program, organizer=organizer, stamp="20261123T090000Z")
    assert coming(hub)["coming"] == 1
    tom.receives_nothing()


def test_an_answer_for_somebody_else_counts_nothing(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    invites(jane, OUTLOOK)
    mail = tom.receives("Invitation")
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    stranger = hub.person("Mallory", "mallory@nowhere.example")
    answers(tom, mail, "ACCEPTED", attendee="sue@york.example")
    answers(stranger, mail, "ACCEPTED")
    assert coming(hub)["coming"] == 0
    # To whose token it is, whatever address it is sent from.
    answers(stranger, mail, "ACCEPTED", attendee="tom@cardiff.example")
    assert coming(hub)["coming"] == 1
    sue.receives_nothing()


def test_an_invitation_that_is_passed_on_names_both(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    invites(sue, OUTLOOK)
    assert "Organiser: Jane Doe (passed on by Sue Hill)" in words(tom.receives("Invitation"))


def test_plain_lines(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    lines(
        jane,
        "We go through the draft.",
        "",
        "When: 4 June 2027 2pm to 4pm",
        "Where: Town Hall, Leeds",
        "Places: 20",
    )
    said = words(tom.receives("Invitation: Indicators workshop (Fri 4 Jun 2027, 14:00)"))
    assert "When: Friday 4 June 2027, 14:00 to 16:00 (UK time)" in said
    assert "Where: Town Hall, Leeds" in said
    assert "Places: 20" in said
    assert "We go through the draft." in said
    assert "When: Friday 4 June 2027" in words(jane.receives("Announced"))


def test_what_is_not_understood_is_said_once_with_an_example(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    lines(jane, "Shall we meet some time?")
    said = words(jane.receives("Not announced: Indicators workshop"))
    assert "no event was found in it" in said
    assert "When: next Tuesday 2pm to 4pm" in said
    tom.receives_nothing()


def test_who_only_reads_gets_it_to_read_and_a_digest_reader_nothing(
    hub: RunningHub, policy: str, jane: Person
) -> None:
    reader = hub.member("policy", "Rhys", "rhys@swansea.example", role="reader")
    weekly = hub.member("policy", "Wyn", "wyn@powys.example", delivery="weekly")
    invites(jane, OUTLOOK)
    mail = reader.receives("Indicators workshop (Thu 4 Jun 2099, 14:00)")
    assert "METHOD:PUBLISH" in calendar_of(mail)
    assert "ATTENDEE" not in calendar_of(mail)
    weekly.receives_nothing()
    # They can say yes all the same.
    reader.replies(mail, "yes, bringing two")
    assert "and bring 2 more" in words(reader.receives("you are coming"))


def test_a_question_goes_to_whose_event_it_is(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    invites(jane, OUTLOOK)
    jane.receives("Announced")
    tom.replies(tom.receives("Invitation"), "Is there parking near the town hall on that day?")
    mail = jane.receives("Re: Invitation: Indicators workshop")
    assert "parking" in words(mail)
    assert "tom@cardiff.example" in str(mail["Reply-To"])
    tom.receives_nothing()


def test_an_answer_that_anybody_may_have_written_is_asked_about(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    invites(jane, OUTLOOK)
    mail = tom.receives("Invitation")
    # His program passes over Reply-To: the answer goes to the address in From.
    tom.replies(mail, "yes", to=f"policy+notices@{D}")
    tom.replies(tom.receives("Are you coming? Indicators workshop"), "yes")
    tom.receives("you are coming")
    assert coming(hub)["coming"] == 1


def test_what_a_stranger_announces_waits_for_a_facilitator(
    hub: RunningHub, policy: str, tom: Person
) -> None:
    fay = hub.member("policy", "Fay", "fay@leeds.example", role="facilitator")
    stranger = hub.person("Una Ray", "una@nowhere.example")
    invites(stranger, OUTLOOK.replace("jane@leeds", "una@nowhere"))
    tom.receives_nothing()
    fay.receives("")
    with hub.hub.database.writing() as session:
        assert decided(session, 1, "approve")
    fay.receives("Invitation")
    mail = tom.receives("Invitation: Indicators workshop")
    assert "Organiser: Una Ray" in words(mail)


def test_what_is_asked_at_settings(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    invites(jane, OUTLOOK)
    tom.receives("Invitation")
    tom.writes(f"policy+settings@{D}", "", "list events")
    said = words(tom.receives("Events of Policy and Performance"))
    assert "1: Indicators workshop" in said
    tom.writes(f"policy+settings@{D}", "", "get event 1")
    mail = tom.receives("Indicators workshop")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["event.ics"]
    tom.writes(f"policy+settings@{D}", "", "who is coming to event 1?")
    assert "0 coming" in words(tom.receives("Who is coming"))
    tom.writes(f"policy+settings@{D}", "", "calendar link")
    tom.replies(tom.receives("Your calendar link"), "calendar link")
    assert "https://hub.example.org/calendar/" in words(tom.receives("Your calendar link"))
