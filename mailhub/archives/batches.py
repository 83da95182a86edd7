"""Mails of an archive in batches, each of which is filed in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailhub.mbox import Archived

BATCH = 200  # mails
BATCH_OCTETS = 8 * 1024 * 1024


def batches(mails: Iterable[Archived]) -> Iterator[list[Archived]]:
    batch: list[Archived] = []
    octets = 0
    for mail in mails:
        if batch and (len(batch) == BATCH or octets + len(mail.raw) > BATCH_OCTETS):
            yield batch
            batch, octets = [], 0
        batch.append(mail)
        octets += len(mail.raw)
    if batch:
        yield batch


def raws(batch: list[Archived]) -> list[bytes]:
    return [mail.raw for mail in batch]
