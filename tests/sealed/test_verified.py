"""What we sign and seal verifies: with dkimpy, with OpenDKIM and with rspamd."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailhub.signing import Signer
from tests.sealed.conftest import Ask, chain, dkimpy
from tests.servers.opendkim import OpenDkim
from tests.servers.rspamd import Rspamd

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
RESULTS = (
    "lists.example.org; dkim=pass header.d=leeds.example header.s=a; "
    "spf=pass smtp.mailfrom=leeds.example; dmarc=pass header.from=leeds.example"
)
HEAD = b"""Received: from mx.leeds.example ([192.0.2.1])
 by lists.example.org with ESMTP id 3
 for <policy@lists.example.org>; Tue, 03 Nov 2026 09:00:00 +0000
List-Id:  Policy   and\tPerformance
 <policy.lists.example.org>
List-Post: <mailto:policy@lists.example.org>
Reply-To: Policy <policy+r-abcdefgh@lists.example.org>
From: Jane Doe <jane@leeds.example>
To: policy@lists.example.org
Subject: Indicator 6
Date: Tue, 3 Nov 2026 08:59:00 +0000
Message-ID: <one@leeds.example>
MIME-Version: 1.0
"""
OWN = (
    b"List-Unsubscribe: <https://hub.example.org/u/bq3k9x7w2m5n8p4r>,\r\n"
    b" <mailto:policy+u-bq3k9x7w2m5n8p4r@lists.example.org?subject=unsubscribe>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)
PLAIN = b"Content-Type: text/plain; charset=utf-8\n\n"
FOREIGN = b"""DKIM-Signature: v=1; a=rsa-sha256; d=leeds.example; s=a; h=from;
 bh=rGuK/yz+hUlYPKrCj8zSts+3amUPSq9qrXN3MEvgcrg=; b=Yb5SgsajoyNCR8WZ08dGje/nZrFsKCT8J0nlmoyNvt7m
"""
MAILS = {
    "plain": HEAD + PLAIN + b"How do you count it?\n\nJane\n",
    "blanks at the ends of lines": HEAD + PLAIN + b"one  two \t\n\n \t\nthree \n \n\t\n\n",
    "no body": HEAD + b"\n",
    "blank lines alone": HEAD + PLAIN + b"\n\n \n",
    "no end of line": HEAD + PLAIN + b"The end",
    "dots": HEAD + PLAIN + b".\n..\n...dots\n",
    "8-bit body": HEAD + PLAIN + "Tŷ Siân, £5\n".encode(),
    "empty and doubled fields": HEAD.replace(b"Indicator 6", b"")
    + b"CC:\nX-Odd:\t a \n\t b\n"
    + FOREIGN
    + FOREIGN
    + PLAIN
    + b"Words.\n",
    "a field of many lines": HEAD
    + b"References:"
    + b"".join(b" <%d@x.example>\n" % n for n in range(90))
    + PLAIN
    + b"Words.\n",
    "a multipart": HEAD
    + b'Content-Type: multipart/alternative; boundary="b"\n\n--b\n'
    + PLAIN
    + b"Words.\n--b\nContent-Type: text/html\n\n<p>Words.</p>\n--b--\n",
}
each_mail = pytest.mark.parametrize("raw", MAILS.values(), ids=MAILS.keys())


def copy_of(raw: bytes, signer: Signer, **how: object) -> bytes:
    """One member's copy, as it goes over the wire."""
    octets = raw.replace(b"\n", b"\r\n")
    sealed = signer.sealed(octets, NOW, **({"results": RESULTS, "holds": False} | how))  # type: ignore[arg-type]
    whole = sealed.signed(OWN) + sealed.octets
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"


@each_mail
def test_a_copy_verifies_with_dkimpy(raw: bytes, signer: Signer, ask: Ask) -> None:
    copy = copy_of(raw, signer)
    assert dkimpy(copy, ask)[:2] == [True, True]
    assert chain(copy, ask) == "pass"


@each_mail
def test_a_copy_verifies_with_opendkim(raw: bytes, signer: Signer, opendkim: OpenDkim) -> None:
    ours = [("pass", "lists.example.org")] * 2
    assert opendkim.results(copy_of(raw, signer))[:2] == ours


@each_mail
def test_a_seal_verifies_with_rspamd(raw: bytes, signer: Signer, rspamd: Rspamd) -> None:
    found = rspamd.symbols(copy_of(raw, signer))
    assert found["R_DKIM_ALLOW"] == ["lists.example.org:s=2026a"]
    assert found["ARC_ALLOW"] == ["lists.example.org:s=2026a:i=1"]


def test_a_mail_of_ours_verifies(
    signer: Signer, ask: Ask, opendkim: OpenDkim, rspamd: Rspamd
) -> None:
    raw = (HEAD + b"Auto-Submitted: auto-replied\n" + PLAIN + b"Done.\n").replace(b"\n", b"\r\n")
    signed = signer.own(raw, NOW)
    assert signed.endswith(raw)
    assert dkimpy(signed, ask) == [True]
    assert opendkim.results(signed) == [("pass", "lists.example.org")]
    found = rspamd.symbols(signed)
    assert "R_DKIM_ALLOW" in found
    assert "ARC_NA" in found, "only posts are sealed"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"<https://hub.example.org/u/bq", b"<https://evil.example/u/bq"),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Click"),
        (b"How do you count", b"Who do you count"),
        (b"Subject: Indicator 6", b"Subject: Indicator 7"),
        (b"Subject: Indicator 6", b"Subject: Urgent\r\nSubject: Indicator 6"),
        (b"From: Jane", b"From: Mallory <m@evil.example>\r\nFrom: Jane"),
        (b"Content-Type: text/plain", b"Content-Type: text/html"),
        (b"ARC-Seal:", b"List-Unsubscribe: <https://evil.example/u>\r\nARC-Seal:"),
    ],
)
def test_a_copy_that_was_changed_does_not_verify(
    was: bytes, becomes: bytes, signer: Signer, ask: Ask, opendkim: OpenDkim
) -> None:
    copy = copy_of(MAILS["plain"], signer)
    changed = copy.replace(was, becomes, 1)
    assert changed != copy
    assert not dkimpy(changed, ask)[0]
    assert opendkim.results(changed)[0] != ("pass", "lists.example.org")


def test_what_is_personal_is_under_the_copys_signature_alone(signer: Signer, ask: Ask) -> None:
    copy = copy_of(MAILS["plain"], signer)
    other = copy.replace(b"/u/bq3k", b"/u/aaaa")
    assert dkimpy(other, ask) == [False, True]
    assert chain(other, ask) == "pass"


def test_copies_are_signed_in_threads_and_come_in_order(signer: Signer, ask: Ask) -> None:
    sealed = signer.sealed(
        MAILS["plain"].replace(b"\n", b"\r\n"), NOW, results=RESULTS, holds=False
    )
    heads = [b"List-Unsubscribe: <https://hub.example.org/u/%d>\r\n" % n for n in range(25)]
    signed = dict[int, bytes]()
    for ids, future in signer.heads(range(25), [(sealed, head) for head in heads]):
        signed.update(zip(ids, future.result(), strict=True))
    assert [signed[n].endswith(b"\r\n" + heads[n]) for n in range(25)] == [True] * 25
    for n in (0, 9, 10, 24):
        assert dkimpy(signed[n] + sealed.octets, ask) == [True, True]


def test_a_line_of_ours_is_never_too_long(signer: Signer) -> None:
    header = copy_of(MAILS["a field of many lines"], signer).partition(b"\r\n\r\n")[0]
    assert max(map(len, header.split(b"\r\n"))) <= 78 + 2
