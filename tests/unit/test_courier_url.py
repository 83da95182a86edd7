"""The relay's URL."""

from __future__ import annotations

import pytest

from mailhub.courier import relay_url
from mailhub.courier.relay_url import RelayUrl, WrongRelay


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("smtp://mx.example", RelayUrl("smtp", "mx.example", 25, "offered", False)),
        ("smtp://127.0.0.1:2525/", RelayUrl("smtp", "127.0.0.1", 2525, "offered", False)),
        ("smtp://[::1]:25", RelayUrl("smtp", "::1", 25, "offered", False)),
        ("lmtp://mx.example", RelayUrl("lmtp", "mx.example", 24, "offered", False)),
        ("smtp://mx.example?starttls=never", RelayUrl("smtp", "mx.example", 25, "never", True)),
        (
            "smtp://mx.example?starttls=required",
            RelayUrl("smtp", "mx.example", 25, "required", True),
        ),
        ("smtps://mx.example?verify=no", RelayUrl("smtps", "mx.example", 465, "implicit", False)),
        (
            "smtp://hub%40x.example:p%3Aw%2Fd@mx.example:587",
            RelayUrl("smtp", "mx.example", 587, "required", True, "hub@x.example", "p:w/d"),
        ),
    ],
)
def test_a_relay(url: str, meant: RelayUrl) -> None:
    assert relay_url.read(url) == meant


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mx.example:25",
        "http://mx.example",
        "smtp://",
        "smtp://:25",
        "smtp://mx.example:0x19",
        "smtp://mx.example:99999",
        "smtp://[::1",
        "smtp://mx.example/path",
        "smtp://mx.example?starttls=maybe",
        "smtp://mx.example?verify=perhaps",
        "smtp://mx.example?timeout=3",
        "smtp://mx.example?starttls",
        "smtps://mx.example?starttls=required",
    ],
)
def test_no_relay(url: str) -> None:
    with pytest.raises(WrongRelay):
        relay_url.read(url)


def test_the_password_is_never_shown() -> None:
    assert "secret" not in repr(relay_url.read("smtps://hub:secret@mx.example"))
    with pytest.raises(WrongRelay) as wrong:
        relay_url.read("smtps://hub:secret@mx.example:port")
    assert "secret" not in str(wrong.value)
