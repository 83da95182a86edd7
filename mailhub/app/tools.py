"""The tools of a community, in the order in which they are asked. A new tool is its folder and one line
here."""

from __future__ import annotations

from mailhub import blog, events, feeds
from mailhub.tool import Tool

TOOLS: tuple[Tool, ...] = (events.TOOL, blog.TOOL, feeds.TOOL)
