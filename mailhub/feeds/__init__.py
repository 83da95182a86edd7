"""News feeds that a community follows, and their headlines.

Facilitators follow and drop feeds by mail (`letters`, `following`). A timer looks at what is due (`rounds`):
each source is fetched politely (`fetching`, `robots`), from no machine inside our network (`reach`), read in a
child process (`mailhub.syndication`), and what is new in it is kept once (`filing`). When it is looked at
next, and whom its troubles are told, says `checking`.
"""

from __future__ import annotations

from mailhub.feeds import following, letters, news, rounds
from mailhub.feeds.rounds import Rounds
from mailhub.news import Door
from mailhub.tool import Tool, ToolTimer

__all__ = ["TOOL", "Rounds"]

TOOL = Tool(
    name=letters.NAME,
    verb="feeds",
    letter=letters.take,
    commands=letters.commands,
    confirmed={letters.KIND: letters.confirmed},
    news=(Door(following.KIND, news.digest, news.whole),),
    my_data=following.my_data,
    forget=following.forget,
    merged=following.merged,
    timers=(ToolTimer(following.TIMER, rounds.timer, 60),),
)
