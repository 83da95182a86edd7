"""Subjects: what is left of them for comparison."""

from __future__ import annotations

import re
import unicodedata

# What mail programs put before the subject of an answer and of a forward, in the languages of Europe.
_ANSWERS = (
    "re", "aw", "antw", "antwort", "sv", "vs", "ynt", "odp", "rif", "r", "ref", "res", "resp",
    "bls", "atb", "vá", "απ", "σχετ", "hồi âm", "回复", "回覆", "答复", "返信", "답장", "회신", "atteb", "ats",
    "yt", "ymateb", "réf", "rép", "réponse", "odpowiedź", "отв", "ответ", "від", "svar",
)  # fmt: skip
_FORWARDS = (
    "fwd", "fw", "wg", "tr", "vl", "vb", "doorst", "i", "enc", "rv", "pd", "továbbítás", "fs",
    "videresendt", "vidarebefordrat", "转发", "轉寄", "転送", "전달", "ilt", "yml", "ymlaen", "πρθ", "пересл",
    "přep", "doorgestuurd", "weitergeleitet",
)  # fmt: skip
_ANSWER = re.compile(
    rf"(?:{'|'.join(map(re.escape, _ANSWERS))})\s?(?:\[\d{{1,3}}\]|\(\d{{1,3}}\)|\*\d{{1,3}}|\d{{1,2}})?\.?\s?[:：]\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(rf"(?:{'|'.join(map(re.escape, _FORWARDS))})\.?\s?[:：]\s*", re.IGNORECASE)
_TAG = re.compile(r"\[[^\[\]]{1,60}\]\s*")
# Netscape puts a forward's subject in "[Fwd: …]", Pine "(fwd)" behind it (RFC 5256 2.1).
_WRAPPED = re.compile(r"\[fwd:\s*(.*)\]\Z", re.IGNORECASE)
_BEHIND = re.compile(r"\(fwd\)\Z", re.IGNORECASE)
# "Bushes (was: Trees)": who changes a subject says so, and those who answer leave it out.
_WAS = re.compile(r"\s[(\[](?:was|war|oedd|était|era)\s?:[^()\[\]]{0,300}[)\]]\Z", re.IGNORECASE)
MAX_PREFIXES = 30


def without_prefixes(subject: str) -> tuple[str, bool]:
    """(the subject without its prefixes and list tags, whether one of them was an answer's)."""
    rest, answers = subject.strip()[:1000].strip(), False
    for _ in range(MAX_PREFIXES):
        if wrapped := _WRAPPED.match(rest):
            rest = wrapped[1].strip()
            continue
        if behind := _BEHIND.search(rest[-5:]):
            rest = rest[: -len(behind[0])].rstrip()
            continue
        if found := _ANSWER.match(rest):
            answers = True
        else:
            found = _FORWARD.match(rest) or _TAG.match(rest)
        if not found:
            break
        bare = rest[found.end() :]
        if found.re is _TAG and not bare:
            break  # nothing but a tag: that is the subject
        rest = bare
    return rest, answers


def key(subject: str) -> tuple[str, bool]:
    """(what two subjects share that are the same for threading, whether this is an answer's).

    Prefixes, tags, case, blanks and the way an accent is written do not count.
    """
    rest, answers = without_prefixes(subject)
    if rest.endswith((")", "]")):
        rest = _WAS.sub("", rest)
    folded = unicodedata.normalize("NFKC", rest).casefold()
    return " ".join(folded.split())[:200], answers
