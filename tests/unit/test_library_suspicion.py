"""What somebody should look at before it goes to the members."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import time
import zipfile
from email.message import EmailMessage

import pytest

from mailhub import reading
from mailhub.letter import Attachment
from mailhub.library import suspicious
from tests.corpora import corpora

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
PDF = b"%PDF-1.7\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PROGRAM = b"MZ\x90\x00" + b"\0" * 56 + (64).to_bytes(4, "little") + b"PE\0\0" + b"\0" * 100


def attached(
    name: str, content: bytes, media_type: str = "application/octet-stream", claims: str = ""
) -> Attachment:
    return Attachment(
        filename=name,
        claimed_filename=claims or name,
        media_type=media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def zipped(*files: tuple[str, bytes], locked: bool = False) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    octets = made.getvalue()
    if locked:  # the flag of an encrypted entry, in its own header and in the table of contents
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            place = octets.index(mark) + at
            octets = octets[:place] + bytes([octets[place] | 1]) + octets[place + 1 :]
    return octets


# Made when they are wanted: they take long, and every process reads this file.
BOMBS = {
    "zeros.zip": lambda: zipped(("zeros", b"\0" * 101_000_000)),
    "many.zip": lambda: zipped(*((str(n), b"") for n in range(10_001))),
    "zeros.gz": lambda: gzip.compress(b"\0" * 70_000_000, 1),
    "zeros.bz2": lambda: bz2.compress(b"\0" * 70_000_000),
    "zeros.xz": lambda: lzma.compress(b"\0" * 70_000_000, preset=0),
}
WORD = (("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>"))


@pytest.mark.parametrize(
    ("reason", "one"),
    [
        ("executable", attached("setup.exe", PROGRAM)),
        ("executable", attached("setup.exe", b"anything")),
        ("executable", attached("invoice.pdf.exe", PDF)),
        ("executable", attached("invoice.pdf", PROGRAM, "application/pdf")),
        ("executable", attached("", PROGRAM)),
        ("executable", attached("a", b"\x7fELF\x02\x01\x01")),
        ("executable", attached("Payroll.SCR ", b"x")),
        ("executable", attached("look.lnk", b"\x4c\0\0\0\x01\x14\x02\0")),
        ("executable", attached("papers.zip", zipped(("a/b/run.exe", b"x")))),
        ("executable", attached("p.zip", zipped(("q.zip", zipped(("run.exe", b"x")))))),
        ("executable", attached("papers.zip", zipped(("run.exe", b"x"), locked=True))),
        ("script", attached("invoice.js", b"WScript.Echo(1)")),
        ("script", attached("run.ps1", b"")),
        ("script", attached("papers.zip", zipped(("read me.txt.vbs", b"x")))),
        ("macros", attached("return.xlsm", zipped(("xl/vbaProject.bin", b"x")))),
        ("macros", attached("return.docx", zipped(*WORD, ("word/vbaProject.bin", b"x")))),
        ("macros", attached("return.doc", OLE + "_VBA_PROJECT".encode("utf-16-le"))),
        ("disguised", attached("photo.png", PDF, "image/png")),
        ("disguised", attached("photo.jpg", b"<html><body>x", "image/jpeg")),
        ("disguised", attached("", zipped(("a", b"b")), "application/pdf")),
        ("disguised", attached("annexfdp.docx", b"x", claims="annex\u202efdp.docx")),
        ("active", attached("pay.html", b"<html><script>alert(1)</script>", "text/html")),
        ("active", attached("pay.svg", b"<?xml?><svg onload='x()'/>", "image/svg+xml")),
        ("active", attached("pay.htm", b"<!DOCTYPE html><a href='JavaScript:x()'>")),
        ("encrypted", attached("papers.zip", zipped(("a.txt", b"x"), locked=True))),
        ("bomb", "zeros.zip"),
        ("bomb", "many.zip"),
        ("bomb", "zeros.gz"),
        ("bomb", "zeros.bz2"),
        ("bomb", "zeros.xz"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.filename or "nameless",
)
def test_a_file_that_somebody_should_look_at(reason: str, one: Attachment | str) -> None:
    if isinstance(one, str):
        one = attached(one, BOMBS[one]())
    started = time.process_time()
    assert suspicious(one) == reason
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "one",
    [
        attached("report.pdf", PDF, "application/pdf"),
        attached("report.pdf", b"not quite a PDF", "application/pdf"),
        attached("report.docx", zipped(*WORD)),
        attached("report.doc", b"{\\rtf1 a}"),
        attached("report.doc", OLE),
        attached("export.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
        attached("photo.jpg", PNG, "image/jpeg"),
        attached("map.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><path/></svg>"),
        attached("page.html", b"<html><body>one = 2</body></html>", "text/html"),
        attached("patch.py", b"#!/usr/bin/env python\n"),
        attached("patch.diff", b"+<script>", "text/x-diff"),
        attached("notes.txt", b"MZ is how programs begin\n", "text/plain"),
        attached("papers.zip", zipped(("report.pdf", PDF), ("www.example.com/", b""))),
        attached("numbers.gz", gzip.compress(b"1,2,3\n" * 100_000)),
        attached("broken.zip", zipped(("report.pdf", PDF))[:-30]),
        attached("broken.zip", b"PK\x03\x04" + b"PK\x05\x06" + b"\xff" * 18),
        attached("", b""),
        attached("winmail.dat", b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    ],
    ids=lambda one: one.filename or "nameless",
)
def test_a_file_that_passes(one: Attachment) -> None:
    assert suspicious(one) == ""


def test_archives_in_archives_are_looked_into_so_deep_and_no_deeper() -> None:
    deep = zipped(("a.txt", b"x"))
    for _ in range(40):
        deep = zipped(("inner.zip", deep))
    assert suspicious(attached("deep.zip", deep)) == "bomb"


def test_a_mail_is_as_suspicious_as_what_is_attached_to_it() -> None:
    inner = EmailMessage()
    inner.set_content("see attached")
    inner.add_attachment(PROGRAM, "application", "octet-stream", filename="setup.exe")
    raw = inner.as_bytes()
    for _ in range(3):
        holder = EmailMessage()
        holder.set_content("forwarded")
        holder.add_attachment(raw, "application", "octet-stream", filename="fwd.eml")
        raw = holder.as_bytes()
    assert suspicious(attached("fwd.eml", raw, "message/rfc822")) == "executable"


def test_real_attachments_of_real_mail_mostly_pass() -> None:
    reasons = []
    for path in sorted(corpora("mime/mime4j").rglob("*.msg")):
        letter = reading.read(path.read_bytes())
        reasons += [suspicious(attachment) for attachment in letter.attachments]
    assert len(reasons) > 50
    assert sum(map(bool, reasons)) <= len(reasons) // 10
