"""Mail for the tools of a community (`mailhub.tool`): to their addresses, to their tokens, from calendars.

What comes to a tool's address is judged by the community's rules as a post is, and held with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mailhub import addresses, commands, forum
from mailhub.addresses import Purpose, Token
from mailhub.commands import Asked
from mailhub.letter import Letter
from mailhub.models import Community
from mailhub.notes import Desk
from mailhub.process import answering, posting
from mailhub.process.once import is_first
from mailhub.process.work import POSTED, Mail, Tools, Work
from mailhub.tool import Came, Tool


def prepared(
    tools: Tools, letter: Letter, recipients: Sequence[str], now: datetime
) -> dict[str, Any]:
    """What the tools to whose addresses a mail goes make of it, by their names; for most mail nothing."""
    found: dict[str, Any] = {}
    for recipient in recipients:
        for destination in addresses.destinations(recipient, tools.site.domain, tools.site.tokens):
            tool = tools.tool(destination)
            if tool is not None and tool.prepare is not None and tool.name not in found:
                found[tool.name] = tool.prepare(letter, now, tools.site)
    if letter.calendar is not None:
        for tool in tools.of_communities:
            if tool.calendar is not None and tool.prepare is not None and tool.name not in found:
                found[tool.name] = tool.prepare(letter, now, tools.site)
    return found


def letter(work: Work, mail: Mail, community: Community, tool: Tool, recipient: str) -> str:
    """A mail to a tool's own address; what became of it."""
    if tool.asks and tool.asks(mail.letter):
        return words(work, mail, community, tool, None, recipient)[0]
    if tool.letter is None:
        return "unknown-address"
    mail = posting.for_others(work, mail)
    stopped = posting.stopped_by(work, mail, community, recipient)
    if stopped:
        return stopped
    came = _came(work, mail, community, tool, None)
    if came is None:
        return "not-answered"
    if not is_first(work, mail, recipient):
        return answering.AGAIN
    return answering.say(work, mail, tool.letter(came))


def post(
    work: Work, mail: Mail, community: Community, tool: Tool, recipient: str
) -> tuple[str, int | None]:
    """A mail to the address of a tool that keeps posts: words for it, one that goes on with a thread of its
    own, or one that begins one; (what became of it, the post)."""
    if tool.asks and tool.asks(mail.letter):
        return words(work, mail, community, tool, None, recipient)
    goes_on = forum.tool_answered(work.session, community, mail.letter) == tool.name
    begins = "" if goes_on else tool.name
    what, post_id = posting.post(work, mail, community, recipient, None, begins)
    if begins and what == POSTED and post_id is not None and tool.posted:
        came = _came(work, mail, community, tool, None)
        if came is not None:
            answering.say(work, mail, tool.posted(came, post_id))
    return what, post_id


def of_answered(work: Work, mail: Mail, community: Community, token: Token | None) -> Tool | None:
    """The tool for which a mail to the list, or to a post's address, has words, since it answers a post of
    one of its threads."""
    asking = [one for one in work.tools.of_communities if one.asks and one.asks(mail.letter)]
    if not asking:
        return None
    answered = token.object if token is not None and token.purpose == Purpose.REPLY else None
    name = forum.tool_answered(work.session, community, mail.letter, answered)
    return next((one for one in asking if one.name == name), None)


def words(
    work: Work,
    mail: Mail,
    community: Community,
    tool: Tool,
    token: Token | None,
    recipient: str,
) -> tuple[str, int | None]:
    """Words for a tool; what became of them, and no post."""
    asked = answering.asked_of(work, mail, community, tool.verb, token)
    if asked is None or tool.commands is None or not commands.may_know(asked):
        return "not-answered", None
    if not is_first(work, mail, recipient):
        return answering.AGAIN, None
    if asked.fails_policy:
        return answering.say(work, mail, commands.disowned(asked)), None
    told = tool.commands(asked)
    return answering.say(work, mail, told or commands.answer(asked)), None


def answer(
    work: Work, mail: Mail, community: Community, tool: Tool, token: Token, recipient: str
) -> str:
    """A mail to one of a tool's tokened addresses; what became of it."""
    came = _came(work, mail, community, tool, token)
    if came is None or tool.answer is None:
        return "not-answered"
    if not is_first(work, mail, recipient):
        return answering.AGAIN
    if came.asked.fails_policy:
        return answering.say(work, mail, commands.disowned(came.asked))
    return answering.say(work, mail, tool.answer(came, token))


def calendar(
    work: Work, mail: Mail, community: Community, token: Token | None, recipient: str
) -> str:
    """What a calendar program sent of its own accord; "" where no tool takes it."""
    taking = [tool for tool in work.tools.of_communities if tool.calendar is not None]
    if taking and not is_first(work, mail, recipient):
        return answering.AGAIN
    for tool in taking:
        came = _came(work, mail, community, tool, token)
        told = tool.calendar(came, token) if came and tool.calendar else None
        if told is not None:
            return answering.say(work, mail, told)
    return ""


def _came(
    work: Work, mail: Mail, community: Community, tool: Tool, token: Token | None
) -> Came | None:
    asked: Asked | None = answering.asked_of(work, mail, community, tool.verb, token)
    if asked is None:
        return None
    desk = Desk(work.tools.site, work.tools.templates)
    manner = mail.manner
    return Came(asked, desk, mail.by_tools.get(tool.name), manner.author_from, manner.results)
