"""Every refusal has a name; those that SMTP speaks stand here with their reply (RFC 5321, RFC 3463).

A refusal tells the sender's machine what to do: 5xx gives up, 4xx tries again, 421 hangs up as well.
What goes to a person is a template of the same name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A named refusal and its SMTP reply line."""

    name: str
    reply: str


# Of an address, or of a whole mail.
UNKNOWN_ADDRESS = Refusal("unknown-address", "550 5.1.1 There is no such address here")
BAD_ADDRESS = Refusal("bad-address", "553 5.1.3 This is not an address that mail can have")
BAD_SENDER = Refusal("bad-sender", "553 5.1.7 This is not an address that mail can come from")
NEEDS_SMTPUTF8 = Refusal("needs-smtputf8", "553 5.6.7 Such an address needs SMTPUTF8")
TOO_LARGE = Refusal("too-large", "552 5.3.4 This mail is larger than we take")


def too_large(most: int) -> Refusal:
    """TOO_LARGE, saying how large a mail may be; `most` in octets."""
    said = f"552 5.3.4 This mail is larger than the {most / 1_000_000:.1f} MB that we take"
    return Refusal(TOO_LARGE.name, said)


TOO_MANY_RECIPIENTS = Refusal("too-many-recipients", "452 4.5.3 Too many recipients in one go")
BARE_LINE_END = Refusal("bare-line-end", "550 5.6.11 Lines must end with CR LF")

# Of a whole connection.
TOO_BUSY = Refusal("too-busy", "421 4.3.2 Too many connections, please try again")
TOO_SLOW = Refusal("too-slow", "421 4.4.2 This took too long, please try again")
TOO_MANY_COMMANDS = Refusal("too-many-commands", "421 4.7.0 Too many commands for one session")
TOO_MANY_REFUSALS = Refusal("too-many-refusals", "421 4.7.0 Too many refusals in one session")
TOO_MANY_MAILS = Refusal(
    "too-many-mails", "421 4.7.0 Enough mails for one session, please come again"
)
CLOSING = Refusal("closing", "421 4.3.2 We are closing, please try again")

# Of ours.
NO_SPACE = Refusal("no-space", "452 4.3.1 Out of space here, please try again")
OWN_FAULT = Refusal("own-fault", "451 4.3.0 A fault of ours, please try again")

# Of what was said.
UNKNOWN_COMMAND = Refusal("unknown-command", "500 5.5.1 There is no such command here")
LINE_TOO_LONG = Refusal("line-too-long", "500 5.5.6 This line is too long for a command")
WRONG_SYNTAX = Refusal("wrong-syntax", "501 5.5.4 This command is not written so")
WRONG_ORDER = Refusal("wrong-order", "503 5.5.1 This command does not come now")
NO_RECIPIENTS = Refusal("no-recipients", "554 5.5.1 There is nobody to take this mail")
UNKNOWN_PARAMETER = Refusal("unknown-parameter", "555 5.5.4 There is no such parameter here")
