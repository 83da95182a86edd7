"""Thanks for a receipt want no answer; whatever else stands there does."""

from __future__ import annotations

import pytest

from mailhub.commands.courtesy import is_courtesy
from mailhub.reading import read
from tests.unit.commands.clients import CLIENTS, gmail, nothing_but_words

COURTESIES = (
    """
Thanks!|Thank you|Thank you, that works|Ok great|OK thanks, Jane|Brilliant, thanks|Perfect - thank you
Thanks very much for your help|Great stuff|Lovely, thank you so much|Cheers|Noted, thanks|Received with thanks
That's great, thank you|That's perfect|Much appreciated|Many thanks\\n\\nJane|Got it, thanks|Will do|All sorted now
Thank you for sorting that out so quickly|Thanks for letting me know|Excellent service!|👍|Ok|Okay then|Understood
That was easy!|Wow, that was quick. Thank you!|Glad to hear it|No problem|Super, thanks a lot|Sorted. Thanks again.
Hi,\\n\\nThanks, that's really helpful.\\n\\nKind regards\\nJane|All good, thanks|Looking forward to it|You're a star
Thank you for confirming|Good to know, thanks|Appreciated|Diolch yn fawr|Gwych, diolch|Ta
""".strip()
    .replace("\n", "|")
    .split("|")
)
MORE = (
    """
Thanks but I wanted weekly|Thanks, but who are you?|Great, and how do I find the papers?|No|No thanks|What is this?
Thank you. Can you also change my name to Smith?|Ok but when does it start?|This is great but too many mails
That did not work|It doesn't work|Thanks. It still comes every day.|I never asked for this|Brilliant. Not.
Why?|Thanks for nothing, I still get everything|That's not right|Hello|Could somebody call me?
""".strip()
    .replace("\n", "|")
    .split("|")
)
NODS = [
    "Yes",
    "Yes please",
    "Yes thanks",
    "Yes, that was me",
    "Yep, great",
    "Ok",
    "Sure",
    "Agreed, thank you",
]


@pytest.mark.parametrize("words", COURTESIES)
def test_courtesy(words: str) -> None:
    assert is_courtesy(read(gmail(words.replace("\\n", "\n"))))


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_in_every_mail_program(client: object) -> None:
    for words in ("Thanks!", "Thank you, that works", "Ok great"):
        assert is_courtesy(read(client(words)))  # type: ignore[operator]


@pytest.mark.parametrize("words", MORE)
def test_what_says_more_is_none(words: str) -> None:
    letter = read(nothing_but_words(words))
    assert not is_courtesy(letter)
    assert not is_courtesy(letter, below_receipt=True)


@pytest.mark.parametrize("words", NODS)
def test_yes_is_one_only_below_a_receipt(words: str) -> None:
    letter = read(gmail(words))
    assert is_courtesy(letter, below_receipt=True)
    assert is_courtesy(letter) == (words == "Ok")
