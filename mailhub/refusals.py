"""Every refusal has a name; those that SMTP speaks stand here with their reply (RFC 5321, RFC 3463).

A refusal tells the sender's machine what to do: 5xx gives up, 4xx tries again. What goes to a person
is a template of the same name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A named refusal and its SMTP reply line."""

    name: str
    reply: str


UNKNOWN_ADDRESS = Refusal("unknown-address", "550 5.1.1 There is no such address here")
BAD_ADDRESS = Refusal("bad-address", "553 5.1.3 This is not an address that mail can have")
BAD_SENDER = Refusal("bad-sender", "553 5.1.7 This is not an address that mail can come from")
TOO_LARGE = Refusal("too-large", "552 5.3.4 This mail is larger than we take")
TOO_MANY_RECIPIENTS = Refusal("too-many-recipients", "452 4.5.3 Too many recipients in one go")
TOO_BUSY = Refusal("too-busy", "421 4.3.2 Too many connections, please try again")
TOO_SLOW = Refusal("too-slow", "421 4.4.2 This took too long, please try again")
TOO_MANY_COMMANDS = Refusal("too-many-commands", "421 4.7.0 Too many commands for one session")
NO_SPACE = Refusal("no-space", "452 4.3.1 Out of space here, please try again")
OWN_FAULT = Refusal("own-fault", "451 4.3.0 A fault of ours, please try again")
BARE_LINE_END = Refusal("bare-line-end", "550 5.6.11 Lines must end with CR LF")
