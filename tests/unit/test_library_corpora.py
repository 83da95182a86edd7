"""Real mail of many clients: whatever is attached to it is filed, and nothing of it fails."""

from __future__ import annotations

from mailhub import library, search
from mailhub.library.tables import Document
from mailhub.reading import read
from mailhub.sight import STRANGER
from tests.corpora import corpora
from tests.unit.librarian import Library

LARGEST = 300_000  # octets: the larger ones are tests of reading


def test_the_attachments_of_real_mail_are_filed(lib: Library) -> None:
    mails = [
        path
        for path in sorted(corpora("mime").rglob("*"))
        if path.suffix in (".eml", ".msg") and path.stat().st_size < LARGEST
    ]
    filed = 0
    for path in mails:
        letter = read(path.read_bytes())
        reasons = [library.suspicious(attachment) for attachment in letter.attachments]
        assert set(reasons) <= {"", *library.REASONS}
        for one in lib.reads(path.read_bytes()):
            document = lib.session.get_one(Document, one.document_id)
            assert document.title
            assert one.number <= document.version_count
            assert lib.blobs.size(one.sha256) == one.size
            filed += 1
    assert filed > 100
    assert search.find(lib.session, STRANGER, "pdf", kind="document").total >= 10
