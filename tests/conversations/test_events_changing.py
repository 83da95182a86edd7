"""Events that change, by mail: other times, called off, a series with a date that moves, full, remembered."""

from __future__ import annotations

from datetime import UTC, datetime

from mailhub import membership
from tests.conversations.calendars import (
    OUTLOOK,
    answers,
    calendar_of,
    called_off,
    invites,
    later,
    value,
)
from tests.conversations.meeting import coming, lines, says_yes, time_passes, words
from tests.conversations.people import Person, RunningHub


def test_a_change_goes_to_those_concerned_and_an_older_one_to_nobody(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    invites(jane, OUTLOOK)
    jane.receives("Announced")
    tom.replies(tom.receives("Invitation"), "yes")
    tom.receives("you are coming")
    sue.replies(sue.receives("Invitation"), "no, sorry")
    sue.receives("you are not coming")
    invites(jane, later(OUTLOOK, 2, DTSTART="20990605T100000", DTEND="20990605T120000"))
    says_yes(jane, jane.receives("Shall we change Indicators workshop?"))
    mail = tom.receives("New time: Indicators workshop (Fri 5 Jun 2099, 10:00)")
    assert "This event has changed: the time." in words(mail)
    assert value(calendar_of(mail), "SEQUENCE") == "1"
    assert "PARTSTAT=NEEDS-ACTION" in calendar_of(mail)
    sue.receives_nothing()
    jane.receives("Changed")
    # What was sent before that, and comes late.
    invites(jane, later(OUTLOOK, 1, LOCATION="Elsewhere"))
    jane.receives("Already announced")
    tom.receives_nothing()
    # Another place asks nobody anew.
    invites(
        jane,
        later(OUTLOOK, 3, DTSTART="20990605T100000", DTEND="20990605T120000", LOCATION="Online"),
    )
    says_yes(jane, jane.receives("Shall we change"))
    mail = tom.receives("Changed: Indicators workshop")
    assert "Where: Online" in words(mail)
    assert "PARTSTAT=ACCEPTED" in calendar_of(mail)
    assert coming(hub)["coming"] == 1


def test_it_is_called_off_by_the_calendar(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    invites(jane, OUTLOOK)
    jane.receives("Announced")
    first = tom.receives("Invitation")
    invites(jane, called_off(OUTLOOK, 1), "CANCEL")
    says_yes(jane, jane.receives("Shall we call off Indicators workshop?"))
    mail = tom.receives("Cancelled: Indicators workshop")
    assert "METHOD:CANCEL" in calendar_of(mail)
    assert value(calendar_of(mail), "STATUS") == "CANCELLED"
    assert value(calendar_of(mail), "UID") == value(calendar_of(first), "UID")
    tom.replies(first, "yes")
    assert "was called off" in words(tom.receives("Cancelled"))


def test_it_is_called_off_with_a_word(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    invites(jane, OUTLOOK)
    first = tom.receives("Invitation")
    # A reply to the receipt is its author's.
    jane.replies(jane.receives("Announced"), "cancel")
    jane.receives("Cancelled: Indicators workshop")
    tom.receives("Cancelled: Indicators workshop")
    # For whoever was only invited, the same word is a no.
    assert first["Subject"]


def test_nobody_else_changes_an_event(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    invites(jane, OUTLOOK)
    jane.receives("Announced")
    mail = tom.receives("Invitation")
    invites(tom, later(OUTLOOK, 5, LOCATION="Elsewhere"))
    tom.receives("Already announced")
    invites(tom, called_off(OUTLOOK, 6), "CANCEL")
    tom.replies(mail, "cancel")
    jane_has = [str(one["Subject"]) for one in jane.mailbox()]
    assert not [one for one in jane_has if one.startswith(("Cancelled", "Changed", "Shall"))]


def test_places_a_waiting_list_and_moving_up(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    ann = hub.member("policy", "Ann Lee", "ann@hull.example")
    lines(jane, "When: 4 June 2027 2pm", "Places: 2")
    receipt = jane.receives("Announced")
    mails = {person: person.receives("Invitation") for person in (tom, sue, ann)}
    # Who asks for more than there is hears how many are left, and what to write.
    tom.replies(mails[tom], "yes, bringing two")
    said = words(tom.receives("Noted: you are on the waiting list"))
    assert "Only 2 places are left for you and whom you bring, and you asked for 3." in said
    assert "To come with 1 more now, reply: yes, bringing 1 " in said
    tom.replies(mails[tom], "yes")
    assert "You are coming." in words(tom.receives("you are coming"))
    tom.replies(mails[tom], "yes, bringing three")
    said = words(tom.receives("you are coming"))
    assert "and you asked for 4. You are coming, as before. To come with 1 more, reply:" in said
    tom.replies(mails[tom], "yes, bringing 1")
    assert "You are coming, and bring 1 more." in words(tom.receives("you are coming"))
    sue.replies(mails[sue], "yes please")
    assert "You are on the waiting list" in words(
        sue.receives("Noted: you are on the waiting list")
    )
    answers(ann, mails[ann], "ACCEPTED")
    assert "You are on the waiting list" in words(ann.receives("Noted"))
    assert coming(hub)["waiting"] == 2
    # Who has waited longest moves up.
    tom.replies(mails[tom], "sorry, can't make it")
    tom.receives("you are not coming")
    assert "There is a place for you" in words(sue.receives("A place for you"))
    ann.receives("A place for you")
    assert coming(hub)["coming"] == 2
    # Fewer of them: who is coming is told on request.
    jane.replies(receipt, "who is coming?")
    said = words(jane.receives("Who is coming: Indicators workshop"))
    assert "2 coming, 0 perhaps, 1 not coming; 2 places." in said
    assert "- Ann Lee" in said


def test_more_places_let_people_move_up(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    lines(jane, "When: 4 June 2027 2pm", "Places: 1")
    receipt = jane.receives("Announced")
    tom.replies(tom.receives("Invitation"), "yes")
    tom.receives("you are coming")
    sue.replies(sue.receives("Invitation"), "yes")
    sue.receives("Noted")
    jane.replies(receipt, "Places: 30")
    assert "You have changed the number of places." in words(
        jane.receives("Changed: Indicators workshop")
    )
    sue.receives("A place for you")
    tom.receives_nothing()


def test_the_day_before(hub: RunningHub, policy: str, jane: Person, tom: Person) -> None:
    sue = hub.member("policy", "Sue Hill", "sue@york.example")
    nia = hub.member("policy", "Nia", "nia@auckland.example")
    with hub.hub.database.writing() as session:
        person = membership.person_of(session, "nia@auckland.example")
        assert person
        person.zone = "Pacific/Auckland"
    invites(jane, OUTLOOK)
    jane.receives("Announced")
    for person_ in (tom, sue, nia):
        mail = person_.receives("Invitation")
        person_.replies(mail, "no" if person_ is sue else "yes")
        person_.receives("Noted")
    # 4 June 2099, 14:00 in London is 5 June, 01:00 in Auckland: their day before is the 4th.
    time_passes(hub, datetime(2099, 6, 3, 7, 30, tzinfo=UTC))
    tom.receives_nothing()
    for _ in range(2):  # once, however often the timer runs
        time_passes(hub, datetime(2099, 6, 3, 8, 30, tzinfo=UTC))
    said = words(tom.receives("Tomorrow: Indicators workshop"))
    assert "When: Thursday 4 June 2099, 14:00 to 16:00 (UK time)" in said
    tom.receives_nothing()
    sue.receives_nothing()
    assert "2 coming" in words(jane.receives("Who is coming: Indicators workshop"))
    nia.receives_nothing()
    time_passes(hub, datetime(2099, 6, 3, 21, 30, tzinfo=UTC))
    said = words(nia.receives("Tomorrow: Indicators workshop"))
    assert "Friday 5 June 2099, 01:00 to 03:00 (Auckland time)" in said
    time_passes(hub, datetime(2099, 6, 5, 21, 30, tzinfo=UTC))
    for person_ in (tom, sue, nia, jane):
        person_.receives_nothing()


def test_a_series_with_a_date_that_moves(
    hub: RunningHub, policy: str, jane: Person, tom: Person
) -> None:
    weekly = OUTLOOK.replace(
        "SEQUENCE:0\n",
        "SEQUENCE:0\nRRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TH\nEXDATE;TZID=GMT Standard Time:20990611T140000\n",
    )
    invites(jane, weekly)
    jane.receives("Announced")
    mail = tom.receives("Invitation: Indicators workshop")
    said = words(mail)
    assert "- Thursday 4 June 2099" in said
    assert "- Thursday 18 June 2099" in said
    assert "11 June" not in said
    ics = calendar_of(mail)
    assert value(ics, "RRULE") == "FREQ=WEEKLY;BYDAY=TH;COUNT=4"
    assert value(ics, "EXDATE") == "20990611T140000"
    # One of them moves: a REQUEST with RECURRENCE-ID alone.
    one = later(OUTLOOK, 1, DTSTART="20990619T100000", DTEND="20990619T110000").replace(
        "SEQUENCE:1\n", "SEQUENCE:1\nRECURRENCE-ID;TZID=GMT Standard Time:20990618T140000\n"
    )
    invites(jane, one)
    says_yes(jane, jane.receives("Shall we change"))
    mail = tom.receives("Indicators workshop")
    assert "- Friday 19 June 2099, 10:00" in words(mail)
    assert "18 June" not in words(mail)
    assert calendar_of(mail).count("BEGIN:VEVENT") == 2
    assert calendar_of(mail).count("\nATTENDEE") == 2
