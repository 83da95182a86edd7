"""Dispatch: what is due goes out. `sending` claims it, gives it to the courier and keeps what was said;
`mails` composes and signs each mail once, and its copies in threads, ahead of their turn."""

from mailhub.dispatch.sending import BATCH, Dispatch

__all__ = ["BATCH", "Dispatch"]
