"""A hub for each conversation, over both pairs, with one community and two of its members."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conversations.people import Person, RunningHub, running, settings_in


@pytest.fixture
def hub(pair: dict[str, Any], tmp_path: Path) -> Iterator[RunningHub]:
    """A hub of its own, empty."""
    settings = settings_in(tmp_path, stewards="steward@hub.example", **pair)
    with running(settings) as started:
        yield started


@pytest.fixture
def policy(hub: RunningHub) -> str:
    """The community Policy and Performance; its list address."""
    hub.community("policy", "Policy and Performance")
    return "policy@lists.example.org"


@pytest.fixture
def jane(hub: RunningHub, policy: str) -> Person:
    """Jane Doe of Leeds, a member."""
    return hub.member("policy", "Jane Doe", "jane@leeds.example", organisation="Leeds")


@pytest.fixture
def tom(hub: RunningHub, policy: str) -> Person:
    """Tom Price of Cardiff, a member."""
    return hub.member("policy", "Tom Price", "tom@cardiff.example", organisation="Cardiff")
