"""The tables that all rooms share; no queries here. A tool's own tables stand in its own folder."""

from mailhub.models.base import Base, constant
from mailhub.models.communities import Community, Membership
from mailhub.models.deliveries import Delivery, Outgoing
from mailhub.models.mail import Hold, Inbound, Outcome, RawMail
from mailhub.models.people import Address, Person
from mailhub.models.posts import Post, PostBody, PostReference, Thread
from mailhub.models.search import SearchEntry
from mailhub.models.tokens import TokenUse

__all__ = [
    "Address",
    "Base",
    "Community",
    "Delivery",
    "Hold",
    "Inbound",
    "Membership",
    "Outcome",
    "Outgoing",
    "Person",
    "Post",
    "PostBody",
    "PostReference",
    "RawMail",
    "SearchEntry",
    "Thread",
    "TokenUse",
    "constant",
]
