"""The tables that all rooms share; no queries here. A tool's own tables stand in its own folder."""

from mailhub.models.base import Base, constant
from mailhub.models.bulletins import Bulletin
from mailhub.models.clearing import Clearing
from mailhub.models.communities import Community, Membership, Mute
from mailhub.models.deliveries import Delivery, Outgoing
from mailhub.models.digests import Digest, DigestPiece, DigestRun
from mailhub.models.hints import Hint
from mailhub.models.holds import Decision, Hold, Notice, Noticed, Standing
from mailhub.models.mail import ActedOn, Inbound, Outcome, RawMail
from mailhub.models.people import Address, Person
from mailhub.models.posts import Moved, Post, PostBody, PostReference, Thread
from mailhub.models.reactions import Reaction
from mailhub.models.requests import Request
from mailhub.models.returns import Ailing, Return, Trouble
from mailhub.models.search import SearchEntry
from mailhub.models.stewards import Steward
from mailhub.models.timers import Timer
from mailhub.models.trail import Change
from mailhub.models.visits import ReaderLink, SignIn, Visit

__all__ = [
    "ActedOn",
    "Address",
    "Ailing",
    "Base",
    "Bulletin",
    "Change",
    "Clearing",
    "Community",
    "Decision",
    "Delivery",
    "Digest",
    "DigestPiece",
    "DigestRun",
    "Hint",
    "Hold",
    "Inbound",
    "Membership",
    "Moved",
    "Mute",
    "Notice",
    "Noticed",
    "Outcome",
    "Outgoing",
    "Person",
    "Post",
    "PostBody",
    "PostReference",
    "RawMail",
    "Reaction",
    "ReaderLink",
    "Request",
    "Return",
    "SearchEntry",
    "SignIn",
    "Standing",
    "Steward",
    "Thread",
    "Timer",
    "Trouble",
    "Visit",
    "constant",
]
