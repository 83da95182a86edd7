"""Returned mails written by the world's mail systems: whoever failed is found, and nobody else."""

from __future__ import annotations

import json
from email import message_from_bytes
from pathlib import Path

from mailhub.reading import bounces
from tests.corpora import corpora


def _read(path: Path) -> tuple[bool, dict[str, set[str]]]:
    raw = path.read_bytes()
    message = message_from_bytes(raw)
    if not bounces.is_returned(message):
        return False, {"failed": set(), "delayed": set()}
    found: dict[str, set[str]] = {"failed": set(), "delayed": set()}
    for recipient in bounces.returned(message, raw):
        found[recipient.action].add(recipient.address.lower())
    return True, found


def test_every_asserted_address_of_the_returned_mails_is_found_and_none_other() -> None:
    folder = corpora("bounces/flufl-bounce")
    wrong = {}
    for line in (folder / "expected.jsonl").read_text().splitlines():
        expected = json.loads(line)
        _, found = _read(folder / expected["file"])
        wanted = {
            "failed": {address.lower() for address in expected["asserted_permanent"]},
            "delayed": {address.lower() for address in expected["asserted_temporary"]},
        }
        if found != wanted:
            wrong[expected["file"]] = (found, wanted)
    assert wrong == {}
