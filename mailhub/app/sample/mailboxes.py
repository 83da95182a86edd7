"""The mailboxes of the story's people, read as their mail programs would, each letter once."""

from __future__ import annotations

from mailhub.letter import Letter
from mailhub.postbox import Postbox
from mailhub.reading import read


class Mailboxes:
    """What has come, by address; letters that were looked at before are remembered."""

    def __init__(self, postbox: Postbox) -> None:
        self._postbox = postbox
        self._read: dict[str, dict[str, Letter]] = {}

    def all_of(self, address: str) -> list[Letter]:
        """Every letter of one mailbox, the oldest first."""
        names = [kept.name for kept in reversed(self._postbox.letters(address))]
        return [self._letter(address, name) for name in names]

    def of(self, address: str, message_id: str) -> Letter | None:
        """The letter of this Message-ID in one mailbox, where it has come."""
        wanted = f"<{message_id}>".encode()
        for kept in self._postbox.letters(address):
            # Reading costs milliseconds, looking does not.
            if wanted in self._postbox.letter(address, kept.name):
                letter = self._letter(address, kept.name)
                if letter.message_id == message_id:
                    return letter
        return None

    def _letter(self, address: str, name: str) -> Letter:
        known = self._read.setdefault(address, {})
        if name not in known:
            known[name] = read(self._postbox.letter(address, name))
        return known[name]

    def addresses(self) -> list[str]:
        """Every address that has a mailbox."""
        return [box.address for box in self._postbox.mailboxes()]
