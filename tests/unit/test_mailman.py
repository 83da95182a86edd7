"""A list of Mailman becomes a community, from what its operator can print of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailhub.archives import mailman
from tests.shell import Shell

# As `config_list -o` of Mailman 2.1 writes it, in Python 2.
CONFIG = r'''# -*- python -*-
# -*- coding: utf-8 -*-
## "policy" mailing list configuration settings
## captured on Sun Nov 22 09:00:00 2026

# The public name of this list (make case-changes only).
real_name = 'Policy'
owner = ['fay@bath.example', 'ann@york.example']
moderator = ['tom@cardiff.example']
description = 'Gr\xc3\xbc\xc3\x9fe from Policy and Performance'
subject_prefix = '[Policy] '
reply_goes_to_list = 1
administrivia = True
max_message_size = 40
max_num_recipients = 0
subscribe_policy = 3
advertised = True
archive_private = 1
generic_nonmember_action = 3
accept_these_nonmembers = ['press@leeds.example', '^.*@council\\.example$']
ban_list = ['spam@bulk.example', 'jane@leeds.example', '^.*@bulk\\.example$']
welcome_msg = """Dear all,
be kind."""
topics = [('bins', 'bins.*', 'About bins', False)]
mlist = __import__('os').system('touch /tmp/owned')
new_member_options = 256 + 2
'''
MEMBERS = 'Jane Doe <Jane@Leeds.example>\ntom@cardiff.example\n"Doe, Sue" <sue@hull.example>\n'
CONFIG_3 = {
    "display_name": "Policy",
    "description": "Policy and Performance",
    "advertised": True,
    "archive_policy": "public",
    "subscription_policy": "confirm",
    "default_nonmember_action": "hold",
    "reply_goes_to_list": "no_munging",
    "max_message_size": 0,
    "administrivia": False,
}


def test_a_list_of_mailman_2(tmp_path: Path) -> None:
    files = {"config": CONFIG, "members": MEMBERS, "digest": "sue@hull.example\n"}
    words: list[str | Path] = []
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="latin-1")
        words += [f"--{name}", tmp_path / name]
    hub = Shell(tmp_path / "var")
    done = hub.told("import", "mailman", "policy", *words)
    assert done["settings"] == {
        "name": "Policy",
        "description": "Grüße from Policy and Performance",
        "welcome": "Dear all,\nbe kind.",
        "visibility": "closed",
        "joining": "approval",
        "strangers": "refuse",
        "replies": "community",
        "administrative": "hold",
        "max_kilobytes": "40",
        "max_recipients": "1000",
    }
    assert (done["founded"], done["added"], done["standings"]) == (True, 5, 2)
    assert not Path("/tmp/owned").exists()
    listed = hub.told("member", "list", "policy")
    assert [(one["address"], one["name"], one["role"], one["delivery"]) for one in listed] == [
        ("ann@york.example", "", "organiser", "none"),
        ("fay@bath.example", "", "organiser", "none"),
        ("jane@leeds.example", "Jane Doe", "contributor", "each"),
        ("sue@hull.example", "Doe, Sue", "contributor", "daily"),
        ("tom@cardiff.example", "", "facilitator", "each"),
    ]
    assert hub.told("queue", "status")["deliveries_waiting"] == 0

    # Again, with somebody new, and what has been set here since: only they come.
    hub.told("community", "set", "policy", "visibility=open")
    hub.run("member", "set", "policy", "jane@leeds.example", "delivery=weekly")
    (tmp_path / "members").write_text(MEMBERS + "new@bath.example\n")
    again = hub.told("import", "mailman", "policy", *words)
    assert (again["founded"], again["settings"], again["standings"]) == (False, {}, 0)
    assert (again["added"], again["present"]) == (1, 5)
    assert hub.told("community", "show", "policy")["visibility"] == "open"
    kept = {one["address"]: one["delivery"] for one in hub.told("member", "list", "policy")}
    assert (kept["jane@leeds.example"], kept["new@bath.example"]) == ("weekly", "each")


def test_a_list_of_mailman_3() -> None:
    octets = json.dumps(CONFIG_3).encode()
    assert mailman.settings(mailman.config(octets, "config.json")) == {
        "name": "Policy",
        "description": "Policy and Performance",
        "visibility": "open",
        "joining": "open",
        "strangers": "hold",
        "replies": "author",
        "administrative": "accept",
        "max_kilobytes": "0",
    }


@pytest.mark.parametrize(
    ("said", "visibility"),
    [
        ({"advertised": False, "archive_policy": "public"}, "secret"),
        ({"advertised": True, "archive_policy": "never"}, "closed"),
        ({"advertised": True, "archive_policy": "private"}, "closed"),
        ({"advertised": 1, "archive_private": 0}, "open"),
        ({"advertised": 1, "archive_private": 0, "archive": 0}, "closed"),
        ({}, "closed"),
    ],
    ids=str,
)
def test_no_list_is_opened_further_than_it_was(said: mailman.Config, visibility: str) -> None:
    assert mailman.settings(said)["visibility"] == visibility


@pytest.mark.parametrize(
    "octets", [b"", b"{", b"[1]", b"\xff\xfe", b"x = (" * 3000, b"a = 1\n", b"From jane"]
)
def test_what_are_no_settings_is_refused_in_a_line(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "config").write_bytes(octets)
    hub = Shell(tmp_path / "var")
    assert "no settings of a Mailman list" in hub.refused(
        "import", "mailman", "policy", "--config", tmp_path / "config"
    )


def test_a_line_without_an_address_stops_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG, encoding="latin-1")
    (tmp_path / "members").write_text("jane@leeds.example\nNobody\n")
    hub = Shell(tmp_path / "var")
    given = ("--config", tmp_path / "config", "--members", tmp_path / "members")
    assert "members, 2" in hub.refused("import", "mailman", "policy", *given)
    assert "no such community" in hub.refused("community", "show", "policy")
    assert "no such community" in hub.refused("import", "mailman", "policy")
