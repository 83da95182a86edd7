"""What reading promises beyond one letter: ids that stay, files within files, the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mailhub.reading import parts, read, tnef
from tests.corpora import corpora

LETTERS = Path(__file__).parent.parent / "letters"


def letter_of(name: str) -> bytes:
    return (LETTERS / f"{name}.eml").read_bytes()


def test_a_made_id_is_the_same_each_time_the_mail_comes() -> None:
    raw = letter_of("headers/no-message-id")
    first = read(raw)
    # Sent again: other trace lines, and a relay has encoded the body anew.
    head, _, body = raw.partition(b"\n\n")
    again = (
        b"Received: from mx2.anytown.gov.uk by mx.example.org; Wed, 4 Nov 2026 01:00:00 +0000\n"
        + head
        + b"\nContent-Transfer-Encoding: quoted-printable\nX-Spam-Score: 0.1\n\n"
        + body.replace(b"quarter", b"quar=\nter")
    )
    assert read(again).message_id == first.message_id
    assert read(again).content_hash == first.content_hash
    # Another text is another mail.
    assert read(raw.replace(b"once", b"twice")).message_id != first.message_id


def test_the_hash_tells_mails_with_one_id_apart() -> None:
    raw = letter_of("headers/date-missing")
    assert read(raw).content_hash == read(b"Received: by a\n" + raw).content_hash
    assert read(raw).content_hash != read(raw.replace(b"once", b"twice")).content_hash
    picture = letter_of("bodies/inline-picture-with-a-malformed-id")
    assert read(picture).content_hash != read(picture.replace(b"iVBOR", b"iVBOQ")).content_hash


def test_the_files_of_a_mail_five_deep_are_reached_by_reading_it_again() -> None:
    letter = read(letter_of("bodies/a-mail-in-a-mail-five-deep"))
    seen = [letter.text.strip()]
    while letter.attachments[0].media_type == "message/rfc822":
        letter = read(letter.attachments[0].content)
        seen.append(letter.text.strip())
    assert seen == [f"The {n} mail." for n in ("first", "second", "third", "fourth", "fifth")]
    assert letter.attachments[0].content == b"item,who\n1,Jane"


def test_an_attached_mail_keeps_its_octets() -> None:
    # Trailing blanks, odd folds and 8-bit octets would not survive being put together anew.
    inner = (
        b"From:  Jane <j@x.org>\r\nSubject: caf\xe9\r\n\tau lait  \r\n\r\nline one\rline two \r\n"
    )
    raw = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    )
    assert read(raw).attachments[0].content == inner


@pytest.mark.parametrize(
    ("name", "files", "begins"),
    [
        ("attachments", ["zappa_av1.jpg", "bookmark.htm"], b"\xff\xd8\xff"),
        ("data-before-name", ["AUTOEXEC.BAT", "CONFIG.SYS", "boot.ini"], b""),
        ("long-filename", ["allproductsmar2000.dat"], b""),
        (
            "MAPI_ATTACH_DATA_OBJ",
            ["VIA_Nytt_1402.doc", "VIA_Nytt_1402.pdf", "VIA_Nytt_14021.htm"],
            b"\xd0\xcf\x11\xe0",
        ),
        ("two-files", ["AUTHORS", "README"], b""),
        ("unicode-mapi-attr", ["example.dat"], b""),
        ("winmail", ["Untitled Attachment", "Untitled Attachment"], b"\xd0\xcf\x11\xe0"),
    ],
)
def test_winmail_dat_of_others_is_unpacked(name: str, files: list[str], begins: bytes) -> None:
    folder = corpora("mime/mimekit") / "UnitTests/TestData/tnef"
    unpacked = tnef.unpack((folder / f"{name}.tnef").read_bytes())
    assert unpacked is not None
    assert [file.name for file in unpacked.files] == files
    assert unpacked.files[0].content.startswith(begins)


def test_a_winmail_dat_cut_off_anywhere_is_read_as_far_as_it_goes() -> None:
    raw = letter_of("bodies/winmail-dat-alone")
    packed = read(raw)
    stream = parts.tree(raw).decoded()[0]
    assert packed.attachments[0].filename == "Rota 2026 – winter.xls"
    for cut in range(0, len(stream), 7):
        tnef.unpack(stream[:cut])
    # It may claim four billion values.
    assert tnef.unpack(stream.replace(b"\x01\x00\x00\x00", b"\xff\xff\xff\xff")) is not None


def inspected(*files: str | Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "import sys; from mailhub.app.cli import main; sys.exit(main())",
    ]
    return subprocess.run(
        [*command, "inspect", *map(str, files)], capture_output=True, text=True, check=False
    )


def test_inspect_prints_one_line_a_file() -> None:
    files = [LETTERS / "kinds/returned.eml", LETTERS / "authors/none.eml"]
    done = inspected(*files)
    assert (done.returncode, done.stderr) == (0, "")
    bounce, nobody = (json.loads(line) for line in done.stdout.splitlines())
    assert bounce["kind"] == "bounce"
    assert bounce["bounce"]["recipients"][0]["address"] == "tom.price@borough.gov.uk"
    assert nobody["file"] == str(files[1])
    assert nobody["from"] == {"name": "", "address": ""}
    assert nobody["problems"] == ["it names no author"]


def test_inspect_names_a_file_that_cannot_be_opened_and_goes_on(tmp_path: Path) -> None:
    done = inspected(tmp_path / "missing.eml", LETTERS / "kinds/reaction.eml", tmp_path)
    assert done.returncode == 1
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["reaction"]
    first, second = done.stderr.splitlines()
    assert "missing.eml: No such file" in first
    assert f"{tmp_path}: Is a directory" in second
