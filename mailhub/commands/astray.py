"""An answer to a mail of ours that went to the list: its program passed over Reply-To, or its author picked
the wrong address. "Yes", "reject, he is a spammer" or a form filled in is for nobody but us.

What somebody begins to write below a mail of ours is a post all the same: a newcomer answers the welcome to
say hello to everybody.
"""

from __future__ import annotations

from mailhub.addresses import Purpose, Token
from mailhub.commands.courtesy import is_courtesy
from mailhub.commands.grammar import Place, understand
from mailhub.commands.lines import Reader
from mailhub.commands.mistaken import MOST_LINES
from mailhub.commands.own_words import own_words
from mailhub.commands.writer import Writer
from mailhub.forum import without_prefixes
from mailhub.letter import Kind, Letter

# What asks for an answer, and how that is said.
_QUESTIONS = {
    Purpose.CONFIRM: Place.CONFIRM,
    Purpose.DECIDE: Place.DECISION,
    Purpose.HOLD: Place.DECISION,
    Purpose.WITHDRAW: Place.DECISION,
}


def is_for_us(letter: Letter, said: Token) -> bool:
    """Whether a mail to the list is the answer to the mail of ours of which `said` is the token."""
    if letter.kind is not Kind.POST:
        return False
    if said.purpose == Purpose.NOTICE:
        return is_courtesy(letter, below_receipt=True) or _is_nothing_but_commands(letter)
    place = _QUESTIONS.get(said.purpose)
    if place is None:
        return False
    keeps_subject = without_prefixes(letter.subject)[1]
    return keeps_subject or bool(understand(letter, place))


def _is_nothing_but_commands(letter: Letter) -> bool:
    reader = Reader(Writer.of(letter), Place.SETTINGS)
    words = own_words(letter, reader)
    lines = [line for line in words.lines if line]
    return 0 < len(lines) <= MOST_LINES and words.ends_plainly and all(map(reader.line, lines))
