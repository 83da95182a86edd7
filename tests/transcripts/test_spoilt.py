"""Transcripts that were cut, doubled, mixed and spoilt: read in any case, and what is reported is sound.

A few hundred in an ordinary run, many thousands in a long one.
"""

from __future__ import annotations

import random

import pytest

from mailhub.addresses import Purpose, Token, Tokens, destinations
from mailhub.letter import Kind
from mailhub.reading import read
from mailhub.reading.addressing import address_in
from tests.transcripts.reading import transcripts

MAILS = [one.mail for one in transcripts()]
DOMAIN = "lists.example.org"
SPOILS = (b"\x00", b"\xff", b"\r", b"\n\n", b"<", b">", b"@", b"--b", b"=", b"\x1b$B", "‮".encode())
COUNTS = [300, pytest.param(60_000, marks=[pytest.mark.long, pytest.mark.timeout(900)])]


def spoilt(dice: random.Random) -> bytes:
    """A transcript with something wrong, or two in one."""
    lines = dice.choice(MAILS).split(b"\n")
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(lines))
        match dice.randrange(7):
            case 0:
                del lines[at]
                lines = lines or [b""]
            case 1:
                lines.insert(at, lines[dice.randrange(len(lines))])
            case 2:
                cut = dice.randint(0, len(lines[at]))
                lines[at] = lines[at][:cut] + dice.choice(SPOILS) + lines[at][cut:]
            case 3:
                lines = lines[: at + 1]
            case 4:
                lines[at:at] = dice.choice(MAILS).split(b"\n")
            case 5:
                lines[at] = lines[at] * dice.randint(2, 50)
            case _:
                lines[at] = lines[at].upper() if dice.random() < 0.5 else lines[at].lower()
    return b"\n".join(lines)


@pytest.mark.parametrize("count", COUNTS)
def test_whatever_is_spoilt_is_read_and_what_is_reported_is_sound(count: int) -> None:
    dice = random.Random(count)
    for _ in range(count):
        raw = spoilt(dice)
        letter = read(raw)
        assert (letter.bounce == ()) or letter.kind == Kind.BOUNCE, raw
        for one in letter.bounce:
            assert one.action in ("failed", "delayed"), raw
            assert one.kind in ("hard", "soft"), raw
            assert address_in(one.address) == one.address, raw
            assert one.reason.isprintable(), raw
            assert len(one.reason) <= 500, raw
        assert len(letter.bounce) <= 100, raw


@pytest.mark.parametrize("count", COUNTS)
def test_no_altered_token_is_taken_for_ours(count: int) -> None:
    dice = random.Random(count)
    tokens = Tokens(b"secret")
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    for _ in range(count):
        token = Token(Purpose.RETURN, dice.randrange(1, 2**40))
        address = tokens.address("policy", token, DOMAIN)
        raw = (
            "From: MAILER-DAEMON@mx.example\nTo: policy@lists.example.org\nSubject: failure notice\n\n"
            f"<jane@leeds.example>:\nno such user\n\n--- Below this line is a copy.\n\n"
            f"Return-Path: <{address}>\n"
        )
        assert read(raw.encode()).carried == (address,)
        at = address.index("+b-") + 3 + dice.randrange(len(address.partition("@")[0]) - 10)
        other = dice.choice(letters.replace(address[at], ""))
        altered = address[:at] + other + address[at + 1 :]
        assert [d.token for d in destinations(address, DOMAIN, tokens)] == [token]
        assert not destinations(altered, DOMAIN, tokens), altered
