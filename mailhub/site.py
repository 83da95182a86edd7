"""The site: its domain, its web address and its tokens; every address and link of ours is made here."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from mailhub.addresses import Purpose, Token, Tokens


@dataclass(frozen=True, slots=True)
class Site:
    """What all mail and all pages of one hub have in common."""

    domain: str
    url: str
    tokens: Tokens
    zone: str = "Europe/London"  # an IANA name: of whoever names no other

    def address(self, slug: str, verb: str = "") -> str:
        """`policy@D` or `policy+help@D`."""
        return f"{slug}+{verb}@{self.domain}" if verb else f"{slug}@{self.domain}"

    def reply_address(self, slug: str, post_id: int) -> str:
        """Where an answer to a post goes; the same in all copies."""
        return self.tokens.address(slug, Token(Purpose.REPLY, post_id), self.domain)

    def return_address(self, slug: str, delivery_id: int) -> str:
        """The envelope sender of one copy (VERP), so that a returned mail names its delivery."""
        return self.tokens.address(slug, Token(Purpose.RETURN, delivery_id), self.domain)

    def unsubscribe(self, slug: str, membership_id: int, person_id: int) -> tuple[str, str]:
        """(web address, mail address) of one member's List-Unsubscribe."""
        token = self.tokens.sign(Token(Purpose.UNSUBSCRIBE, membership_id, person_id))
        return f"{self.url}/u/{token}", f"{slug}+u-{token}@{self.domain}"

    def hold_url(self, token: Token) -> str:
        """The page of held mail that a notice links to."""
        return f"{self.url}/hold/{self.tokens.sign(token)}"

    def signin_url(self, secret: str) -> str:
        """The page at which whoever has this link signs in."""
        return f"{self.url}/signin/{secret}"

    def community_url(self, slug: str) -> str:
        """A community's front page."""
        return f"{self.url}/c/{slug}/"

    def post_url(self, slug: str, message_id: str) -> str:
        """A post's lasting address."""
        return f"{self.url}/c/{slug}/m/{quote(message_id, safe='@')}"

    def thread_url(self, slug: str, thread_id: int) -> str:
        """A discussion's page."""
        return f"{self.url}/c/{slug}/threads/{thread_id}"

    def event_url(self, slug: str, event_id: int) -> str:
        """An event's page."""
        return f"{self.url}/c/{slug}/events/{event_id}"

    def feed_url(self, token: str) -> str:
        """The secret calendar of a person."""
        return f"{self.url}/calendar/{token}.ics"

    def entry_url(self, slug: str, thread_id: int) -> str:
        """A blog entry's page."""
        return f"{self.url}/c/{slug}/blog/{thread_id}"

    def headlines_url(self, slug: str) -> str:
        """The page of a community's headlines."""
        return f"{self.url}/c/{slug}/headlines/"

    def document_url(self, slug: str, document_id: int) -> str:
        """A document's page in the library."""
        return f"{self.url}/c/{slug}/library/{document_id}"
