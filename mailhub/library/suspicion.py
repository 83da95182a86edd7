"""Attachments that somebody should look at before they go to hundreds of people.

`suspicious` names the first reason that applies; what becomes of the mail is decided elsewhere
(`mailhub.policy`). Looked at are the name, the first octets and the table of contents; nothing is
run, opened or unpacked to disk. It finds what is careless or plain; it is no virus scanner.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mailhub import reading
from mailhub.extraction.magic import claimed, extension, is_program, kind
from mailhub.letter import Attachment
from mailhub.library import archives
from mailhub.library.attached import MAX_DEPTH, MAX_FILES, is_mail

_KINDS = {
    "executable": "exe com scr pif cpl msi msp mst msix msixbundle appx appxbundle application"
    " appref-ms gadget dll ocx sys drv jar jnlp apk ipa app dmg pkg deb rpm lnk url scf chm hlp inf"
    " reg xll iso img vhd vhdx",
    "script": "bat cmd vb vbs vbe js jse ws wsf wsh wsc sct hta ps1 psm1 psd1 ps1xml msh shb shs"
    " sh bash command csh ksh",
    "macros": "docm dotm xlsm xltm xlam pptm potm ppam ppsm sldm",
}
_KIND = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
# Marks that turn the direction of writing, so that "annexe\u202efdp.exe" shows as "annexeexe.pdf".
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ACTIVE = re.compile(rb"<\s*(?:script|foreignobject)|\son[a-z]{3,20}\s*=|javascript:", re.I)
_ACTIVE_KINDS = frozenset({"html", "svg"})
_LOOKED_AT = 2_000_000  # octets of a page in which scripts are looked for


def _is_executable(attachment: Attachment, names: tuple[str, ...]) -> bool:
    return is_program(attachment.content) or _any("executable", names)


def _is_script(attachment: Attachment, names: tuple[str, ...]) -> bool:
    return _any("script", names)


def _has_macros(attachment: Attachment, names: tuple[str, ...]) -> bool:
    if kind(attachment.content) == "ole" and _OLE_MACROS in attachment.content:
        return True
    return _any("macros", names) or any(name.lower().endswith("vbaproject.bin") for name in names)


def _is_disguised(attachment: Attachment, names: tuple[str, ...]) -> bool:
    if _TURNS.search(attachment.claimed_filename):
        return True
    may_be = claimed(attachment.filename, attachment.media_type)
    is_one = kind(attachment.content)
    return bool(may_be and is_one) and is_one not in may_be


def _is_active(attachment: Attachment, names: tuple[str, ...]) -> bool:
    return kind(attachment.content) in _ACTIVE_KINDS and bool(
        _ACTIVE.search(attachment.content, 0, _LOOKED_AT)
    )


RULES: tuple[tuple[str, Callable[[Attachment, tuple[str, ...]], bool]], ...] = (
    ("executable", _is_executable),
    ("script", _is_script),
    ("macros", _has_macros),
    ("disguised", _is_disguised),
    ("active", _is_active),
)
REASONS = ("bomb", "encrypted", *(name for name, _ in RULES))


def suspicious(attachment: Attachment) -> str:
    """The name of the first reason (one of REASONS) to look at an attachment; "" where there is none.

    An attached mail is as suspicious as the worst that is attached to it.
    """
    waiting = [(attachment, 0)]
    for _ in range(MAX_FILES):
        if not waiting:
            break
        one, depth = waiting.pop()
        reason = _reason(one)
        if reason:
            return reason
        if depth < MAX_DEPTH and is_mail(one):
            waiting += [(found, depth + 1) for found in reading.read(one.content).attachments]
    return ""


def _any(kind_of: str, names: tuple[str, ...]) -> bool:
    return any(_KIND.get(extension(name)) == kind_of for name in names)


def _reason(attachment: Attachment) -> str:
    inside = archives.contents(attachment.content)
    if inside.bomb:
        return "bomb"
    names = (attachment.filename, attachment.claimed_filename, *inside.names)
    found = next((name for name, rule in RULES if rule(attachment, names)), "")
    return found or ("encrypted" if inside.encrypted else "")
