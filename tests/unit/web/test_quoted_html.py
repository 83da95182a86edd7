"""Earlier mails within a mail's HTML: folded with who wrote them, and nothing new folded with them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpora import corpora
from tests.seed_words import GMAIL, OUTLOOK
from tests.unit.web.safely import SHOWN, safe, words
from web_archive.folds import led_to
from web_archive.mail_writer import Shown
from web_archive.safe_html import make_safe, written_anew


def test_what_gmail_quotes_is_folded_below_the_new_words() -> None:
    html = safe(GMAIL)
    new, _, old = html.partition('<details class="earlier">')
    assert "check the time zone" in new
    assert "tom.okafor@…" not in new, "who wrote it stands with what they wrote"
    assert old.index("tom.okafor@…") < old.index("We take the snapshot")
    assert old.count("</details>") == 1


def test_what_outlook_sets_under_its_line_is_folded_to_the_end() -> None:
    html = safe(OUTLOOK)
    new, _, old = html.partition('<details class="earlier">')
    assert "Performance Manager" in new
    assert "From:" not in new
    assert old.index("NI 157") < old.index("</details>")


def test_an_answer_between_quotes_stays_open() -> None:
    html = safe(
        "<div>Hello</div><blockquote type=cite>one?</blockquote><p>yes</p>"
        "<blockquote type=cite>two?</blockquote><p>no</p>"
    )
    assert "<details" not in html
    assert words(html) == ["Hello", "one?", "yes", "two?", "no"]
    long = safe(f"<div>Hello</div><blockquote type=cite>{'long ' * 100}</blockquote><p>yes</p>")
    assert words(re.sub(r"<details.*?</details>", "", long)) == ["Hello", "yes"]
    nested = safe(
        f"<p>a</p><blockquote type=cite>b<blockquote type=cite>{'c ' * 300}</blockquote></blockquote>"
    )
    assert nested.count("<details") == nested.count("</details>") == 2


ATTRIBUTION = "On 3 Nov 2026, at 14:05, Tom Okafor &lt;tom@devon.example&gt; wrote:"
OLD = "old words " * 60


@pytest.mark.parametrize(
    "mail",
    [
        # iPhone: the line has a quote of its own.
        '<body dir="auto"><div dir="ltr">Fine by me</div><br id="lineBreakAtBeginningOfSignature">'
        '<div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">'
        f"{ATTRIBUTION}<br><br></blockquote></div>"
        f'<blockquote type="cite"><div dir="ltr">\ufeff{OLD}</div></blockquote></body>',
        # The same before iOS 13.
        "<body>Fine by me<div><br>Sent from my iPhone</div><div><br>"
        f"{ATTRIBUTION}<br><br></div><blockquote type=cite><div>{OLD}</div></blockquote></body>",
        # Gmail now, and ten years ago.
        '<div dir="ltr">Fine by me</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{ATTRIBUTION}<br></div>'
        f'<blockquote class="gmail_quote">{OLD}</blockquote></div>',
        '<div dir="ltr">Fine by me</div><div class="gmail_extra"><br><div class="gmail_quote">On 3 Nov '
        '2026 14:05, "Tom Okafor" <span dir="ltr">&lt;<a href="mailto:tom@devon.example">tom@'
        "devon.example</a>&gt;</span> wrote:<br>"
        f'<blockquote class="gmail_quote">{OLD}</blockquote></div><br></div>',
        # Apple Mail now, and ten years ago.
        "<div>Fine by me</div><div><br><blockquote type=cite>"
        f'<div>{ATTRIBUTION}</div><br class="Apple-interchange-newline"><div>{OLD}</div>'
        "</blockquote></div><br>",
        f"Fine by me<div><br><div><div>{ATTRIBUTION}</div><br>"
        f"<blockquote type=cite>{OLD}</blockquote></div><br></div>",
        # Outlook on the desktop, and on the web.
        '<div class=WordSection1><p class=MsoNormal>Fine by me<o:p></o:p></p><div><div style="border:none;'
        'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>From:</b> Tom '
        f"Okafor &lt;tom@devon.example&gt;<br></p></div></div><p class=MsoNormal>{OLD}</p></div>",
        '<div class="elementToProof">Fine by me</div><div id="appendonsend"></div><hr tabindex="-1">'
        '<div id="divRplyFwdMsg" dir="ltr"><font><b>From:</b> Tom Okafor &lt;tom@devon.example&gt;'
        f"</font></div><div>{OLD}</div>",
    ],
    ids=["iphone", "old-iphone", "gmail", "old-gmail", "apple", "old-apple", "outlook", "owa"],
)
def test_what_was_answered_is_one_fold_with_who_wrote_it(mail: str) -> None:
    html = safe(mail)
    new, _, old = html.partition(
        '<details class="earlier"><summary aria-label="Earlier"></summary>'
    )
    assert html.count("<details") == html.count("</details>") == 1
    assert " ".join(words(new)) in ("Fine by me", "Fine by me Sent from my iPhone")
    inside, _, below = old.partition("</details>")
    assert "Tom Okafor" in inside
    assert words(inside)[-2:] == ["old", "words"]
    assert not words(below)


def test_what_stands_above_a_quote_and_is_no_line_of_a_program_stays() -> None:
    quote = f"<blockquote type=cite>{OLD}</blockquote>"
    for above in (
        "<p>As Tom wrote:</p>",
        "<p>Hello Jane,</p>",
        f"<p>I agree with you.</p><p>{'word ' * 90}{ATTRIBUTION}</p>",
        f"<table><tr><td>{ATTRIBUTION}</td></tr></table><p>yes</p>",
    ):
        new, _, _ = safe(above + quote).partition("<details")
        assert words(new) == words(safe(above))
    # A mail in which there is nothing else shows what there is.
    assert safe(f"<div>{ATTRIBUTION}</div>{quote}").startswith('<details class="earlier" open="">')
    # An answer below: a short quote stays open, with its line.
    html = safe(
        f"<p>Hello</p><div>{ATTRIBUTION}</div><blockquote type=cite>a?</blockquote><p>b</p>"
    )
    assert "<details" not in html


def test_two_quotes_below_each_other_are_one_fold() -> None:
    quote = "<blockquote type=cite>{}</blockquote>"
    apple = (
        f"<div>Yes.</div>{quote.format('On 3 Nov, Tom wrote:')}<br>{quote.format('long ' * 100)}"
    )
    for below, folds in (("", 1), ("<p>No.</p>", 1), ("<p>No.</p>" + quote.format("x " * 300), 2)):
        html = safe(apple + below)
        assert html.count("<details") == html.count("<summary") == html.count("</details>") == folds
        assert html.count("<blockquote>") == html.count("</blockquote>") == folds + 1
        assert words(html)[0] == "Yes."


def test_a_forwarded_mail_is_open() -> None:
    forwarded = "<div>FYI</div><div id=divRplyFwdMsg>From: Tom</div><div>the paper</div>"
    assert '<details class="earlier">' in safe(forwarded)
    shown = Shown(SHOWN.picture, "Earlier", "Table", fold=False)
    assert '<details class="earlier" open="">' in make_safe(forwarded, shown)
    # Nor is there anything to fold below, where there are no words above.
    assert ' open="">' in safe(f"<blockquote type=cite>{'all there is ' * 50}</blockquote>")


PIECES = (
    *("<blockquote type=cite>", "</blockquote>", "<div>", "</div>", "<div id=appendonsend>", "<p>"),
    *(
        "</p>",
        "<table>",
        "<td>",
        "</td>",
        "</table>",
        "<br>",
        "words",
        "--",
        "x" * 500,
        "<b>",
        "</b>",
    ),
    *(
        "<hr tabindex=-1>",
        "<ul>",
        "<li>",
        "</ul>",
        "<span>",
        "</span>",
        "a@b.example:",
        "</details>",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=300, deadline=None)
def test_folds_are_well_formed_however_quotes_stand(pieces: list[str]) -> None:
    html = written_anew("".join(pieces), SHOWN)
    stack: list[str] = []
    for end, name in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", html):
        if end:
            assert stack.pop() == name, html
        elif name not in ("br", "hr", "img", "col"):
            stack.append(name)
    assert stack == []
    assert html.count("<details") == html.count("<summary")
    said = "".join(piece for piece in pieces if "<" not in piece)
    assert "".join(words(html)).replace("@…", "@b.example") == said


def test_what_real_programs_quote_is_folded_and_what_they_forward_is_not_lost() -> None:
    folder = corpora("replies/talon") / "tests/fixtures/html_replies"
    other = corpora("replies/quotequail") / "tests/files"
    files = [*sorted(folder.glob("*.html")), *sorted(other.glob("*reply*.html"))]
    folded = 0
    for file in files:
        source = file.read_text(encoding="utf-8", errors="replace")
        html = safe(source)
        new = re.sub(r'<details class="earlier">.*?</details>', "", html, flags=re.DOTALL)
        folded += "<details" in html and "Hello! How are you" not in new
        if file.parent == folder and "2010" not in file.name:
            assert words(new)[:4] == ["Hi.", "I", "am", "fine."], file.name
        body = re.sub(r"(?s)<(style|title|script).*?</\1>|<!--.*?-->|<[^>]*>", " ", source)
        assert len(words(html)) >= len(body.split()) * 0.8, file.name
    # Outlook 2010's fixture has lost its styles, and with them the line.
    assert folded >= len(files) - 1


def test_beside_what_it_answers_a_long_quote_is_led_to() -> None:
    quote = '<blockquote class="gmail_quote">{}</blockquote>'
    short, long = (
        safe("<p>Yes.</p>" + quote.format("x" * 500)),
        safe(
            "<p>Yes.</p>"
            + quote.format("x " * 700 + quote.format("<p>deeper</p>"))
            + "<p>after</p>"
        ),
    )
    assert led_to(short, "/c/a/m/1@x", "Earlier") == short
    led = led_to(long, "/c/a/m/1@x", "Earlier")
    assert led == ('<p>Yes.</p><p class="earlier"><a href="/c/a/m/1@x">Earlier</a></p><p>after</p>')
    # What is all that a mail says stands open, and stays.
    alone = safe(quote.format("y " * 700))
    assert led_to(alone, "/c/a/m/1@x", "Earlier") == alone
    assert led_to("</details>" + long + "<details>", "/", "Earlier").startswith("</details><p>Yes.")
