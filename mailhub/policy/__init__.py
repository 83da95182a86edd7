"""What happens to a mail that wants to become a post: an ordered tuple of rules, read from top to
bottom; the first that has an opinion decides, and where none has, the mail is accepted.

A rule is a function of a Case, beside the name of its reason (its words stand in templates/words/, under
`reasons`), the setting of a community that changes it, and the template by which the author is told at once.
It asks nothing of the database: what it looks at was looked up for a whole group of mails. What robots
write never comes here: `process` has discarded it.
"""

from mailhub.policy.case import BANNED, MODERATED, TRUSTED, Action, Case, Verdict
from mailhub.policy.rules import RULES, Rule, decide, rule_of

__all__ = [
    "BANNED",
    "MODERATED",
    "RULES",
    "TRUSTED",
    "Action",
    "Case",
    "Rule",
    "Verdict",
    "decide",
    "rule_of",
]
