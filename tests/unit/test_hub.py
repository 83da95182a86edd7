"""The hub's secret: one for all processes, made once, read by nobody else."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mailhub.app.hub import secret
from mailhub.settings import Settings


def test_one_secret_whoever_asks_first(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: secret(settings), range(32)))
    assert len(found) == 1
    assert len(found.pop()) == 64
    (kept,) = tmp_path.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_secret_that_is_set_is_used(tmp_path: Path) -> None:
    assert secret(Settings(data_dir=tmp_path, secret_key="whisper")) == b"whisper"
    assert not list(tmp_path.iterdir())
