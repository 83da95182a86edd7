"""Mail systems: programs that carry mail and write about it, known by their addresses and names.

A name proves nothing, since anyone can write any From; it only says how a mail wants to be read.
"""

from __future__ import annotations

from email.message import Message

from mailhub.reading.addressing import sender_of
from mailhub.reading.phrases import fold, phrases

_NULL_SENDERS = ("<>", "<MAILER-DAEMON>")


def is_from_system(message: Message) -> bool:
    """Whether From names a mail system: by an address such as mailer-daemon, a known name, or none."""
    name, address = sender_of(message)
    known = phrases("returns", "names")
    folded = fold(name)
    return (
        is_from_daemon(message)
        or is_system(address.casefold())
        or folded in known
        or folded.startswith(tuple(f"{one} " for one in known))
    )


def is_from_daemon(message: Message) -> bool:
    """Whether From is an address that no person has: mailer-daemon, or none at all."""
    address = sender_of(message)[1].casefold()
    return address.startswith(("mailer-daemon@", "mailer_daemon@", "mailerdaemon@")) or (
        str(message.get("From", "")).strip().endswith("<>")
    )


def takes_no_answer(message: Message) -> bool:
    """Whether From is an address such as no-reply, which a program writes under."""
    local = sender_of(message)[1].casefold().partition("@")[0]
    bare = "".join(character for character in local if character.isalnum())
    return bare.startswith(phrases("robots", "machines.addresses"))


def has_null_sender(message: Message) -> bool:
    """Whether a Return-Path says that nobody wants an answer (RFC 5321, 4.5.5)."""
    return str(message.get("Return-Path", "")).strip() in _NULL_SENDERS


def is_submitted_automatically(message: Message) -> bool:
    """Whether the mail says that no person sent it (RFC 3834)."""
    value = str(message.get("Auto-Submitted", "")).strip().lower()
    return bool(value) and not value.startswith("no")


def is_system(address: str) -> bool:
    """Whether a folded address is that of a mail system: mailer-daemon, postmaster…"""
    local = address.partition("@")[0].strip('"')
    names = phrases("returns", "daemons")
    if local in names or local.startswith(phrases("returns", "beginnings")):
        return True
    return local.startswith(tuple(f"{name}{mark}" for name in names for mark in "-+"))
