"""What of a letter decides where it stands among the posts of a community, as columns of Post."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailhub.forum import subjects
from mailhub.letter import Letter
from mailhub.models import Community

CONVERSATION_OCTETS = 22  # the head of a Thread-Index, the same in all its answers
MAX_INDEX_OCTETS = 500


def facts(
    community: Community, letter: Letter, received_at: datetime, answered_id: int | None
) -> dict[str, Any]:
    """All but its Message-ID, which another mail may have taken, and its references, which have rows of
    their own."""
    subject_key, is_reply = subjects.key(letter.subject)
    thread_index = letter.thread_index[:MAX_INDEX_OCTETS]
    return {
        "community_id": community.id,
        "content_hash": letter.content_hash,
        "received_at": received_at,
        "subject_key": subject_key,
        "is_reply": is_reply,
        "answered_id": answered_id,
        "conversation": thread_index[:CONVERSATION_OCTETS].hex(),
        "thread_index": thread_index,
    }
