"""Mail comes in here, by SMTP and LMTP."""

from mailhub.app.smtpd.door import FrontDoor
from mailhub.app.smtpd.limits import Limits

__all__ = ["FrontDoor", "Limits"]
