"""What is held on a person: sent to them, or forgotten.

`my data` needs a proven sender or a yes; `forget me` always a yes, to a mail that says what will go. Both
are done by a timer within a minute or two, since they may take long. Nothing is sent to an address that is
not the person's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mailhub import privacy, words
from mailhub.commands.asked import NOTHING, Asked, Told
from mailhub.commands.limits import too_many
from mailhub.membership import By, is_needed, of_person, person_of, requests
from mailhub.models import Person, Request
from mailhub.notes import Note

ONCE_IN = timedelta(days=1)
_MARKS = str.maketrans("", "", ".,!;:'’\"")


def my_data(asked: Asked) -> Told:
    """Somebody wants to know what is held on them."""
    person = asked.person
    if person is None:
        return Told("answered", (asked.note("nothing-held", once=""),))
    if requests.done_since(asked.session, "my-data", person.id, asked.now - ONCE_IN):
        return Told("answered", (asked.note("my-data-lately", once=""),))
    if not asked.trusted and too_many(asked):
        return NOTHING
    request = _ask(asked, "my-data", person)
    if asked.trusted:
        return _gather(asked, request)
    note = asked.note("my-data-question", token=requests.token(request))
    return Told("asked", (note,))


def my_data_confirmed(asked: Asked, request: Request) -> Told:
    """It was they who asked for it."""
    person = person_of(asked.session, request.address)
    if person is None or person.id != request.person_id:
        return NOTHING  # the address is another's by now
    return _gather(asked, request)


def _gather(asked: Asked, request: Request) -> Told:
    requests.wait(asked.session, request, asked.now)
    return Told("done", ())


def forget_me(asked: Asked) -> Told:
    """Somebody wants to be forgotten: what will go is told, and asked about, whoever they are."""
    person = asked.person
    if person is None:
        return Told("answered", (asked.note("nothing-held", once=""),))
    if too_many(asked):
        return NOTHING
    request = _ask(asked, "forget", person)
    note = asked.note(
        "forget-question",
        token=requests.token(request),
        foreseen=privacy.foresee(asked.session, person),
        needed=[
            place.name
            for place, member in of_person(asked.session, person.id)
            if is_needed(asked.session, member)
        ],
        request=request,
    )
    return Told("asked", (note,))


def wants_everything(asked: Asked) -> bool:
    """Whether an answer to that question says that words and papers are to go too."""
    lines = [line.strip() for line in asked.letter.new_text.splitlines()[:20] if line.strip()]
    said = " ".join(lines[0][:100].casefold().translate(_MARKS).split()) if lines else ""
    return said.removesuffix(" please") in words.said("forgetting")["everything"]


def forgetting(asked: Asked, request: Request) -> Told:
    """They have said yes: from now on they are nobody here, and the rest follows."""
    person = person_of(asked.session, request.address)
    if person is None or person.id != request.person_id:
        return NOTHING
    told = tuple(_left_alone(asked, person))
    privacy.begin(
        asked.session,
        person,
        asked.now,
        everything=wants_everything(asked),
        request=request,
        by=By("mail", person.id, asked.inbound_id),
    )
    return Told("done", told)


def _left_alone(asked: Asked, person: Person) -> Iterator[Note]:
    """To the stewards: whose communities will be without an organiser, or anybody who looks after them."""
    pairs = of_person(asked.session, person.id)
    left = [place for place, member in pairs if is_needed(asked.session, member)]
    for steward in asked.stewards if left else ():
        yield Note(
            "organiser-gone",
            steward,
            None,
            {"communities": left},
            cause=("organiser-gone", " ".join(place.slug for place in left)),
            automatic=False,
            duty=True,
        )


def _ask(asked: Asked, kind: str, person: Person) -> Request:
    return requests.ask(
        asked.session,
        kind,
        asked.address,
        asked.now,
        person=person,
        inbound_id=asked.inbound_id,
    )
