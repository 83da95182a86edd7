"""`mailhub` on the command line, run in this process: to start another takes a second."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from mailhub.app import cli


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


class Shell:
    """Runs `mailhub` with a data dir, and other settings, of its own."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        """`settings` by their names in the environment, without MAILHUB_ and in lower case."""
        given = {"data_dir": str(data_dir), **settings}
        self._environment = {f"MAILHUB_{name.upper()}": value for name, value in given.items()}

    def run(self, *words: str | Path, text: str = "") -> Ran:
        """Run a command; `text` is its standard input."""
        others = {k: v for k, v in os.environ.items() if not k.startswith("MAILHUB_")}
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        given = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")
        with (
            patch.dict(os.environ, others | self._environment, clear=True),
            patch.object(sys, "argv", ["mailhub", *map(str, words)]),
            patch.object(sys, "stdin", given),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                status = cli.main()
            except SystemExit as ended:
                status = ended.code
        said = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
        return Ran(status or 0, *said)

    def told(self, *words: str | Path, text: str = "") -> Any:
        """What a command that works prints as JSON."""
        done = self.run(*words, "--json", text=text)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *words: str | Path, text: str = "") -> str:
        """The one line of a command that fails."""
        done = self.run(*words, text=text)
        assert done.returncode == 1, done
        assert not done.stdout
        (line,) = done.stderr.splitlines()
        return line
