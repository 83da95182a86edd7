"""Returned mails written by the world's mail systems: whoever failed is found, and nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailhub.letter import Kind
from mailhub.reading import read
from tests.corpora import corpora

NO_MAIL = {".xml", ".tnef", ".jsonl", ".json", ".bin", ".upstream", ".cf", ".golden", ".out"}

# Mails of other sets that are themselves delivery reports.
REPORTS = {
    "mime/cpython/data/msg_16.txt",
    "mime/cpython/data/msg_25.txt",
    "mime/cpython/data/msg_43.txt",
    "mime/enmime/testdata/mail/multipart-wo-boundary.raw",
    "mime/flanker/tests/fixtures/messages/bounce/broken-mime.eml",
    "mime/flanker/tests/fixtures/messages/bounce/delayed.eml",
    "mime/flanker/tests/fixtures/messages/bounce/gmail-invalid-address.eml",
    "mime/flanker/tests/fixtures/messages/bounce/gmail-no-dns.eml",
    "mime/flanker/tests/fixtures/messages/bounce/mailbox-full.eml",
    "mime/flanker/tests/fixtures/messages/bounce/no-mx.eml",
    "mime/flanker/tests/fixtures/messages/bounce/office365.eml",
    "mime/flanker/tests/fixtures/messages/bounce/zed.eml",
    "mime/mime4j/core/src/test/resources/mimetools-testmsgs/badbound.msg",
    "mime/nodemailer/test/fixtures/delivery-status.eml",
    "mime/php-imap/tests/messages/example_bounce.eml",
    "mime/postal-mime/test/fixtures/bounce.eml",
    "mime/ruby-mail/spec/fixtures/emails/mime_emails/"
    "raw_email_with_mimepart_without_content_type.eml",
    "mime/ruby-mail/spec/fixtures/emails/multipart_report_emails/multi_address_bounce1.eml",
    "mime/ruby-mail/spec/fixtures/emails/multipart_report_emails/multi_address_bounce2.eml",
    "mime/ruby-mail/spec/fixtures/emails/multipart_report_emails/multipart_report_multiple_status.eml",
    "mime/ruby-mail/spec/fixtures/emails/multipart_report_emails/report_422.eml",
    "mime/ruby-mail/spec/fixtures/emails/multipart_report_emails/report_530.eml",
    "mime/spamscope/mails/mail_malformed_2",
}
COMPLAINTS = {
    "mime/flanker/tests/fixtures/messages/complaints/aol.eml",
    "mime/flanker/tests/fixtures/messages/complaints/yahoo.eml",
    "mime/postal-mime/test/fixtures/arf.eml",
}
RECEIPTS = {
    "mime/flanker/tests/fixtures/messages/disposition-notification.eml",
    "mime/mimekit/UnitTests/TestData/messages/disposition-notification.anonymized.eml",
}

# What SpamAssassin calls bounces and does not (it passes over reports of the reader's own relays).
SPAMASSASSIN = {
    "t.rules/BOUNCE_MESSAGE/10": "a challenge to prove that one is no robot",
    "t.rules/BOUNCE_MESSAGE/fp-bug5900-1": "a report of qmail on mail of one's own",
    "t.rules/BOUNCE_MESSAGE/fp_bug5912_att4321": "a report of Postfix on mail of one's own",
    "t.rules/BOUNCE_MESSAGE/fp_bug5912_att4322": "a report of Postfix on mail of one's own",
}


@pytest.fixture(scope="module")
def kinds() -> dict[str, Kind]:
    """What each mail of the sets for MIME is."""
    folder = corpora("mime")
    return {
        str(path.relative_to(folder.parent)): read(path.read_bytes()).kind
        for path in _mails(folder)
    }


def test_every_asserted_address_of_the_returned_mails_is_found_and_none_other() -> None:
    folder = corpora("bounces/flufl-bounce")
    wrong = {}
    for line in (folder / "expected.jsonl").read_text().splitlines():
        expected = json.loads(line)
        found = {
            (recipient.address.lower(), recipient.action)
            for recipient in read((folder / expected["file"]).read_bytes()).bounce
        }
        wanted = {(address.lower(), "failed") for address in expected["asserted_permanent"]}
        wanted |= {(address.lower(), "delayed") for address in expected["asserted_temporary"]}
        if found != wanted:
            wrong[expected["file"]] = (found, wanted)
    assert wrong == {}


def test_bounces_are_told_from_other_mail_of_programs() -> None:
    folder = corpora("bounces/spamassassin")
    otherwise = set()
    for line in (folder / "expected-bounce.jsonl").read_text().splitlines():
        expected = json.loads(line)
        kind = read((folder / expected["file"]).read_bytes()).kind
        if (kind is Kind.BOUNCE) != expected["is_bounce"]:
            otherwise.add(expected["file"])
    assert otherwise == set(SPAMASSASSIN)


@pytest.mark.parametrize(
    ("kind", "listed"),
    [(Kind.BOUNCE, REPORTS), (Kind.COMPLAINT, COMPLAINTS), (Kind.RECEIPT, RECEIPTS)],
    ids=["bounces", "complaints", "receipts"],
)
def test_of_other_mail_only_reports_are_taken_for_reports(
    kinds: dict[str, Kind], kind: Kind, listed: set[str]
) -> None:
    assert {name for name, found in kinds.items() if found is kind} == listed


def test_no_reply_of_a_person_is_taken_for_a_report() -> None:
    folder = corpora("replies")
    texts = [
        path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".txt", ".eml", ".html") and path.is_file()
    ]
    assert len(texts) > 100
    for text in texts:
        html = text.lstrip()[:1] == b"<"
        head = b"From: a@example.org\nTo: policy@lists.example.org\nSubject: Re: Indicator 6\n"
        kind = b"Content-Type: text/%s; charset=utf-8\n\n" % (b"html" if html else b"plain")
        found = read(head + kind + text).kind
        assert found in (Kind.POST, Kind.REACTION), text[:300]


def _mails(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in NO_MAIL and not path.stem.endswith("_decoded")
    ]
