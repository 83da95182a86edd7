"""What members and facilitators ask for beside the settings, and what people say of themselves."""

from __future__ import annotations

import pytest

from mailhub import reading
from mailhub.commands import form, member_words, signed
from mailhub.commands.grammar import Command, Place, understand
from mailhub.letter import Letter


def letter(text: str, subject: str = "", name: str = "Jane Doe") -> Letter:
    raw = (
        f"From: {name} <jane@leeds.example>\r\nSubject: {subject}\r\nMessage-ID: <1@x.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return reading.read(raw.encode() + text.replace("\n", "\r\n").encode())


def understood(said: Letter) -> tuple[Command, ...]:
    return member_words.understand(said) or understand(said, Place.SETTINGS)


SAID = {
    "invite tom@cardiff.example": ("invite", "tom@cardiff.example"),
    "Please invite Tom.Price@Cardiff.example, thanks": ("invite", "Tom.Price@Cardiff.example"),
    "make tom@cardiff.example a facilitator": ("appoint", "tom@cardiff.example facilitator"),
    "Make tom@cardiff.example organiser please": ("appoint", "tom@cardiff.example organiser"),
    "remove tom@cardiff.example": ("remove", "tom@cardiff.example"),
    "remove my old address jane@old.example": ("remove-address", "jane@old.example"),
    "remove address jane@old.example": ("remove-address", "jane@old.example"),
    "Please add my other address jane@home.example": ("add-address", "jane@home.example"),
    "my other address is jane@home.example": ("add-address", "jane@home.example"),
    "jane@home.example is me too": ("add-address", "jane@home.example"),
    "I usually write from jane@leeds.example": ("known-as", "jane@leeds.example"),
    "I'm already a member as jane@leeds.example": ("known-as", "jane@leeds.example"),
    "send my mail to jane@home.example": ("use-address", "jane@home.example"),
    "use address jane@home.example": ("use-address", "jane@home.example"),
    "I am just a reader": ("role", "reader"),
    "set joining to approval": ("set", "joining approval"),
    "set replies to the author": ("set", "replies author"),
    "communities about damp and mould": ("find", "damp and mould"),
    "Find communities for housing": ("find", "housing"),
    "send me copies of my own posts": ("copy", None),
    "no copies of my own posts": ("no-copy", None),
}


@pytest.mark.parametrize("said", SAID)
def test_words_of_members(said: str) -> None:
    (command,) = understood(letter(said))
    assert (command.verb, command.argument) == SAID[said]


@pytest.mark.parametrize(
    "said",
    [
        "I would like to invite colleagues to our seminar.",
        "Who can add an address to the list of depots?",
        "We set joining fees last year.",
        "The communities are welcome to send us theirs.",
        "Make sure that tom@cardiff.example has seen it.",
        "Tom (tom@cardiff.example) is our facilitator.",
        "",
    ],
)
def test_words_that_only_look_like_it(said: str) -> None:
    assert understood(letter(said)) == ()


def test_one_a_line_up_to_the_first_that_is_none() -> None:
    several = letter("invite a@x.example\ninvite b@x.example\n\nThanks a lot\ninvite c@x.example")
    found = understood(several)
    assert [command.argument for command in found] == ["a@x.example", "b@x.example"]


def test_words_of_welcome_are_all_that_stands_below() -> None:
    welcome = letter("Welcome text:\n\nDear colleague,\n\ninvite your friends.\n\nFay")
    (command,) = understood(welcome)
    assert command.verb == "set"
    assert command.argument == "welcome Dear colleague,\n\ninvite your friends.\n\nFay"
    assert understood(letter("welcome")) == ()


def test_a_form_is_read_wherever_it_is_filled_in() -> None:
    quoted = (
        "Done.\n\nOn 3 Nov 2026 Policy wrote:\n> Just reply: yes\n>\n> Name:\n"
        "> Organisation: Leeds City Council\n> Role: (none)\n> You have until Monday\n"
    )
    assert form.read(letter(quoted)) == {"organisation": "Leeds City Council"}
    own = letter("*Name:* Jane Doe\nRole : Planner\n\n> Name: Somebody else\n")
    assert form.read(own) == {"name": "Jane Doe", "job": "Planner"}


def test_a_signature_says_who_somebody_is() -> None:
    said = letter(
        "Yes please\n\nKind regards\nJo van Dyke\nSenior Planner\nLeeds City Council\n"
        "0113 496 0000\njo@leeds.example\nhttps://leeds.example\n",
        name="jo",
    )
    assert signed.read(said) == {
        "name": "Jo van Dyke",
        "job": "Senior Planner",
        "organisation": "Leeds City Council",
    }
    assert signed.read(letter("yes")) == {"name": "Jane Doe"}
    assert signed.read(letter("yes", name="")) == {}
