"""Mail that answers a post which was moved to another community: it is filed where the post is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from mailhub.addresses import Purpose, Token
from mailhub.letter import Letter
from mailhub.models import Community, Moved, Post

MOST_NAMED = 10  # ancestors of a mail, the nearest, that are looked up
_MOVED = (
    select(Moved.community_id, Moved.message_id, Moved.post_id, Post.community_id)
    .join(Post, Post.id == Moved.post_id)
    .where(
        Moved.community_id.in_(bindparam("communities", expanding=True)),
        Moved.message_id.in_(bindparam("ids", expanding=True)),
    )
)
_MOVED_POSTS = (
    select(Moved.community_id, Moved.post_id, Post.community_id)
    .join(Post, Post.id == Moved.post_id)
    .where(
        Moved.community_id.in_(bindparam("communities", expanding=True)),
        Moved.post_id.in_(bindparam("posts", expanding=True)),
    )
)


@dataclass(slots=True)
class Ways:
    """Where posts of a community have gone: by the Message-ID or the number by which they are known there."""

    of_id: dict[tuple[int, str], int] = field(default_factory=dict)
    of_post: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def places(self) -> set[int]:
        """The communities to which they have gone."""
        return {*self.of_id.values(), *self.of_post.values()}

    def of(self, community: Community, letter: Letter, token: Token | None) -> int:
        """The community where a mail to this one belongs; its own where nothing that it answers was
        moved."""
        if token is not None and token.purpose == Purpose.REPLY:
            return self.of_post.get((community.id, token.object), community.id)
        for named in answered(letter):
            found = self.of_id.get((community.id, named))
            if found is not None:
                return found
        return community.id


def answered(letter: Letter) -> Sequence[str]:
    """The nearest ancestors that a letter names."""
    ids = (*letter.in_reply_to, *reversed(letter.references))
    return tuple(dict.fromkeys(ids))[:MOST_NAMED]


def ways(
    session: Session,
    communities: Sequence[Community],
    letters: Sequence[Letter],
    tokens: Sequence[Token],
) -> Ways:
    """Where what these letters answer has gone; nothing is asked where these communities never moved a
    post."""
    found = Ways()
    ids = [community.id for community in communities if community.arranged]
    if not ids:
        return found
    named = {one for letter in letters for one in answered(letter)}
    if named:
        for home, message_id, _, place in session.execute(
            _MOVED, {"communities": ids, "ids": list(named)}
        ):
            found.of_id[home, message_id] = place
    posts = {token.object for token in tokens if token.purpose == Purpose.REPLY}
    if posts:
        for home, post_id, place in session.execute(
            _MOVED_POSTS, {"communities": ids, "posts": list(posts)}
        ):
            found.of_post[home, post_id] = place
    return found
