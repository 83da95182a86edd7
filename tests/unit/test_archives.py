"""Archives in and out: everything once, in whatever order it comes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from mailhub import membership
from mailhub.archives import Figures, Found, Stack, found
from mailhub.library.tables import Version
from mailhub.models import Delivery, Inbound, Outgoing, Person, Post, PostBody, RawMail, SearchEntry
from tests.unit.mover import NOW, SITE, Mover


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


def test_what_our_mails_would_let_others_do_is_not_imported(mover: Mover) -> None:
    slug = mover.community("policy")
    link, address = SITE.unsubscribe(slug, 7, 3)
    box = mail(1, words=f"You get this as a member.\nTo leave: {link}\nor {address}")
    assert mover.imports(slug, box).added == 1
    with mover.database.reading() as session:
        kept, entry = (
            session.scalars(select(PostBody.text)).one(),
            session.scalar(select(SearchEntry.words)),
        )
    for told in (kept, entry):
        assert "To leave" in told
        assert not any(link.rpartition("/")[2] in words for words in (told, told.lower()))


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


def test_papers_are_filed_at_the_time_of_their_mail(mover: Mover) -> None:
    box = mail(5, words="--x\nContent-Type: application/pdf; name=Rates.pdf\n"
               "Content-Disposition: attachment\n\n%PDF-1.4 rates\n--x--",
               **{"MIME-Version": "1.0", "Content-Type": "multipart/mixed; boundary=x"})  # fmt: skip
    mover.imports(mover.community("policy"), box, children=1)
    with mover.database.reading() as session:
        (version,) = session.scalars(select(Version))
        (post,) = session.scalars(select(Post))
    assert (version.filename, version.post_id) == ("Rates.pdf", post.id)
    assert version.filed_at == datetime(2009, 1, 1, 5, tzinfo=UTC)


def test_one_mail_that_cannot_be_filed_does_not_keep_the_others_out(mover: Mover) -> None:
    refuse = (
        "CREATE TRIGGER no BEFORE INSERT ON post WHEN new.message_id = '2@leeds.example'"
        " BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        if mover.database.is_sqlite
        else "ALTER TABLE post ADD CONSTRAINT no CHECK (message_id <> '2@leeds.example')"
    )
    with mover.database.writing() as session:
        session.execute(text(refuse))
    figures = mover.imports(mover.community("policy"), mail(1) + mail(2, 1) + mail(3, 2))
    assert figures == Figures(added=2, present=0, failed=1)
    with mover.database.reading() as session:
        assert session.scalar(select(func.count(Inbound.id))) == 2


def test_a_mail_that_is_too_large_is_left_out_and_counted(
    mover: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "MAX_MAIL", 1_000)
    path = mover.kept(mail(1) + mail(2, words="word " * 300) + mail(3))
    with Stack([path]) as stack:
        assert stack.found == Found(files=1, mails=2, too_large=1)
        assert len(list(stack)) == 2


def test_an_archive_beside_a_community_that_lives(mover: Mover) -> None:
    """What went out keeps its id; older mails join its threads."""
    slug = mover.community("policy")
    mover.imports(slug, mail(5, answers=4, words="answer"))
    with mover.database.writing() as session:
        (post,) = session.scalars(select(Post))
        session.add(Outgoing(post_id=post.id, message_id=post.message_id, created_at=NOW))
    older = mail(5, words="an older mail under the same id").replace(b"05:00:00", b"03:00:00")
    assert mover.imports(slug, mail(4) + older).added == 2
    threads = {
        one["message_id"]: one["parent"] for each in mover.threads(slug) for one in each["posts"]
    }
    assert threads["5@leeds.example"] == "4@leeds.example"
    assert len(threads) == 3
