"""What is a mail in an mbox, and what is only a sentence that begins with "From"."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailhub.mbox import Archived, Mbox, NotAnMbox, written

PIPERMAIL = b"""From jane.doe at leeds.gov.uk  Sat Jan  3 01:05:34 2009
From: jane.doe at leeds.gov.uk (Jane Doe)
Date: Sat, 3 Jan 2009 01:05:34 +0000
Subject: [policy] Bins
Message-ID: <1@leeds.gov.uk>

We met tom at york.gov.uk yesterday.
From now on we collect on Tuesdays.
From the minutes of Sat Jan  3 10:00:00 2009

>From here on it gets worse.
>>From a reply.



From tom at york.gov.uk  Sat Jan  3 02:00:00 2009
From: tom at york.gov.uk
Message-ID: <2@york.gov.uk>

Ours too.
"""


def mails(path: Path) -> list[Archived]:
    with Mbox(path) as box:
        return [box.read(span) for span in box.spans()]


def kept(tmp_path: Path, octets: bytes, name: str = "some.mbox") -> Path:
    path = tmp_path / name
    path.write_bytes(octets)
    return path


def test_archive_text_of_mailman(tmp_path: Path) -> None:
    first, second = mails(kept(tmp_path, PIPERMAIL))
    assert first.sender == "jane.doe@leeds.gov.uk"
    assert first.at == datetime(2009, 1, 3, 1, 5, 34, tzinfo=UTC)
    header, _, body = first.raw.partition(b"\n\n")
    assert header.startswith(b"From: jane.doe@leeds.gov.uk (Jane Doe)\nDate:")
    assert body == (
        b"We met tom at york.gov.uk yesterday.\n"
        b"From now on we collect on Tuesdays.\n"
        b"From the minutes of Sat Jan  3 10:00:00 2009\n\n"
        b"From here on it gets worse.\n>From a reply.\n\n\n"
    )
    assert second.raw.startswith(b"From: tom@york.gov.uk\n")


@pytest.mark.parametrize(
    ("line", "sender", "at"),
    [
        ("From a@b.example Sat Jan  3 01:05:34 2009", "a@b.example", "2009-01-03T01:05:34"),
        ("From a@b.example Sat Jan 03 01:05 2009", "a@b.example", "2009-01-03T01:05:00"),
        ("From a@b.example Sat Jan  3 01:05:34 +0200 2009", "a@b.example", "2009-01-02T23:05:34"),
        ("From a@b.example Sat Jan  3 01:05:34 2009 -0500", "a@b.example", "2009-01-03T06:05:34"),
        ("From a@b.example Sat Jan  3 01:05:34 EST 2009", "a@b.example", "2009-01-03T06:05:34"),
        ("From a@b.example Sat Jan  3 01:05:34 2009 remote from x", "a@b.example", "2009-01-03T01:05:34"),
        ("From MAILER-DAEMON Sat Jan  3 01:05:34 2009", "", "2009-01-03T01:05:34"),
        ("From - Sat Jan  3 01:05:34 2009", "", "2009-01-03T01:05:34"),
        ("From Tamika  Thu Jan 15 08:13:21 2009", "", "2009-01-15T08:13:21"),
        ("From a@b.example Sat Jan 33 01:05:34 2009", "a@b.example", ""),
    ],
)  # fmt: skip
def test_from_lines(tmp_path: Path, line: str, sender: str, at: str) -> None:
    (found,) = mails(kept(tmp_path, line.encode() + b"\nSubject: x\n\nbody\n"))
    assert found.sender == sender
    assert (found.at.isoformat() if found.at else "") == (at + "+00:00" if at else "")


def test_a_from_line_without_a_header_behind_it_is_text(tmp_path: Path) -> None:
    octets = b"From a@b Sat Jan  3 01:05:34 2009\nSubject: x\n\nFrom c@d Sat Jan  3 01:05:34 2009\nno header\n"
    (found,) = mails(kept(tmp_path, octets))
    assert found.raw.endswith(b"\n\nFrom c@d Sat Jan  3 01:05:34 2009\nno header\n")


def test_a_mail_without_a_header(tmp_path: Path) -> None:
    octets = (
        b"From a@b Sat Jan  3 01:05:34 2009\n\none\n\nFrom c@d Sat Jan  3 01:05:34 2009\n\ntwo\n"
    )
    assert [mail.raw for mail in mails(kept(tmp_path, octets))] == [b"\none\n", b"\ntwo\n"]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    raws = [
        b"Subject: one\n\nFrom me to you\n>From them\n\n",
        b"Subject: no end of line\n\nwords",
        b"Subject: nothing\n\n",
        b"Subject: crlf\r\n\r\nFrom a@b Sat Jan  3 01:05:34 2009\r\nSubject: not a mail\r\n",
    ]
    octets = b"".join(written("jane@leeds.example", at, raw) for raw in raws)
    found = mails(kept(tmp_path, octets))
    assert {(mail.sender, mail.at) for mail in found} == {("jane@leeds.example", at)}
    lf = [raw.replace(b"\r\n", b"\n") for raw in raws]
    assert [mail.raw for mail in found] == [lf[0], lf[1] + b"\n", lf[2], lf[3]]


def test_crlf_gzip_long_lines_and_nothing_at_all(tmp_path: Path) -> None:
    crlf = PIPERMAIL.replace(b"\n", b"\r\n")
    assert len(mails(kept(tmp_path, crlf))) == 2
    assert mails(kept(tmp_path, gzip.compress(PIPERMAIL), "a.txt.gz")) == mails(
        kept(tmp_path, PIPERMAIL)
    )
    long = b"From a@b Sat Jan  3 01:05:34 2009\nX: y\n\n" + b"From " * 200_000 + b"\n"
    (found,) = mails(kept(tmp_path, long))
    assert len(found.raw) == len(long) - 34
    assert mails(kept(tmp_path, b"")) == []


@pytest.mark.parametrize(
    "octets", [b"Subject: a mail\n\nno mbox\n", b"\x1f\x8bbroken", b"From here on\nSubject: x\n"]
)
def test_no_mbox(tmp_path: Path, octets: bytes) -> None:
    with pytest.raises(NotAnMbox, match=r"some\.mbox"):
        Mbox(kept(tmp_path, octets))
