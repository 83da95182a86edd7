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
        known = self._read.setdefault(address, {})
        for kept in reversed(self._postbox.letters(address)):
            if kept.name not in known:
                known[kept.name] = read(self._postbox.letter(address, kept.name))
        return list(known.values())

    def of(self, address: str, message_id: str) -> list[Letter]:
        """The letters of this Message-ID in one mailbox."""
        return [one for one in self.all_of(address) if one.message_id == message_id]

    def addresses(self) -> list[str]:
        """Every address that has a mailbox."""
        return [box.address for box in self._postbox.mailboxes()]
