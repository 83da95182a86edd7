"""The key: made once, readable by its owner alone; what is no key is said in a line."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from mailhub.app.hub import WrongKey, dkim_key
from mailhub.settings import Settings, WrongSettings, read
from mailhub.signing import Key
from tests.servers.dns import Zones
from tests.shell import Ran, Shell

PLACE = "2026a._domainkey.lists.example.org"


def settings(folder: Path, selector: str = "2026a") -> Settings:
    return Settings(data_dir=folder, domain="lists.example.org", dkim_selector=selector)


def mailhub(folder: Path, *words: str, selector: str = "2026a") -> Ran:
    return Shell(folder, domain="lists.example.org", dkim_selector=selector).run(*words)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(dkim_key, [settings(tmp_path)] * 4))
    assert len({key.record for key in keys if key}) == 1
    (file,) = (tmp_path / "dkim").iterdir()
    assert file.name == "2026a.pem"
    assert file.stat().st_mode & 0o777 == 0o600


def test_another_selector_is_another_key_and_the_first_stays(tmp_path: Path) -> None:
    first, second = dkim_key(settings(tmp_path)), dkim_key(settings(tmp_path, "2027a"))
    again = dkim_key(settings(tmp_path))
    assert first
    assert second
    assert again
    assert first.record != second.record
    assert first.record == again.record
    assert second.name == "2027a._domainkey.lists.example.org"


def test_without_a_selector_there_is_no_key(tmp_path: Path) -> None:
    assert dkim_key(settings(tmp_path, "")) is None
    assert not list(tmp_path.iterdir())
    shown = mailhub(tmp_path, "dkim", "show", selector="")
    assert shown.returncode == 1
    assert shown.stderr == (
        "mailhub: MAILHUB_DKIM_SELECTOR is not set: the relay signs, and the hub has no key\n"
    )


def test_what_is_shown_can_be_published(tmp_path: Path) -> None:
    told = json.loads(mailhub(tmp_path, "dkim", "show", "--json").stdout)
    line = mailhub(tmp_path, "dkim", "show").stdout
    assert line.startswith(f"{PLACE}. IN TXT ( ")
    strings = re.findall('"([^"]*)"', line)
    assert "".join(strings) == told["value"]
    assert max(map(len, strings)) <= 255
    assert told["name"] == PLACE
    key = dkim_key(settings(tmp_path))
    assert key
    assert told["value"] == key.record
    with Zones({PLACE: {"TXT": [strings]}}) as zones:
        assert zones.names[PLACE] == {"TXT": [strings]}


def pem(private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, password: bytes = b"") -> bytes:
    hidden = serialization.BestAvailableEncryption(password) if password else None
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        hidden or serialization.NoEncryption(),
    )


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "is no private key in PEM without a password"),
        (b"\xff\0" * 500, "is no private key in PEM without a password"),
        (
            pem(rsa.generate_private_key(65537, 2048), b"secret"),
            "is no private key in PEM without a password",
        ),
        (pem(ed25519.Ed25519PrivateKey.generate()), "is no RSA key"),
    ],
)
def test_what_cannot_sign_is_said_in_a_line(tmp_path: Path, octets: bytes, why: str) -> None:
    file = tmp_path / "dkim" / "2026a.pem"
    file.parent.mkdir()
    file.write_bytes(octets)
    with pytest.raises(WrongKey) as raised:
        dkim_key(settings(tmp_path))
    assert str(raised.value) == f"{file}: {why}"
    assert file.read_bytes() == octets
    shown = mailhub(tmp_path, "dkim", "show")
    assert (shown.returncode, shown.stderr) == (1, f"mailhub: {file}: {why}\n")


def test_the_hub_does_not_start_with_a_key_that_cannot_sign(tmp_path: Path) -> None:
    (tmp_path / "dkim").mkdir()
    (tmp_path / "dkim" / "2026a.pem").write_bytes(b"nothing")
    served = mailhub(tmp_path, "serve", "--only", "worker,scheduler")
    assert served.returncode == 1
    assert served.stderr.splitlines()[-1].endswith(
        "2026a.pem: is no private key in PEM without a password"
    )


@pytest.mark.parametrize("selector", ["a b", "-a", "a..b", "../a", "a_b", "é", "a" * 64])
def test_a_selector_is_a_name_for_dns(selector: str) -> None:
    with pytest.raises(WrongSettings, match="MAILHUB_DKIM_SELECTOR: must be a name for DNS"):
        read({"MAILHUB_DKIM_SELECTOR": selector}, Path("none.toml"))


def test_a_key_says_nothing_of_itself(key: Key) -> None:
    assert "private" not in repr(key).lower()
