"""Archives in and out: everything once, in whatever order it comes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import func, select

from mailhub import membership
from mailhub.archives import Figures
from mailhub.models import Delivery, Inbound, Outgoing, Person, Post, RawMail
from tests.unit.mover import NOW, Mover


def mail(number: int, answers: int | None = None, words: str = "words", **header: str) -> bytes:
    """One mail of an mbox; its number is its id and its hour."""
    lines = {
        "From": f"Jane Doe <jane{number}@leeds.example>",
        "Subject": "Re: Bins" if answers else "Bins",
        "Message-ID": f"<{number}@leeds.example>",
        **({"In-Reply-To": f"<{answers}@leeds.example>"} if answers is not None else {}),
        **header,
    }
    head = "".join(f"{name}: {value}\n" for name, value in lines.items())
    when = datetime(2009, 1, 1 + number // 24, number % 24, tzinfo=UTC).ctime()
    return f"From jane@leeds.example {when}\n{head}\n{words}\n\n".encode()


def test_everything_is_filed_once_and_nobody_is_mailed(mover: Mover) -> None:
    slug = mover.community("policy")
    with mover.database.writing() as session:
        community = membership.known_community(session, slug)
        membership.add(session, community, "tom@york.example", NOW)
        membership.add(session, community, "JANE2@leeds.example", NOW)
    box = mail(1) + mail(2, answers=1) + mail(3, answers=2, **{"Auto-Submitted": "auto-replied"})
    assert mover.imports(slug, box) == Figures(added=3, present=0)
    assert mover.imports(slug, box, mail(4)) == Figures(added=1, present=3)
    assert mover.imports(slug, box, mail(4)) == Figures(added=0, present=4)
    with mover.database.reading() as session:
        assert session.scalar(select(func.count(Outgoing.id))) == 0
        assert session.scalar(select(func.count(Delivery.id))) == 0
        assert session.scalar(select(func.count()).select_from(RawMail)) == 4
        assert set(session.scalars(select(Inbound.state))) == {"done"}
        authors = session.execute(select(Post.message_id, Post.author_id).order_by(Post.id)).all()
        (jane,) = session.scalars(select(Person).where(Person.id == authors[1].author_id))
        assert [author for _, author in authors] == [None, jane.id, None, None]


def test_the_time_received_is_that_of_the_from_line_else_received_else_date(
    mover: Mover,
) -> None:
    slug = mover.community("policy")
    received = "from a by b with SMTP;\n Sat, 3 Jan 2009 10:00:00 +0100"
    older = "from c by a; Fri, 2 Jan 2009 10:00:00 +0000"
    date = "Thu, 1 Jan 2009 00:00:00 +0000"
    whole = mail(7, Date=date, Received=f"{received}\nReceived: {older}")
    late = whole.replace(b"2009\nFrom:", b"2036\nFrom:").replace(b"<7@", b"<8@")
    dated = re.sub(rb"Received: .+\n .+\nReceived: .+\n", b"", late).replace(b"<8@", b"<9@")
    nothing = re.sub(rb"Date: .+\n", b"", dated).replace(b"<9@", b"<10@")
    mover.imports(slug, whole, late, dated, nothing)
    with mover.database.reading() as session:
        rows = session.execute(select(Post.message_id, Post.received_at)).all()
    assert {message_id.partition("@")[0]: at for message_id, at in rows} == {
        "7": datetime(2009, 1, 1, 7, tzinfo=UTC),
        "8": datetime(2009, 1, 3, 9, tzinfo=UTC),
        "9": datetime(2009, 1, 1, tzinfo=UTC),
        "10": datetime(1970, 1, 1, tzinfo=UTC),
    }


def test_an_export_imported_gives_the_same_threads(mover: Mover) -> None:
    box = mail(1) + mail(2, 1, "From me to you\n\n>>From her") + mail(4, 3) + mail(5, 3) + mail(6)
    mover.imports(mover.community("one"), box)
    out = mover.mbox("one")
    mover.imports(mover.community("two"), out)
    assert mover.threads("one") == mover.threads("two")
    assert mover.mbox("two") == out
    assert b"From jane@leeds.example Thu Jan  1 01:00:00 2009\nFrom: Jane Doe" in out
    assert b"\n>From me to you\n\n>>From her\n" in out
