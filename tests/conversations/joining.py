"""Sue, who wants to join, and Fay, who may let her in."""

from __future__ import annotations

import pytest

from tests.conversations.people import Person, RunningHub

D = "lists.example.org"
HUB = f"hub@{D}"


@pytest.fixture
def sue(hub: RunningHub) -> Person:
    """Sue Hill of York, whom nobody knows yet."""
    return hub.person("Sue Hill", "sue@york.example")


@pytest.fixture
def fay(hub: RunningHub, policy: str) -> Person:
    """Fay, who looks after Policy and Performance."""
    return hub.member("policy", "Fay Reid", "fay@bath.example", role="facilitator")


def words(mail: object) -> str:
    """The text of a mail, on one line."""
    return " ".join(str(mail.get_content()).split())  # type: ignore[attr-defined]
