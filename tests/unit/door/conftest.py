"""A door for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mailhub.app.smtpd import Limits
from tests.front_door import OpenDoor, front_door


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., OpenDoor]]:
    """`opened(**limits)` opens a door with such limits; they are closed at the end."""
    with ExitStack() as stack:

        def opens(*, settings: dict[str, Any] | None = None, **kept: Any) -> OpenDoor:
            names = {"knows", "spool", "loop", "clock"}
            own = {name: kept.pop(name) for name in names & kept.keys()}
            limits = Limits(**({"stop_seconds": 1.0, "watch_seconds": 0.05} | kept))
            return stack.enter_context(front_door(tmp_path, limits, **own, **(settings or {})))

        yield opens
