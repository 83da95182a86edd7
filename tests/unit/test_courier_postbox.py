"""The postbox: what is sent lies in local mailboxes, and nowhere else."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailhub.courier import Copy, Deferred, Features, Refused, Sent, SharedMail, courier
from mailhub.postbox import Mailbox, NoMailbox, Postbox

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHARED = SharedMail(b"Subject: Indicator 6\r\n\r\nTake care.\r\n.\r\n..dots\r\n")


def copy(delivery_id: int, recipient: str, sender: str = "policy+b1@lists.example.org") -> Copy:
    return Copy(delivery_id, sender, recipient, b"X-Own: %d\r\n" % delivery_id, SHARED)


@pytest.fixture
def postbox(tmp_path: Path) -> Postbox:
    return Postbox(tmp_path)


def send(root: Path, *copies: Copy, at: datetime = NOON) -> list[tuple[int, object]]:
    way_out = courier(
        "postbox:", name="lists.example.org", postbox=root, clock=time.monotonic, now=lambda: at
    )
    assert way_out.features() == Features(eight_bit=True, smtputf8=True)
    return list(way_out.send(copies))


def test_a_copy_lies_in_its_mailbox_as_it_reads(tmp_path: Path, postbox: Postbox) -> None:
    (outcome,) = send(tmp_path, copy(7, "jane@council.example"))
    (kept,) = postbox.letters("jane@council.example")
    assert outcome == (7, Sent(f"250 2.0.0 in the postbox as {kept.name}"))
    raw = postbox.letter("jane@council.example", kept.name)
    assert raw == (
        b"Return-Path: <policy+b1@lists.example.org>\r\nX-Own: 7\r\nSubject: Indicator 6\r\n\r\n"
        b"Take care.\r\n.\r\n..dots\r\n"
    )
    assert (kept.size, kept.at) == (len(raw), NOON)


def test_mailboxes_are_listed_with_the_newest_letter_first(
    tmp_path: Path, postbox: Postbox
) -> None:
    assert postbox.mailboxes() == []
    later = NOON + timedelta(seconds=3)
    send(tmp_path, copy(1, "tom@council.example"), copy(2, "jane@council.example"))
    send(tmp_path, copy(3, "Tom@Council.example"), at=later)
    assert postbox.mailboxes() == [
        Mailbox("jane@council.example", 1, NOON),
        Mailbox("tom@council.example", 2, later),
    ]
    assert [letter.at for letter in postbox.letters("tom@council.example")] == [later, NOON]
    assert postbox.letters("nobody@council.example") == []


@pytest.mark.parametrize(
    "address",
    [
        "../../etc/passwd@x.example",
        ".@x.example",
        "..",
        "a/b\\c@x.example",
        "jos\u00e9@b\u00fccher.example",
        "%2e%2e@x.example",
        "~root+tag=1@x.example",
        '"two words"@x.example',
    ],
)
def test_any_address_has_a_mailbox_inside_the_folder(
    tmp_path: Path, postbox: Postbox, address: str
) -> None:
    ((_, outcome),) = send(tmp_path, copy(1, address))
    assert isinstance(outcome, Sent)
    assert [mailbox.address for mailbox in postbox.mailboxes()] == [address]
    assert len(postbox.letters(address)) == 1
    (folder,) = tmp_path.iterdir()
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    "address",
    ["", "a\r\nb@x.example", "nul\0@x.example", "\ud800@x.example", "a" * 300 + "@x.example"],
)
def test_what_can_be_no_mailbox_is_refused(tmp_path: Path, address: str) -> None:
    ((_, outcome),) = send(tmp_path, copy(1, address))
    assert isinstance(outcome, Refused)
    assert list(tmp_path.iterdir()) == []


def test_a_sender_cannot_write_a_header(tmp_path: Path) -> None:
    ((_, outcome),) = send(tmp_path, copy(1, "jane@x.example", sender="a>\r\nBcc: b@x.example"))
    assert isinstance(outcome, Refused)


@pytest.mark.parametrize(
    "name", ["../jane@x.example/secret", "secret", "", "20261121T120000.000000-1.eml/..", ".x.eml"]
)
def test_only_letters_can_be_read(tmp_path: Path, postbox: Postbox, name: str) -> None:
    send(tmp_path, copy(1, "jane@x.example"))
    (tmp_path / "jane@x.example" / "secret").write_text("no letter")
    with pytest.raises(NoMailbox):
        postbox.letter("jane@x.example", name)
    assert len(postbox.letters("jane@x.example")) == 1


def test_a_disk_that_will_not_take_it_defers(tmp_path: Path, postbox: Postbox) -> None:
    (tmp_path / "jane@x.example").write_text("in the way")
    ((_, outcome),) = send(tmp_path, copy(1, "jane@x.example"))
    assert outcome == Deferred(f"4.3.0 {os.strerror(17)}")
