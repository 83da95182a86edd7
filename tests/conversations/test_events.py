"""Events by mail: announced from a calendar's invitation and from plain lines, answered in words and by
calendars, changed, called off, full, remembered."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from mailhub import events, membership
from mailhub.app.hub import clock
from mailhub.events import attending
from mailhub.events.tables import Event
from mailhub.models import Delivery
from tests.conversations.calendars import (
    APPLE,
    EVENTS,
    GOOGLE,
    OUTLOOK,
    D,
    answers,
    calendar_of,
    called_off,
    invites,
    later,
    value,
)
from tests.conversations.deciding import decided
from tests.conversations.people import Person, RunningHub


def words(mail: EmailMessage) -> str:
    """A mail's text on one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def lines(person: Person, *said: str, title: str = "Indicators workshop") -> None:
    """Announce an event in plain lines."""
    person.writes(EVENTS, title, "\n".join(said))


def coming(hub: RunningHub) -> dict[str, int]:
    """The figures of the only event."""
    hub.settle()
    with hub.hub.database.reading() as session:
        return attending.counts(session, session.scalars(select(Event.id)).one())


def time_passes(hub: RunningHub, now: datetime) -> None:
    """The timers of events run at that time; what they queue goes at once."""
    for timer in events.TOOL.timers:
        timer.run(hub.hub.tools, None, now)
    with hub.hub.database.writing() as session:
        session.execute(update(Delivery).where(Delivery.due_at > clock()).values(due_at=clock()))


def says_yes(person: Person, mail: EmailMessage) -> None:
    """The author answers what is asked of whoever is not proven."""
    person.replies(mail, "yes")


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
        "coming": 1, "maybe": 0, "not coming": 1, "waiting": 0, "not answered": 0,
    }  # fmt: skip


@pytest.mark.parametrize("program", ["outlook", "google", "apple"])
@pytest.mark.parametrize("organizer", [True, False])
def test_a_calendar_answers(
    hub: RunningHub, policy: str, jane: Person, tom: Person, program: str, organizer: bool
) -> None:
    invites(jane, OUTLOOK)
    mail = tom.receives("Invitation")
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
    assert "When: Friday 4 June 2027, 14:00 to 16:00 (Europe/London)" in said
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
    assert "This event has changed: when." in words(mail)
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
    tom.replies(mails[tom], "yes, and a colleague")
    assert "You are coming, and bring 1 more." in words(tom.receives("you are coming"))
    sue.replies(mails[sue], "yes please")
    assert "You are on the waiting list" in words(sue.receives("Noted"))
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
    assert "Changed: places" in words(jane.receives("Changed: Indicators workshop"))
    sue.receives("A place for you")
    tom.receives_nothing()


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
    assert "When: Thursday 4 June 2099, 14:00 to 16:00 (Europe/London)" in said
    tom.receives_nothing()
    sue.receives_nothing()
    assert "2 coming" in words(jane.receives("Who is coming: Indicators workshop"))
    nia.receives_nothing()
    time_passes(hub, datetime(2099, 6, 3, 21, 30, tzinfo=UTC))
    said = words(nia.receives("Tomorrow: Indicators workshop"))
    assert "Friday 5 June 2099, 01:00 to 03:00 (Pacific/Auckland)" in said
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
