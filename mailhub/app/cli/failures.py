"""What went wrong, in one line for a person."""

from __future__ import annotations

import csv
from concurrent.futures import BrokenExecutor

from sqlalchemy.exc import SQLAlchemyError

from mailhub import words
from mailhub.app.hub import WrongKey
from mailhub.blobs import CannotKeep
from mailhub.courier import WrongRelay
from mailhub.feeds import telling
from mailhub.mbox import NotAnMbox
from mailhub.membership import Unusable
from mailhub.migrations import NotMigrated, OfAnotherVersion
from mailhub.settings import WrongSettings
from mailhub.syndication.trouble import Trouble


def said(error: Exception) -> str | None:
    """The line for an error that a person can do something about; None for a fault of ours."""
    match error:
        case Unusable():
            return words.refusal(error.name, error.value)
        case Trouble():
            return telling.why(error.name, error.said)
        case NotAnMbox():
            return words.refusal("not-an-mbox", str(error))
        case NotMigrated():
            return words.refusal("not-migrated", "")
        case OfAnotherVersion():
            return words.refusal("of-another-version", str(error))
        case OSError():
            if error.filename:
                return f"{error.filename}: {error.strerror}"
            return error.strerror or str(error)
        case WrongRelay():
            return f"MAILHUB_RELAY_URL: {error}"
        case (
            WrongSettings()
            | WrongKey()
            | CannotKeep()
            | UnicodeDecodeError()
            | BrokenExecutor()
            | csv.Error()
        ):
            return str(error)
        case SQLAlchemyError():
            return str(getattr(error, "orig", None) or error).strip()
    return None
