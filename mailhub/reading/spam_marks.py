"""What a spam filter in front has written into a header: SpamAssassin, rspamd, Exchange and their like.

Anybody can write such a line, so it is only read where it speaks against its mail: who marks their own
mail as spam has it looked at.
"""

from __future__ import annotations

import re

from mailhub.reading.headers import Fields

# A field, and the values by which it says that this is spam.
_MARKS = (
    ("x-spam-flag", r"yes|true"),  # SpamAssassin
    ("x-spam-status", r"yes|spam"),
    ("x-spam", r"yes|true"),  # rspamd
    ("x-spamd-result", r"[\w.-]{1,40}: true"),
    ("x-rspamd-action", r"add header|rewrite subject|soft reject|reject|quarantine"),
    ("x-barracuda-spam-flag", r"yes"),
    ("x-dspam-result", r"spam|bl[ao]cklisted|virus"),
    ("x-bogosity", r"yes|spam"),
    ("x-crm114-status", r"spam"),
    ("x-ms-exchange-organization-scl", r"[5-9]\s*$"),  # Exchange: 5 and more is junk
    ("x-forefront-antispam-report", r"(?:[^;]{0,200};){0,30}?\s{0,8}SFV:SPM"),
    ("x-proofpoint-spam-details", r"rule=spam"),
)
_COMPILED = tuple((name, re.compile(rf"\s*(?:{said})(?![\w-])", re.I)) for name, said in _MARKS)
_LONGEST = 4_000  # characters of a value


def spam_mark(fields: Fields) -> str:
    """The name of the first field that marks a mail as spam, "" where none does."""
    for name, said in _COMPILED:
        if any(said.match(value[:_LONGEST]) for value in fields.all(name)):
            return name
    return ""
