"""The rules, from top to bottom: why a mail is held or refused, and that nothing else is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mailhub import policy, reading, words
from mailhub.addresses import Tokens
from mailhub.models import Community, Membership, Person
from mailhub.policy import BANNED, MODERATED, RULES, TRUSTED, Action, Case, Verdict
from mailhub.site import Site

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
FROM = "From: Jane Doe <jane@leeds.example>"
TO = "To: policy@lists.example.org"
RAW = f"{FROM}\n{TO}\nSubject: Bins\nMessage-ID: <1@leeds.example>\n\nWhen?\n"
DEFAULTS: dict[str, Any] = {
    "strangers": "hold",
    "forged": "hold",
    "spam": "hold",
    "first_posts": 0,
    "closed_threads": "hold",
    "max_kilobytes": 0,
    "max_recipients": 3,
    "implicit": "accept",
    "administrative": "hold",
    "posts_per_hour": 0,
    "crossposts": "accept",
}


def case(
    raw: str = RAW,
    *,
    member: dict[str, Any] | None = None,
    is_member: bool = True,
    settings: dict[str, Any] | None = None,
    **found: Any,
) -> Case:
    """A mail to a community with these settings by a member (or by nobody's)."""
    jane = Person(name="Jane Doe", created_at=NOW)
    has = {"role": "contributor", "posting": "free", **(member or {})}
    return Case(
        letter=reading.read(raw.replace("\n", "\r\n").encode()),
        community=Community(
            slug="policy", name="P", created_at=NOW, **{**DEFAULTS, **(settings or {})}
        ),
        author=jane if is_member else None,
        membership=Membership(since=NOW, **has) if is_member else None,
        site=Site("lists.example.org", "https://hub.example.org", Tokens(b"x")),
        **found,
    )


@dataclass(frozen=True)
class Line:
    """One rule: a mail that it stops, as it does by default or with a setting, and what lets the same
    mail pass."""

    reason: str
    action: Action = Action.HOLD
    header: str = ""  # in front of the mail
    raw: str = RAW
    how: dict[str, Any] = field(default_factory=dict)
    passes: dict[str, Any] | None = None


HOLD, REFUSE = Action.HOLD, Action.REFUSE
FIRST = {"first_posts": 2}
ONE_KILOBYTE = {"max_kilobytes": 1}
TABLE = [
    Line("unreadable", header="X-Long: " + "x" * 70_000),
    Line("unclear-author", header="From: Tom <tom@x.example>"),
    Line("unclear-author", raw=RAW.replace(f"{FROM}\n", "")),
    Line("own-address", raw=RAW.replace("jane@leeds.example>", "policy@Lists.Example.Org>")),
    Line("from-a-list", header="List-Id: <other.lists.example.com>"),
    Line("banned", REFUSE, how={"standing": BANNED}),
    Line("forged", how={"fails_policy": True}),
    Line("forged", REFUSE, how={"fails_policy": True, "settings": {"forged": "refuse"}}),
    Line("marked-as-spam", header="X-Spam-Flag: YES", passes={"settings": {"spam": "accept"}}),
    Line("read-only", REFUSE, how={"member": {"posting": "none"}}),
    Line("stranger", how={"is_member": False}, passes={"standing": TRUSTED}),
    Line("stranger", REFUSE, how={"is_member": False, "settings": {"strangers": "refuse"}}),
    Line("moderated", how={"member": {"posting": "moderated"}}),
    Line("moderated", how={"standing": MODERATED}),
    Line("moderated", how={"is_member": False, "standing": MODERATED}),
    Line("first-post", how={"posts": 1, "settings": FIRST}, passes={"posts": 2}),
    Line("first-post", how={"settings": FIRST}, passes={"standing": TRUSTED}),
    Line("first-post", how={"settings": FIRST}, passes={"member": {"role": "facilitator"}}),
    Line("closed-thread", how={"answers_closed": True}, passes={"member": {"role": "organiser"}}),
    Line(
        "closed-thread",
        REFUSE,
        how={"answers_closed": True, "settings": {"closed_threads": "refuse"}},
    ),
    Line("too-large", how={"size": 1025, "settings": ONE_KILOBYTE}, passes={"size": 1024}),
    Line("many-recipients", header="Cc: a@x.example, b@x.example, c@x.example"),
    Line(
        "implicit",
        raw=RAW.replace(TO, "To: undisclosed-recipients:;"),
        how={"settings": {"implicit": "hold"}},
        passes={"settings": {"implicit": "accept"}},
    ),
    Line("suspicious-file", how={"suspicions": ("executable",)}),
    Line("administrative", how={"reads_like_a_command": True}),
    Line(
        "too-many-posts",
        how={"posts_this_hour": 5, "settings": {"posts_per_hour": 5}},
        passes={"posts_this_hour": 4},
    ),
    Line(
        "held-elsewhere",
        how={"held_elsewhere": True, "settings": {"crossposts": "hold"}},
        passes={"settings": {"crossposts": "accept"}},
    ),
]


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line.reason}-{line.action}")
def test_what_each_rule_stops(line: Line) -> None:
    raw = f"{line.header}\n{line.raw}" if line.header else line.raw
    assert policy.decide(case(raw, **line.how)) == Verdict(line.action, line.reason)
    if line.passes is not None:
        assert policy.decide(case(raw, **{**line.how, **line.passes})) == Verdict(Action.ACCEPT)


def test_the_table_has_every_rule_in_its_order() -> None:
    assert list(dict.fromkeys(line.reason for line in TABLE)) == [rule.reason for rule in RULES]


def test_a_members_mail_is_accepted() -> None:
    assert policy.decide(case()) == Verdict(Action.ACCEPT)


def test_the_first_rule_decides() -> None:
    raw = f"List-Id: <other.lists.example.com>\n{RAW}"
    assert policy.decide(case(raw, is_member=False)) == Verdict(HOLD, "from-a-list")


def test_every_setting_of_a_rule_is_one_of_a_community() -> None:
    for rule in RULES:
        assert not rule.setting or hasattr(Community, rule.setting), rule.reason


def test_whom_nobody_is_told_of_is_refused_in_silence_only_where_the_author_is_in_doubt() -> None:
    silent = {
        line.reason
        for line in TABLE
        if line.action == REFUSE and not policy.rule_of(line.reason).template
    }
    assert silent == {"banned", "forged"}
    for line in TABLE:
        template = policy.rule_of(line.reason).template
        assert template != "not-posted" or line.reason in words.table("refused")


@pytest.mark.parametrize(
    "to",
    [
        "Policy <POLICY@lists.example.org>",
        "x@y.example, policy-docs@lists.example.org",
        "policy+docs@lists.example.org",
    ],
)
def test_the_community_is_named_by_any_of_its_addresses(to: str) -> None:
    mail = case(RAW.replace(TO, f"To: {to}"), settings={"implicit": "hold"})
    assert policy.decide(mail) == Verdict(Action.ACCEPT)
    assert policy.decide(
        replace(mail, letter=case(f"Cc: {to}\n{RAW.replace(TO, 'To: a@b.example')}").letter)
    ) == Verdict(Action.ACCEPT)


def test_another_community_is_not_this_one() -> None:
    mail = case(RAW.replace("policy@", "policy2@"), settings={"implicit": "hold"})
    assert policy.decide(mail) == Verdict(HOLD, "implicit")


@pytest.mark.parametrize(
    "line",
    [
        "X-Spam-Flag: YES",
        "X-Spam-Status: Yes, score=12.1 required=5.0 tests=BAYES_99",
        "x-spam: Yes",
        "X-Spamd-Result: default: True [15.20 / 15.00];\n\tBAYES_SPAM(5.10)[99.99%]",
        "X-Rspamd-Action: add header",
        "X-Rspamd-Action: rewrite subject",
        "X-Barracuda-Spam-Flag: YES",
        "X-MS-Exchange-Organization-SCL: 6",
        "X-Forefront-Antispam-Report: CIP:203.0.113.9;CTRY:GB;LANG:en;SCL:5;SFV:SPM;H:x",
        "X-Bogosity: Spam, tests=bogofilter, spamicity=0.99",
        "X-DSPAM-Result: Spam",
    ],
)
def test_what_a_spam_filter_in_front_has_marked(line: str) -> None:
    assert policy.decide(case(f"{line}\n{RAW}")) == Verdict(HOLD, "marked-as-spam")


@pytest.mark.parametrize(
    "line",
    [
        "X-Spam-Flag: NO",
        "X-Spam-Status: No, score=-1.9 required=5.0 tests=YES_WORD",
        "X-Spam-Level: *****",
        "X-Spamd-Result: default: False [5.20 / 15.00]; TRUE_THING(1)",
        "X-Rspamd-Action: no action",
        "X-Rspamd-Action: greylist",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-MS-Exchange-Organization-SCL: 1",
        "X-Forefront-Antispam-Report: CIP:203.0.113.9;SCL:1;SFV:NSPM;H:x",
        "X-Proofpoint-Spam-Details: rule=notspam policy=default score=0",
        "X-Spam: Not detected",
    ],
)
def test_what_a_spam_filter_let_pass(line: str) -> None:
    assert policy.decide(case(f"{line}\n{RAW}")) == Verdict(Action.ACCEPT)
