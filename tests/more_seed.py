"""What tools of a community have to show, sown into a seeded hub: a blog with a comment and a picture, headlines;
events, and a paper whose versions can be compared."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import select

from mailhub import arranging
from mailhub.app.hub import Hub
from mailhub.feeds import filing, following
from mailhub.feeds.tables import Source
from mailhub.membership import OPERATOR
from mailhub.models import Community, Post
from mailhub.process import process
from mailhub.syndication.reading import Heading, Read
from tests.spooled import spooled

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def sow(hub: Hub, slug: str = "policy") -> None:
    """Three entries of two authors, one with a picture and a comment; a feed with 45 headlines."""
    domain = hub.settings.domain
    to = f"{slug}+blog@{domain}"
    first = _mail("Jane Doe", "jane.doe@leeds.example", to, "A week in waste", "one@leeds.example")
    first.set_content("On Monday we counted the bins. Ask jane.doe@leeds.example.\n")
    first.add_alternative(
        '<p>On Monday we <b onclick="x()">counted</b> the bins.</p><script>alert(1)</script>'
        '<img src="cid:pixel@leeds" alt="A bin"><img src="https://track.example/x.png">',
        subtype="html",
    )
    html = first.get_payload()[1]
    html.add_related(PIXEL, "image", "png", cid="<pixel@leeds>", filename="bin.png")  # type: ignore[union-attr]
    comment = _mail(
        "Tom Okafor", "tom.okafor@devon.example", to, "Re: A week in waste", "two@cardiff.example"
    )
    comment["In-Reply-To"] = "<one@leeds.example>"
    comment.set_content("We count them on Fridays.\n")
    second = _mail("Jane Doe", "jane.doe@leeds.example", to, "Another week", "three@leeds.example")
    second.set_content("On Tuesday we counted them again. " * 30)
    for number, mail in enumerate((first, comment, second)):
        _process(hub, mail, to, AT + timedelta(hours=number))
    with hub.database.writing() as session:
        community = session.scalars(select(Community).where(Community.slug == slug)).one()
        feed, _ = following.follow(
            session, community, "https://news.york.example/rss", AT, by=OPERATOR
        )
        source = session.get_one(Source, feed.source_id)
        source.title, source.site_url = "News of York", "https://news.york.example/"
        source.fetched_at, source.due_at = AT, AT + timedelta(days=3650)
        headings = tuple(
            Heading(
                f"key-{number}",
                f"Story {number} & more <b>",
                f"https://news.york.example/{number}",
                "What the story says in one line.",
                "",
                (AT - timedelta(hours=number)).isoformat(),
            )
            for number in range(45)
        )
        filing.file(session, feed, Read("News of York", "", headings), AT)


def sow_meetings(hub: Hub, slug: str = "policy") -> None:
    """An event with places that lies ahead, one that is over, and a text in two versions."""
    domain = hub.settings.domain
    sender = "Jane Doe", "jane.doe@leeds.example"
    for number, (title, when) in enumerate(
        (("Indicators workshop", "3 March 2035"), ("Last meeting", "20 November 2026"))
    ):
        to = f"{slug}+events@{domain}"
        mail = _mail(*sender, to, title, f"event{number}@leeds.example")
        mail.set_content(
            f"When: {when} 10:00 to 12:00\nWhere: Town Hall, Leeds\nPlaces: 20\n\nCome.\n"
        )
        _process(hub, mail, to, AT)
    for number, day in enumerate(("Friday", "the last working day")):
        to = f"{slug}+docs@{domain}"
        mail = _mail(*sender, to, "Guidance on counting", f"guidance{number}@leeds.example")
        mail.set_content("As agreed.")
        words = "Count each bin once.\n" * 30 + f"Send figures by {day}.\n"
        mail.add_attachment(words.encode(), "text", "plain", filename="Guidance.txt")
        _process(hub, mail, to, AT + timedelta(hours=number))


def sow_removed(hub: Hub, slug: str = "policy") -> str:
    """A post with two tables that was removed, and one that stands; the removed one's Message-ID."""
    to = f"{slug}@{hub.settings.domain}"
    table = f"<table border=1>{'<tr><td>Bins<td>Missed<td>Found<td>Lost<td>Kept</tr>' * 3}</table>"
    for number, title in enumerate(("Sent by mistake", "Our figures, twice")):
        mail = _mail("Jane Doe", "jane.doe@leeds.example", to, title, f"sent{number}@leeds.example")
        mail.set_content("Two tables.")
        mail.add_alternative(f"<p>Ours:</p>{table}<p>Theirs:</p>{table}", subtype="html")
        _process(hub, mail, to, AT - timedelta(hours=number))
    with hub.database.writing() as session:
        post = session.scalars(select(Post).where(Post.subject == "Sent by mistake")).one()
        arranging.remove(session, post, AT, by=OPERATOR)
        return post.message_id


def _mail(name: str, address: str, to: str, subject: str, message_id: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"{name} <{address}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{message_id}>"
    return mail


def _process(hub: Hub, mail: EmailMessage, to: str, at: datetime) -> None:
    raw = mail.as_bytes()
    with hub.database.writing() as session:
        number = spooled(session, raw, "jane.doe@leeds.example", to, at=at)
    process(hub.tools, [number], at)
