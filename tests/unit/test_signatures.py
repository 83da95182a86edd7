"""DKIM signatures: which are believed, and what tricks are not."""

from __future__ import annotations

import base64
import re
import time

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mailhub import signatures
from mailhub.dns import NoAnswer
from tests.signing import Signer

MAIL = (
    b"From: Jane Doe <jane@leeds.example>\r\n"
    b"To: policy@lists.example.org\r\n"
    b"Subject: Indicator  6\r\n"
    b"Date: Mon, 2 Nov 2026 10:00:00 +0000\r\n"
    b"Message-ID: <1@leeds.example>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n"
    b"\r\n"
    b"We share one \t service. \r\n"
    b"  Jane\r\n"
    b"\r\n\r\n"
)
LEEDS = Signer("leeds.example")


def result(raw: bytes, record: str | bytes | None = None, signer: Signer = LEEDS) -> str:
    """What is said of a mail's signature where this is what is published."""
    published = signer.record if record is None else record
    octets = published.encode() if isinstance(published, str) else published
    found = signatures.verified(raw, lambda name, kind: (octets,) if octets else ())
    assert len(found) == 1, found
    assert found[0].domain == signer.domain
    return found[0].result


@pytest.mark.parametrize("header", [b"simple", b"relaxed"])
@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
@pytest.mark.parametrize(
    "content", [MAIL, MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", MAIL + b" \t\r\n"]
)
def test_a_whole_signature_passes(header: bytes, body: bytes, content: bytes) -> None:
    assert result(LEEDS.signed(content, canonicalize=(header, body))) == "pass"


def test_keys_of_two_kinds_pass() -> None:
    for signer in (Signer("leeds.example", bits=4096), Signer("leeds.example", bits=0)):
        assert result(signer.signed(MAIL), signer=signer) == "pass"


def test_line_ends_may_have_become_bare_on_the_way() -> None:
    assert result(LEEDS.signed(MAIL).replace(b"\r\n", b"\n")) == "pass"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"jane@leeds.example", b"tom@leeds.example"),
        (b"one \t service", b"two services"),
        (b"Indicator", b"Indicators"),
        (b"  Jane\r\n", b"  Jane\r\nand more\r\n"),
        (b"d=leeds.example", b"d=leeds.example; x=1"),
    ],
)
def test_what_was_changed_on_the_way_does_not_pass(old: bytes, new: bytes) -> None:
    signed = LEEDS.signed(MAIL)
    assert old in signed
    assert result(signed.replace(old, new)) in ("fail", "permerror")


@pytest.mark.parametrize("name", sorted(signatures.SINGLE))
def test_a_field_that_stands_once_more_than_it_is_signed_is_not_believed(name: bytes) -> None:
    there = re.search(rb"(?im)^" + name + rb":", MAIL)
    signed = LEEDS.signed(MAIL if there else name + b": x\r\n" + MAIL)
    assert result(signed) == "pass"
    assert result(name + b": forged\r\n" + signed) in ("policy", "fail")


def test_a_field_that_was_signed_as_not_there_cannot_be_added() -> None:
    names = [b"from", b"from", b"to", b"subject", b"subject", b"date", b"message-id", b"cc"]
    signed = LEEDS.signed(MAIL, include_headers=names)
    assert result(signed) == "pass"
    assert result(b"Cc: all@leeds.example\r\n" + signed) == "fail"


def test_a_signature_without_from_is_worth_nothing() -> None:
    signed = LEEDS.signed(MAIL)
    assert result(re.sub(rb"from( :)?", b"x-other\\1", signed, flags=re.I)) == "permerror"


def test_a_body_that_is_signed_in_part_is_not_believed() -> None:
    signed = LEEDS.signed(MAIL, length=True)
    assert result(signed) == "pass"
    assert result(signed + b"<h1>Send money</h1>\r\n") == "policy"


def test_a_header_that_two_programs_read_differently_has_no_signature() -> None:
    signed = LEEDS.signed(MAIL)
    for trick in (
        b"X-A: b\r\rleave\r\n",
        b"X-A: b\0\r\n",
        b"X-A: b\rFrom: x@y.example\r\n",
        b" folded\r\n",
    ):
        assert (
            signatures.verified(trick + signed, lambda name, kind: (LEEDS.record.encode(),)) == ()
        )


def test_old_and_short_proves_nothing() -> None:
    assert result(LEEDS.signed(MAIL, signature_algorithm=b"rsa-sha1")) == "policy"
    signed = dkim.sign(MAIL, b"s1", b"leeds.example", SHORT_KEY) + MAIL
    assert dkim.verify(signed, dnsfunc=lambda name, timeout: SHORT_RECORD, minkey=512)
    assert result(signed, SHORT_RECORD) == "permerror"


# Of 512 bits, which nobody generates any more; for this test alone.
SHORT_KEY = b"""-----BEGIN RSA PRIVATE KEY-----
MIIBOgIBAAJBAMJ9x7EYttQ/EjXzDOzlRPBOB4F9CPIF2UZE1lB6uZ/3n1Wd/a4m
+w2ltgrQzSDm1i4rGc0wSyf7flqSDfPAU5sCAwEAAQJAHUv1GKgwYiheBeJmwAiJ
KemXF9pNzqcy43LbFaRm8cGHeNBNWhB+jsZDXFgC2LDaCZdGTlZ4oE0VqSOo7Mlc
AQIhAPunDULISpfxFhK7tpxo8/tLGVPcwXk/R7Z/XQeu351hAiEAxdnt7NVR/41K
tRUignASu3908IeLRKnnEzVqfpTldnsCIBcS3RNne/dsgoKbNYYn1V8QJrVaw16T
n8aq7OO8dAJhAiB+27YPZdP2vHyLUSrYYc3RBO9RDkfA1gPAsD5BPW1HowIhAIyn
BKkG8kObWIoeobI19Y+lHDwwjbXYS8t5zveEV/iS
-----END RSA PRIVATE KEY-----
"""
SHORT_RECORD = (
    b"v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMJ9x7EYttQ/EjXzDOzlRPBOB4F9CPIF2UZE1lB6"
    b"uZ/3n1Wd/a4m+w2ltgrQzSDm1i4rGc0wSyf7flqSDfPAU5sCAwEAAQ=="
)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("", "permerror"),
        ("v=DKIM1; p=", "permerror"),
        ("nonsense", "permerror"),
        ("v=DKIM1; p=AAAA", "fail"),
        ("v=DKIM2; " + LEEDS.record.partition("; ")[2], "fail"),
        (LEEDS.record + "; t=y", "policy"),
        (LEEDS.record + "; t=s", "pass"),
        (LEEDS.record + "; h=sha1", "permerror"),
        (LEEDS.record + "; h=sha1:sha256", "pass"),
        (LEEDS.record + "; s=tlsrpt", "permerror"),
        (LEEDS.record + "; s=email", "pass"),
        (LEEDS.record.replace("k=rsa; ", ""), "pass"),
        (Signer("leeds.example", bits=0).record, "permerror"),
        (LEEDS.record + "; n=" + "x" * 3000, "permerror"),
        (b"v=DKIM1; p=\xff\xfe", "fail"),
    ],
)
def test_what_a_key_says_of_itself_holds(record: str | bytes, said: str) -> None:
    assert result(LEEDS.signed(MAIL), record) == said


def test_a_key_for_the_domain_alone_is_not_for_those_below() -> None:
    signed = LEEDS.signed(MAIL, identity=b"@news.leeds.example")
    assert result(signed) == "pass"
    assert result(signed, LEEDS.record + "; t=s") == "permerror"


def test_where_dns_does_not_say_it_is_not_known() -> None:
    def silent(name: str, kind: str) -> tuple[bytes, ...]:
        raise NoAnswer(name)

    assert [s.result for s in signatures.verified(LEEDS.signed(MAIL), silent)] == ["temperror"]


def test_only_so_many_and_only_wanted_signatures_are_looked_at() -> None:
    raw = MAIL
    for number in range(8):
        raw = Signer(f"{number}.example").signed(raw)
    asked: list[str] = []

    def ask(name: str, kind: str) -> tuple[bytes, ...]:
        asked.append(name)
        return (LEEDS.record.encode(),)

    assert len(signatures.verified(raw, ask)) == signatures.MAX_SIGNATURES == len(asked)
    asked.clear()
    found = signatures.verified(raw, ask, lambda domain: domain == "2.example")
    assert [s.domain for s in found] == ["2.example"]
    assert [s.result for s in found] == ["pass"]
    assert asked == ["s1._domainkey.2.example."]


def test_whether_there_are_any_is_told_quickly() -> None:
    assert signatures.are_there(LEEDS.signed(MAIL))
    assert not signatures.are_there(MAIL)
    assert not signatures.are_there(MAIL + b"\r\nDKIM-Signature: v=1\r\n")


TAGS = "v=1; a=rsa-sha256; d=leeds.example; s=s1; h=from; bh=%s; b=%s"


@pytest.mark.parametrize(
    "value",
    [
        "",
        ";" * 4000,
        "v=1; " * 500,
        TAGS % ("AAAA", " " * 3900 + "!"),
        TAGS % ("AAAA", "\r\n " * 1200 + "!"),
        TAGS % (" b" * 1000, " b =" * 400),
        TAGS % ("A" * 3000, "A" * 900),
        TAGS % ("AAAA", "=" * 3900),
        TAGS % ("AAAA", "AAAA") + "; l=" + "9" * 3000,
        TAGS % ("AAAA", "AAAA") + "; t=" + "9" * 3000,
        "d=\xff; s=\xff; a=rsa-sha256; h=from; bh=A; b=A",
    ],
)
def test_no_signature_takes_long_or_breaks(value: str) -> None:
    raw = b"DKIM-Signature: " + value.encode("latin-1") + b"\r\n" + MAIL
    began = time.process_time()
    for found in signatures.verified(raw, lambda name, kind: (LEEDS.record.encode(),)):
        assert found.result != "pass"
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "body", [b" " * 2_000_000 + b"x", b"\r\n" * 500_000, b" \r\n" * 500_000, b"\r" * 1_000_000]
)
def test_no_body_takes_long(body: bytes) -> None:
    head = MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    signature = TAGS % ("AAAA", "AAAA") + "; c=relaxed/relaxed"
    raw = (b"DKIM-Signature: " + signature.encode() + b"\r\n") * 5 + head + body
    began = time.process_time()
    found = signatures.verified(raw, lambda name, kind: (LEEDS.record.encode(),))
    assert [s.result for s in found] == ["fail"] * 5
    assert time.process_time() - began < 1.5


def test_a_long_exponent_takes_no_time() -> None:
    public = rsa.RSAPublicNumbers((1 << 3300) | 1, (1 << 3301) | 1).public_key()
    wide = base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    began = time.process_time()
    assert result(LEEDS.signed(MAIL), b"p=" + wide) == "fail"
    assert time.process_time() - began < 0.5
