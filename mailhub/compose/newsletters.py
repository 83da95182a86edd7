"""A newsletter as its readers get it: one mail for all, above which each copy has a few lines of its own: whom
it is to, where an answer goes, and how to have no more."""

from __future__ import annotations

import quopri
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailhub.addresses import HUB, Purpose, Token
from mailhub.compose import headers
from mailhub.compose.shown import as_html
from mailhub.site import Site


@dataclass(frozen=True, slots=True)
class Newsletter:
    """What all copies share; a copy's own lines stand above it."""

    bulletin_id: int
    platform: str  # its name
    shared: bytes

    def copy(
        self, site: Site, membership_id: int | None, person_id: int | None, address: str
    ) -> tuple[bytes, bytes]:
        """(this reader's own lines, the rest)."""
        off = site.tokens.word(Token(Purpose.NEWSLETTERS_OFF, self.bulletin_id, person_id or 0))
        web, mail = off_url(site, off), f"{HUB}+{off}@{site.domain}"
        me = Token(Purpose.BULLETIN, self.bulletin_id, person_id or 0)
        answer_to = site.tokens.address(HUB, me, site.domain)
        lines = [
            headers.raw("To", headers.mailbox("", address)),
            headers.raw("Reply-To", headers.mailbox(self.platform, answer_to)),
            f"List-Unsubscribe: <{web}>,\r\n <mailto:{mail}?subject=unsubscribe>\r\n".encode(),
        ]
        if web.startswith("https://"):
            lines.append(headers.raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        return b"".join(lines), self.shared


def off_url(site: Site, word: str) -> str:
    """The page at which a token like `x-TOKEN` ends newsletters."""
    return f"{site.url}/u/{word.partition('-')[2]}"


def written(
    site: Site,
    *,
    platform: str,
    subject: str,
    body: str,
    language: str,
    now: datetime,
) -> tuple[str, bytes]:
    """(Message-ID, the mail but for what is each copy's own). Nothing in it is personal, so that whoever
    passes it on gives nothing away."""
    message_id = f"{secrets.token_hex(12)}@{site.domain}"
    boundary = f"=_{secrets.token_hex(16)}"
    fields = [
        headers.raw("From", headers.mailbox(platform, site.address(HUB))),
        headers.field("Subject", subject),
        headers.raw("Date", format_datetime(now)),
        headers.raw("Message-ID", f"<{message_id}>"),
        headers.list_id(platform, f"newsletter.{site.domain}"),
        headers.raw("List-Owner", f"<mailto:{site.address('postmaster')}>"),
        headers.raw("Precedence", "list"),
        headers.raw("Auto-Submitted", "auto-generated"),
        headers.raw("X-Auto-Response-Suppress", "All"),
        headers.raw("Content-Language", language),
        headers.raw("MIME-Version", "1.0"),
        headers.raw("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    parts = b"".join(
        f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
        + _quoted(text)
        + b"\r\n"
        for kind, text in (("plain", body), ("html", as_html(body, subject, language)))
    )
    return message_id, b"".join([*fields, b"\r\n", parts, f"--{boundary}--\r\n".encode()])


def _quoted(text: str) -> bytes:
    octets = quopri.encodestring(text.replace("\r\n", "\n").encode())
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
