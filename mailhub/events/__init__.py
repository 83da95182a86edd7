"""Events of a community: announced by mail, answered by mail, kept in everybody's calendar.

A letter to `+events` is read (`proposing`), becomes an event (`filing`), and goes to the members
(`announcing`) as an invitation (`calendar`). Answers come by calendar or in words (`letters`, `attending`);
changes (`changing`) go to those whom they concern. It never says what a calendar's owner did not: each
invitation names its reader alone.
"""

from __future__ import annotations

from mailhub.addresses import Purpose
from mailhub.events import (
    asking,
    changing,
    filing,
    letters,
    merging,
    news,
    own_data,
    proposing,
    reminding,
)
from mailhub.news import Door
from mailhub.tool import Tool, ToolTimer

TOOL = Tool(
    name="events",
    verb="events",
    purpose=Purpose.EVENT,
    prepare=proposing.propose,
    letter=letters.take,
    answer=letters.answer,
    calendar=letters.by_calendar,
    commands=asking.at_settings,
    confirmed=changing.CONFIRMED,
    timers=(ToolTimer("event-reminders", reminding.run, seconds=300),),
    my_data=own_data.my_data,
    forget=own_data.forget,
    merged=merging.merged,
    news=(Door(filing.KIND, news.digest, news.whole),),
)
