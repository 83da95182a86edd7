"""What strangers send: mails in anybody's name, of robots, returned by servers, with altered tokens."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mailhub.addresses import VERBS, Purpose, Token, Tokens
from mailhub.commands.tables import languages
from mailhub.process import Tools
from mailhub.site import Site
from tests.transcripts.reading import transcripts

D = "lists.example.org"
SITE = Site(D, "https://hub.example.org", Tokens(b"k" * 32))
STEWARD = "steward@york.example"
PEOPLE = ("jane@leeds.example", "fay@bath.example", "tom@cardiff.example", STEWARD)
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
BOUNCES = [one.mail for one in transcripts()]
COMMANDS = sorted({word for language in languages() for word in language.vocabulary})
SAID = ("yes", "no", "undo", "leave", "forget me", "my data", "1 ok, 2 spam", "ok", "new community")
ODD = (
    "\x00",
    "\udcff",
    "‮",
    "\r",
    "=?utf-8?b?ZXZpbA==?=",
    '"',
    "<",
    ">",
    "@",
    ",",
    ";",
    "\\",
    "(",
    "",
)
# What every robot's mail has one of: RFC 3834, and what only programs write.
ROBOTS = (
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated",
    "X-Autoreply: yes",
    f"List-Id: Policy <policy.{D}>",
)


@dataclass
class Hub:
    """A hub with something to decide on, and the genuine tokens of all of it."""

    tools: Tools
    tokens: list[Token]


@dataclass(frozen=True)
class Sent:
    """One mail: to whom, by whom, its bytes; and whether a robot wrote it, from this address."""

    raw: bytes
    mail_from: str
    recipients: list[str]
    robot: str = ""


def altered(dice: random.Random, word: str) -> str:
    """A token's word with something else in it: never a genuine one."""
    letter, _, text = word.partition("-")
    match dice.randrange(5):
        case 0:
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(LETTERS.replace(text[at], "")) + text[at + 1 :]
        case 1:
            text = text[: dice.randrange(len(text))]
        case 2:
            text += dice.choice(LETTERS)
        case 3:
            letter = dice.choice(sorted({*map(str, Purpose), "x", "z"} - {letter}))
        case _:
            text = "".join(dice.choice(LETTERS) for _ in text)
    return f"{letter}-{text}"


def any_address(dice: random.Random, hub: Hub) -> str:
    """One of ours, or nearly so; never one with a token of ours."""
    slug = dice.choice(("policy", "waste", "inquiry", "hub", "nobody", "policy-docs"))
    verb = dice.choice((*VERBS, "subscribe", "request", "owner", "unsubscribe", "nothing"))
    match dice.randrange(6):
        case 0:
            return f"{slug}@{D}"
        case 1:
            return f"{slug}+{verb}@{D}"
        case 2:
            return f"{slug}-{verb}@{D}".upper() if dice.random() < 0.3 else f"{slug}-{verb}@{D}"
        case 3:
            return f"{dice.choice(('hub', 'postmaster', 'abuse', 'noreply'))}@{D}"
        case _:
            return f"{slug}+{altered(dice, SITE.tokens.word(dice.choice(hub.tokens)))}@{D}"


def any_words(dice: random.Random) -> str:
    """A few lines of what people say to the hub, and of what nobody says."""
    lines = []
    for _ in range(dice.randint(0, 6)):
        said = [dice.choice(COMMANDS) for _ in range(dice.randint(0, 4))]
        line = dice.choice(
            (" ".join(said), dice.choice(SAID), dice.choice(ODD) * dice.randint(1, 9))
        )
        lines.append(("> " if dice.random() < 0.2 else "") + line)
    return "\n".join(lines)


def any_from(dice: random.Random) -> str:
    """A From line: somebody's, with something odd in it, or two of them."""
    address = dice.choice((*PEOPLE, "sue@elsewhere.example", f"policy@{D}", f"hub@{D}"))
    name = dice.choice(("Jane Doe", '"Doe, Jane"', "", *PEOPLE[:2], dice.choice(ODD) * 3))
    line = f"{name} <{address}>" if dice.random() < 0.6 else address
    if dice.random() < 0.3:
        at = dice.randint(0, len(line))
        line = line[:at] + dice.choice(ODD) + line[at:]
    if dice.random() < 0.1:
        line += f", {dice.choice(PEOPLE)}"
    return line


def by_somebody(dice: random.Random, hub: Hub) -> Sent:
    """Words in anybody's name, that answer what nobody was sent."""
    word = altered(dice, SITE.tokens.word(dice.choice(hub.tokens)))
    answered = f"<{word}.{dice.randrange(16**8):x}@{D}>"
    head = [f"From: {any_from(dice)}", f"Subject: {any_words(dice).partition(chr(10))[0]}"]
    head += [f"In-Reply-To: {answered}"] if dice.random() < 0.5 else []
    head += [f"References: {answered} {answered}"] if dice.random() < 0.3 else []
    head += [f"Message-ID: <{dice.randrange(50)}@x.example>"] if dice.random() < 0.8 else []
    dice.shuffle(head)
    text = "\n".join((*head, "", any_words(dice)))
    return Sent(
        text.encode("utf-8", "surrogateescape"),
        dice.choice((*PEOPLE, "sue@elsewhere.example")),
        [any_address(dice, hub) for _ in range(dice.randint(1, 3))],
    )


def by_robot(dice: random.Random, hub: Hub) -> Sent:
    """The same, from a program of nobody here: it says so, or wants no answer."""
    sent, robot = by_somebody(dice, hub), f"robot-{dice.randrange(10**9)}@elsewhere.example"
    lines = [b"From: " + robot.encode()]
    lines += [one for one in sent.raw.split(b"\n") if not one.startswith(b"From:")]
    if dice.random() < 0.5:
        return Sent(b"\n".join(lines), "", sent.recipients, robot)
    lines.insert(0, dice.choice(ROBOTS).encode())
    return Sent(b"\n".join(lines), robot, sent.recipients, robot)


def returned(dice: random.Random, hub: Hub) -> Sent:
    """A returned mail of a real server, cut or doubled, of what we never sent."""
    lines = dice.choice(BOUNCES).split(b"\n")
    for _ in range(dice.randint(0, 4)):
        at = dice.randrange(len(lines))
        lines[at:at] = dice.choice((lines[at : at + 5], dice.choice(BOUNCES).split(b"\n")[:20]))
        del lines[dice.randrange(len(lines)) :][:0]
    return Sent(b"\n".join(lines), "", [any_address(dice, hub)])
