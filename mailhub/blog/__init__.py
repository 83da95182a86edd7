"""Blogs of a community's members: a mail to `+blog` is an entry of its author.

An entry is a post that begins a thread of the blog's own; comments are answers to it, threaded as any. It is
mailed to those who follow its author alone (`following`), a comment to the entry's author too and to who
commented before; everybody else finds it in digests (`news`). Whatever the hub does with posts, it does with
these: rules and holds, pictures and papers, search, removal, retention, forgetting.
"""

from __future__ import annotations

from mailhub.blog import following, letters, news
from mailhub.news import Door
from mailhub.tool import Tool

TOOL = Tool(
    name=following.NAME,
    verb="blog",
    posts=True,
    asks=letters.asks,
    takers=following.takers,
    posted=letters.posted,
    commands=letters.commands,
    confirmed={letters.KIND: letters.confirmed},
    news=(Door(news.KIND, news.digest, news.whole),),
    my_data=following.my_data,
    forget=following.forget,
    merged=following.merged,
)
