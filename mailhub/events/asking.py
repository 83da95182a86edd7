"""What is asked about events in words: who is coming, which there are, one of them, one's own calendar; and
what those whose event it is say of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from mailhub import words
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked, Told
from mailhub.compose.own import Enclosure
from mailhub.events import attending, calendar, feeds, listing, telling, writing
from mailhub.events.tables import Event
from mailhub.models import Community
from mailhub.sight import may_read
from mailhub.tool import Came
from mailhub.words.line import Line

MOST_LISTED = 30
_LONGEST = 12  # words of a line that can be one of these


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is asked: its name in the table `event_words`, and the event that is named, if any."""

    verb: str
    number: int | None = None


def wish(text: str, subject: str = "") -> Wish | None:
    """What the first line of a mail asks about events; None where it is nothing of the kind."""
    first = next((line for line in text.splitlines() if line.strip()), "" if text else subject)
    said = [word.lstrip("+") for word in Line(first[:300]).words if word != "?"]
    said = [word for word in said if word not in words.table("event_words")["skipped"]]
    if not said or len(said) > _LONGEST:
        return None
    number = int(said[-1]) if said[-1].isdigit() and len(said[-1]) < 10 else None
    plain = " ".join(said[:-1] if number is not None else said)
    verb = _verbs().get(plain, "")
    return Wish(verb, number) if verb else None


@cache
def _verbs() -> dict[str, str]:
    table = words.table("event_words")
    return {
        " ".join(Line(said).words): verb
        for verb, many in table.items()
        if verb != "skipped"
        for said in many
    }


def at_settings(asked: Asked) -> Told | None:
    """What somebody asks at `+settings`; None where it is not about events."""
    asks = wish(asked.letter.new_text.strip(), asked.letter.subject)
    if asks is None or asked.community is None or asked.person is None:
        return None
    if asks.verb == "link" and asks.number is None:
        return _link(asked)
    if asks.verb == "new-link" and asks.number is None:
        return _link(asked, anew=True)
    if asks.verb == "list" and asks.number is None:
        return _list(asked)
    event = _event(asked, asks.number) if asks.number is not None else None
    if asks.number is None:
        return None
    if event is None:
        return Told("answered", (asked.note("event-none", number=asks.number),))
    if asks.verb == "who":
        return who(asked, event)
    if asks.verb == "one":
        return _one(asked, event)
    return None


def who(asked: Asked, event: Event) -> Told:
    """The list of those who come, for members; to others nothing is said of people."""
    if asked.membership() is None:
        return Told("answered", (writing.note(asked, event, "event-over"),))
    return Told(
        "answered",
        (
            writing.note(
                asked,
                event,
                "event-attendees",
                people=attending.attendees(asked.session, event),
                counts=attending.counts(asked.session, event.id),
            ),
        ),
    )


def about_this(came: Came, event: Event) -> Wish | None:
    """What an answer to an event's mail asks, where it names no other event."""
    found = wish(came.asked.letter.new_text.strip())
    return found if found is not None and found.number in (None, event.id) else None


def _list(asked: Asked) -> Told:
    assert asked.community is not None
    found = listing.ahead(asked.session, asked.viewer, asked.community.id, asked.now, MOST_LISTED)
    return Told(
        "answered",
        (asked.note("event-list", events=[telling.told(one, asked.now) for one in found]),),
    )


def _one(asked: Asked, event: Event) -> Told:
    assert asked.community is not None
    url = asked.site.event_url(asked.community.slug, event.id)
    ics = calendar.feed([(event, url)], asked.community.name, asked.site.domain, asked.now)
    enclosure = Enclosure("event.ics", "text/calendar", ics.encode())
    return Told("answered", (writing.note(asked, event, "event-shown", enclosures=(enclosure,)),))


def _link(asked: Asked, *, anew: bool = False) -> Told:
    """The link to one's own calendar; only to whom it surely is."""
    assert asked.person is not None
    if not asked.trusted:
        return Told("answered", (asked.note("event-link-unsure"),))
    feed = feeds.of_person(asked.session, asked.person.id, asked.now, anew=anew)
    token = asked.site.tokens.sign(Token(Purpose.FEED, feed.id, asked.person.id))
    return Told("answered", (asked.note("event-link", link=asked.site.feed_url(token), anew=anew),))


def _event(asked: Asked, number: int | None) -> Event | None:
    """An event of this community that the reader may see."""
    assert asked.community is not None
    return asked.session.scalars(
        select(Event)
        .join(Community, Community.id == Event.community_id)
        .where(
            Event.id == number,
            Event.community_id == asked.community.id,
            may_read(asked.viewer),
        )
    ).one_or_none()
