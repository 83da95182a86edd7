"""All real mail beside the project, sent by SMTP to a community: each is answered, none fails, and
what the members get says what its author wrote."""

from __future__ import annotations

import json
import re
import smtplib
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailhub import reading
from mailhub.letter import Attachment, Letter
from mailhub.settings import Settings
from tests.conversations.people import running
from tests.corpora import corpora

LONGEST = 2.0  # seconds of computing for one mail, its answer included
LARGEST_CARRIED = 500_000
_FOOTER = re.compile(
    r"(?:-- ?\s+)?Read the discussion in the archive of Policy and Performance:?(?: http://\S+)?(?: <http\S*>)?"
)
# What is signed goes on as it came, whatever the length of its lines.
SIGNED = (b"multipart/signed", b"pkcs7-mime", b"-----begin pgp signed message-----")
# What a copy may differ in from what its author wrote, by its Message-ID.
EXPLAINED = {
    "5ba356a62e9d186f026b620e14c134094210aa41@made.invalid": "an author's 8-bit address: SMTPUTF8",
    "9e9c35a704ee483844b9d5557cbeab3fef069811@made.invalid": "UTF-8 that says GB2312: a guess",
}


def mails() -> Iterator[tuple[str, bytes]]:
    """Every mail of the corpora, and every reply wrapped as one."""
    for top in ("mime", "bounces"):
        for path in sorted(corpora(top).rglob("*")):
            if path.suffix in (".eml", ".msg", ".txt", ".raw", ".email", "") and path.is_file():
                raw = path.read_bytes()
                if b":" in raw[:2000] and not path.name.startswith(("LICENSE", "README")):
                    yield str(path.relative_to(corpora(top))), raw
    for path in sorted(corpora("replies").rglob("expected.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            reply = json.loads(line)
            kind = "html" if "html" in str(reply.get("ctype") or reply.get("fn") or "") else "plain"
            head = (
                f"From: Sam <sam@shop.example>\nTo: policy@lists.example.org\nSubject: {path.parent.name}"
                f"\nMIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n"
                "Content-Transfer-Encoding: 8bit\n\n"
            )
            words = reply["input"]
            text = head + (words if isinstance(words, str) else "\n".join(words))
            yield f"replies/{reply['id']}", text.encode("utf-8", "replace")


@pytest.mark.timeout(540)
def test_every_real_mail_finds_its_place(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, domain="lists.example.org", smtp_listen="127.0.0.1:0")
    with running(settings) as hub:
        hub.community("policy", "Policy and Performance", strangers="accept")
        jane = hub.member("policy", "Jane Doe", "jane@leeds.example")
        host, port = hub.serving.smtp_address or ("", 0)
        accepted: list[bytes] = []
        refused: dict[str, str] = {}
        client = smtplib.SMTP(host, port, timeout=60)
        for name, raw in mails():
            wire = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
            began = time.process_time()
            try:
                client.sendmail("sam@shop.example", ["policy@lists.example.org"], wire)
                accepted.append(wire)
            except smtplib.SMTPResponseException as error:
                refused[name] = f"{error.smtp_code} {error.smtp_error!r}"
            except smtplib.SMTPServerDisconnected:
                client = smtplib.SMTP(host, port, timeout=60)
                refused[name] = "disconnected"
            assert time.process_time() - began < LONGEST, name
        client.close()
        hub.settle(180)
        assert len(accepted) > 500
        assert not refused, refused
        outcomes = Counter(hub.outcomes())
        assert sum(outcomes.values()) == len(accepted)
        places = {
            "posted", "again", "held", "empty", "loop",
            "bounce", "auto-reply", "complaint", "receipt", "reaction", "calendar-reply",
        }  # fmt: skip
        assert set(outcomes) <= places, outcomes
        with hub.hub.database.reading() as session:
            from mailhub.app.hub import clock
            from mailhub.app.waiting import figures

            assert figures(session, clock())["failed"] == 0
        copies = hub.courier.to(jane.address)
        assert len(copies) == outcomes["posted"]
        originals: dict[str, list[Letter]] = {}
        for letter in map(reading.read, accepted):
            originals.setdefault(letter.message_id, []).append(letter)
        wrong = [
            f"{copy.mail['Message-ID']}: {problem}"
            for copy in copies
            if str(copy.mail["Message-ID"]).strip("<>") not in EXPLAINED
            for problem in _problems(copy.raw, originals)
        ]
        assert not wrong, "\n".join(wrong)


def _problems(copy: bytes, originals: dict[str, list[Letter]]) -> list[str]:
    """What is wrong with a delivered copy: no server may refuse it, no word or file is lost."""
    letter = reading.read(copy)
    header, _, _ = copy.partition(b"\r\n\r\n")
    problems = []
    if not header.isascii():
        problems.append("8-bit octets in its header")
    if b"\r" in copy.replace(b"\r\n", b"") or b"\n" in copy.replace(b"\r\n", b""):
        problems.append("a bare line end")
    if max(map(len, header.split(b"\r\n"))) > 998:
        problems.append("a header line too long")
    if (
        not any(mark in copy.lower() for mark in SIGNED)
        and max(map(len, copy.split(b"\r\n"))) > 998
    ):
        problems.append("a body line too long")
    # Mails that share an id: the copy is one of them.
    changes = [_changes(original, letter) for original in originals.get(letter.message_id, ())]
    return problems + min(changes, key=len, default=[])


def _changes(original: Letter, letter: Letter) -> list[str]:
    changes = []
    if letter.subject != original.subject:
        changes.append(f"subject {original.subject!r} became {letter.subject!r}")
    if letter.author.address != original.author.address:
        changes.append(f"author {original.author} became {letter.author}")
    before, after = _words(original.text), _words(letter.text)
    if before[:3000] not in after:
        changes.append(f"words {before[:200]!r} became {after[:200]!r}")
    lost = _files(original.attachments) - _files(letter.attachments)
    if lost:
        names = [a.filename or a.media_type for a in original.attachments if a.sha256 in lost]
        changes.append(f"files lost: {names}")
    return changes


def _files(attachments: tuple[Attachment, ...]) -> Counter[str]:
    return Counter(a.sha256 for a in attachments if a.size < LARGEST_CARRIED)


def _words(text: str) -> str:
    """Without blanks, and without our footer."""
    return "".join(_FOOTER.sub("", text).split())
