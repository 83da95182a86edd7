"""What the rules are told of a mail."""

from __future__ import annotations

from collections.abc import Mapping

from mailhub import commands, forum, policy
from mailhub.addresses import Token
from mailhub.models import Community
from mailhub.policy import Action, Case, Verdict
from mailhub.process import answering
from mailhub.process.work import Mail, Work


def judge(work: Work, mail: Mail, community: Community, token: Token | None) -> Verdict:
    """What the rules say of a mail that would be posted, or filed, in a community."""
    return policy.decide(_case(work, mail, community, token, elsewhere=True))


def _case(
    work: Work, mail: Mail, community: Community, token: Token | None, *, elsewhere: bool
) -> Case:
    letter, author = mail.letter, mail.author
    key = (community.id, author.id if author else 0)
    now_posted = sum(
        (post.community_id, post.author_id) == key for post in work.posts if author is not None
    )
    return Case(
        letter=letter,
        community=community,
        author=author,
        membership=work.membership(community, author),
        site=work.tools.site,
        size=mail.inbound.size,
        standing=work.standing(community, letter),
        suspicions=mail.suspicions,
        fails_policy=mail.proof.fails_policy,
        posts=work.known.posts.get(key, 0) + now_posted,
        posts_this_hour=work.known.this_hour.get(key, 0) + now_posted,
        answers_closed=_answers_closed(work, mail, community, token),
        reads_like_a_command=(
            token is None
            and community.administrative == "hold"
            and commands.reads_like_one(answering.dated(mail))
        ),
        begins_entry=token is None and _is_for_blog(work, mail, community),
        held_elsewhere=(
            elsewhere
            and community.crossposts == "hold"
            and any(
                _is_held(work, mail, other) for other in _others(work, mail, community).values()
            )
        ),
    )


def _answers_closed(work: Work, mail: Mail, community: Community, token: Token | None) -> bool:
    if community.id not in work.known.with_closed:
        return False
    return forum.goes_on_closed(
        work.session,
        community,
        mail.letter,
        mail.inbound.received_at,
        answered_id=token.object if token else None,
    )


def _is_for_blog(work: Work, mail: Mail, community: Community) -> bool:
    """Whether a mail came to the blog of a community."""
    found = (work.destination(recipient) for recipient in mail.inbound.recipients)
    return any(
        there is not None and there.id == community.id and destination.verb == "blog"
        for there, destination in filter(None, found)
    )


def _others(work: Work, mail: Mail, community: Community) -> Mapping[int, Community]:
    """The other communities to which a mail is addressed as a post."""
    found = (work.destination(recipient) for recipient in mail.inbound.recipients)
    return {
        there.id: there
        for there, destination in filter(None, found)
        if there is not None
        and there.id != community.id
        and destination.verb in ("", "docs", "blog")
    }


def _is_held(work: Work, mail: Mail, other: Community) -> bool:
    """Whether it waits there, or will: its turn at that address may come later."""
    held = work.holds.get((mail.inbound.id, other.id))
    if held is not None:
        return held.state == "waiting" or held.acts_at is not None
    return policy.decide(_case(work, mail, other, None, elsewhere=False)).action == Action.HOLD
