"""Real mail written by others: all of it is read, soon, and its parts are what others find in it.

The octets of every part are those of mime4j's answers, and elsewhere those that the standard library's
compat32 policy decodes. Where they are not, the tables below say why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from time import process_time

import pytest

from mailhub.reading import parts, read
from mailhub.reading.leaves import leaves
from tests.corpora import corpora

SETS = [
    *("mime/cpython", "mime/enmime", "mime/flanker", "mime/mime4j", "mime/mimekit"),
    *("mime/nodemailer", "mime/php-imap", "mime/postal-mime", "mime/ruby-mail", "mime/spamscope"),
    *("bounces/flufl-bounce", "bounces/spamassassin"),
]
NO_MAIL = {".xml", ".tnef", ".jsonl", ".bin", ".upstream"}

# Parts that mime4j reads otherwise.
EMPTY = "parts of nothing between two delimiters are left out"
BASE64 = "an incomplete last group of base64 is kept as far as it goes"
TEXT = "a multipart without a delimiter is read as text, so that no words are lost"
HEADER = "a header ends at a line that cannot be a field; the words after it are kept"
MIME4J = {
    "2002_06_12_doublebound.msg": EMPTY,
    "double-bound.msg": EMPTY,
    "frag.msg": BASE64,
    "multi-frag.msg": BASE64,
    "badbound.msg": TEXT,
    "missing-boundary.msg": TEXT,
    "missing-inner-boundary.msg": TEXT,
    "missing-inner-start-boundary.msg": TEXT,
    "multipartnopart.msg": TEXT,
    "basic-plain-with-bad-header-separator.msg": HEADER,
    "hdr-fakeout.msg": HEADER,
    "malformedHeader-nocrlfcrlf.msg": HEADER,
    "malformedHeader-noheader.msg": HEADER,
    "malformedHeaderStartsBody-nocrlfcrlf.msg": HEADER,
    "malformedHeaderStartsBody-noheader.msg": HEADER,
}

# Parts that compat32 reads otherwise.
TWICE = "one boundary is used at two levels; the files behind the inner end are found"
WRONG = "the boundary is another than the one named; the one that is there is used"
BROKEN = "a header goes on behind a line that is no field"
LAST = "the line end before the end of the mail belongs to the last part"
NOTHING = "a delimiter at the very end opens no part"
WORDS = "plain words that are said to be base64 are left as they are"
EXTRA = "one character too many does not make base64 unreadable"
COMPAT32 = {
    "msg_15.txt": TWICE,
    "msg_39.txt": TWICE,
    "mail_malformed_1": TWICE,
    "msg_25.txt": WRONG,
    "msg_31.txt": WRONG,
    "mailformed-headers.eml": WRONG,
    "mail_malformed_3": WRONG,
    "bad-header-wrap.raw": BROKEN,
    "example13.eml": BROKEN,
    "issue-40.eml": BROKEN,
    "raw_email_incorrect_header.eml": BROKEN,
    "badboundary.raw": LAST,
    "missing-final-boundary.eml": LAST,
    "multimixed-no-closing-boundary.raw": LAST,
    "raw_email4.eml": LAST,
    "mail_test_1": NOTHING,
    "mail_test_11": NOTHING,
    "mime-bad-content-transfer-encoding.raw": WORDS,
    "rfc2046.eml": WORDS,
    "extra-base64-character.raw": EXTRA,
}


def mails(name: str) -> list[Path]:
    return [
        path
        for path in sorted(corpora(name).rglob("*"))
        if path.is_file() and path.suffix not in NO_MAIL and "_decoded" not in path.name
    ]


@pytest.mark.parametrize("name", SETS)
def test_every_mail_is_read_soon(name: str) -> None:
    for path in mails(name):
        raw = path.read_bytes()
        begun = process_time()
        letter = read(raw)
        assert process_time() - begun < 2, path
        assert "reading-failed" not in letter.problems, path
        assert letter.message_id, path


def test_the_parts_are_those_of_mime4j() -> None:
    different = set()
    for path in sorted(corpora("mime/mime4j").rglob("*.msg")):
        answers = path.with_name(f"{path.stem}_decoded.xml")
        if not answers.exists():
            continue
        names = re.findall(r'<(?:text|binary)-body name="([^"]+)"', answers.read_text("latin-1"))
        wanted = [plain((path.parent / name).read_bytes()) for name in names]
        if [plain(octets) for octets in opened(path.read_bytes())] != wanted:
            different.add(path.name)
    assert different == set(MIME4J)


def opened(raw: bytes) -> Iterator[bytes]:
    """The content of all leaves, those of attached mails in their place."""
    waiting = [parts.tree(raw)]
    while waiting:
        found = []
        for leaf in leaves(waiting.pop()):
            octets, _ = leaf.octets()
            if leaf.media_type == "message/rfc822":
                found += list(opened(octets))
            else:
                found.append(octets)
        yield from found


def plain(octets: bytes) -> bytes:
    return octets.replace(b"\r\n", b"\n")


def decoded_by_compat32(raw: bytes) -> Iterator[bytes]:
    """The content of all leaves; of attached mails and of reports only that they are there."""
    waiting: list[Message] = [message_from_bytes(raw)]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "message":
            yield b"(a mail)"
        elif part.is_multipart():
            waiting.extend(reversed(part.get_payload()))  # type: ignore[arg-type]
        else:
            yield part.get_payload(decode=True)  # type: ignore[misc]


def ours(raw: bytes) -> Iterator[bytes]:
    for leaf in leaves(parts.tree(raw)):
        yield b"(a mail)" if leaf.media_type.startswith("message/") else leaf.octets()[0]


@pytest.mark.parametrize("name", [name for name in SETS if name != "mime/mime4j"])
def test_the_parts_are_those_of_compat32(name: str) -> None:
    different = {
        path.name
        for path in mails(name)
        if list(ours(raw := path.read_bytes())) != list(decoded_by_compat32(raw))
    }
    assert different == {path.name for path in mails(name)} & set(COMPAT32)
