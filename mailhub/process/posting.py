"""A mail that wants to become a post, or to be filed in the library."""

from __future__ import annotations

from dataclasses import asdict, replace

from mailhub import forum, holds, library, outbox, policy, words
from mailhub.addresses import Purpose, Token
from mailhub.compose import private
from mailhub.compose.origin import Paper
from mailhub.letter import Letter
from mailhub.library import Filed
from mailhub.models import Community
from mailhub.outbox import ForMembers
from mailhub.policy import Action, Verdict
from mailhub.process import answering, judging, moderating
from mailhub.process.work import POSTED, Mail, Work
from mailhub.search import Entry


def post(
    work: Work,
    mail: Mail,
    community: Community,
    recipient: str,
    token: Token | None,
    begins: str = "",
) -> tuple[str, int | None]:
    """File a mail as a post and queue it for the members; (what became of it, the post). `begins` names the
    tool of which it begins a thread; what belongs to such a thread goes to those who asked for it."""
    mail = for_others(work, mail)
    community = community if begins else work.place(community, mail.letter, token)
    stopped = stopped_by(work, mail, community, recipient, token)
    if stopped:
        return stopped, None
    letter, subject = mail.letter, _edited(work, mail, community)
    if subject:
        letter = replace(letter, subject=subject)
    if not (letter.text.strip() or letter.html.strip() or letter.attachments):
        if mail.author is not None:  # nobody else is sent their own subject
            mark = str(mail.inbound.id)
            answering.hint(work, mail, community, "empty", mark=mark, subject=letter.subject)
        return "empty", None
    filed = forum.file(
        work.session,
        community,
        letter,
        inbound_id=mail.inbound.id,
        received_at=mail.inbound.received_at,
        author_id=mail.author.id if mail.author else None,
        answered_id=token.object if token else None,
        begins=begins,
    )
    if not filed.is_new:
        return "again", filed.post_id
    work.bodies.append((filed.post_id, letter))
    _queue(work, mail, community, filed, letter, subject)
    return POSTED, filed.post_id


def _queue(
    work: Work, mail: Mail, community: Community, filed: forum.Filed, letter: Letter, subject: str
) -> None:
    """Queue a new post for the search and for the members, with its papers; `subject` is what a facilitator
    gave it, else empty."""
    work.entries.append(
        Entry(
            "post",
            filed.post_id,
            community.id,
            title=letter.subject,
            words=forum.searchable(letter),
            at=mail.inbound.received_at,
        )
    )
    papers = _papers(work, mail, community, filed.post_id)
    work.posts.append(
        ForMembers(
            community.id,
            filed.post_id,
            filed.message_id,
            key=outbox.mail_key(filed.claimed_id, filed.content_hash),
            author_id=mail.author.id if mail.author else None,
            papers=[_linked(paper) for paper in papers],
            author_from=mail.manner.author_from,
            results=mail.manner.results,
            chain_holds=mail.manner.chain_holds,
            subject=subject,
            people=_takers(work, filed.post_id, filed.tool),
        )
    )


def _papers(work: Work, mail: Mail, community: Community, post_id: int) -> list[Filed]:
    """The papers that a post brought, filed in the library."""
    if not mail.prepared:
        return []
    papers = library.file(
        work.session,
        mail.prepared,
        community=community,
        post_id=post_id,
        person=mail.author,
        now=mail.inbound.received_at,
    )
    work.versions += [paper.version_id for paper in papers if paper.is_new]
    return papers


def _takers(work: Work, post_id: int, name: str) -> frozenset[int] | None:
    """Who asked for a post of a tool's thread; None for a discussion, which everybody gets."""
    if not name:
        return None
    tool = next((one for one in work.tools.of_communities if one.name == name), None)
    return frozenset(tool.takers(work.session, post_id) if tool and tool.takers else ())


def react(work: Work, mail: Mail, community: Community, token: Token | None) -> int | None:
    """Count a member's reaction on the post that it is to; that post."""
    if work.membership(community, mail.author) is None or mail.author is None:
        return None
    answered_id = token.object if token and token.purpose == Purpose.REPLY else None
    return forum.react(
        work.session, community.id, mail.letter, mail.author.id, answered_id, work.now
    )


def file(work: Work, mail: Mail, community: Community, recipient: str) -> str:
    """File a mail's attachments in the library and mail nobody; what became of it."""
    mail = for_others(work, mail)
    stopped = stopped_by(work, mail, community, recipient)
    if stopped:
        return stopped
    papers = library.take(
        work.session,
        mail.prepared,
        mail.letter,
        community=community,
        person=mail.author,
        now=mail.inbound.received_at,
    )
    work.versions += [paper.version_id for paper in papers if paper.is_new]
    if not papers:
        mark = str(mail.inbound.id)
        answering.hint(
            work, mail, community, "library-nothing", mark=mark, subject=mail.letter.subject
        )
        return "nothing-to-file"
    was_held = (mail.inbound.id, community.id) in work.holds
    if not was_held:  # else its author is told that it was let through
        answering.receipt(work, mail, community, "library-filed", papers=papers)
    return "filed"


def for_others(work: Work, mail: Mail) -> Mail:
    """The mail without what is told to nobody else, so that nothing of it is kept or shown."""
    letter = private.letter(mail.letter, work.tools.site)
    return mail if letter is mail.letter else replace(mail, letter=letter)


def stopped_by(
    work: Work, mail: Mail, community: Community, recipient: str, token: Token | None = None
) -> str:
    """What stops this mail from being filed here, as its outcome; "" where nothing does."""
    held = work.holds.get((mail.inbound.id, community.id))
    if held is not None:
        if held.state == "waiting":
            holds.also_at(held, recipient)
        state = "waiting" if held.acts_at is not None else held.state
        return {"waiting": "held", "approved": ""}.get(state, state)
    verdict = judging.judge(work, mail, community, token)
    _tell_author(work, mail, community, verdict)
    if verdict.action == Action.HOLD:
        held = work.holds[mail.inbound.id, community.id] = holds.hold(
            work.session,
            mail.inbound,
            community,
            recipient,
            mail.letter,
            verdict.reason,
            work.now,
            proof=mail.proof.word,
        )
        moderating.held(work, mail, community, held)
        return "held"
    return f"refused: {verdict.reason}" if verdict.action == Action.REFUSE else ""


def _tell_author(work: Work, mail: Mail, community: Community, verdict: Verdict) -> None:
    """Tell the author what the rules said, where their rule has words for that."""
    if verdict.action != Action.REFUSE:
        return
    template = policy.rule_of(verdict.reason).template
    if template == "stranger":
        answering.hint(work, mail, community, template, joining=community.joining)
    elif template:
        why = words.table("refused")[verdict.reason]
        answering.hint(
            work,
            mail,
            community,
            template,
            mark=verdict.reason,
            why=why,
            subject=mail.letter.subject,
        )


def _edited(work: Work, mail: Mail, community: Community) -> str:
    """The subject that whoever approved a held mail gave it; "" where it keeps its own."""
    held = work.holds.get((mail.inbound.id, community.id))
    return held.argument if held is not None and held.verb == "edit" else ""


def _linked(filed: Filed) -> dict[str, object]:
    """What compose must know of a document to put a link in a large attachment's place."""
    return asdict(Paper(filed.document_id, filed.filename, filed.size, filed.sha256))
