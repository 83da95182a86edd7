"""Mail comes in here, by SMTP and LMTP."""

from mailhub.app.smtpd.door import FrontDoor
from mailhub.app.smtpd.limits import Limits
from mailhub.app.smtpd.threads import in_a_thread

__all__ = ["FrontDoor", "Limits", "in_a_thread"]
