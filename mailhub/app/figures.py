"""The figures that /metrics shows, in a registry that is handed in."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mailhub.proof import Proof


class Figures:
    """What the front door, the spool and the jobs count."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.sessions = Counter(
            "mailhub_sessions", "SMTP and LMTP connections taken", registry=registry
        )
        self.sessions_open = Gauge(
            "mailhub_sessions_open", "SMTP and LMTP connections now", registry=registry
        )
        self.kept = Counter("mailhub_mails_kept", "Mails answered with 250", registry=registry)
        self.kept_bytes = Counter("mailhub_mails_kept_bytes", "Their octets", registry=registry)
        self.refused = Counter(
            "mailhub_refused", "Refusals of the front door", ["name"], registry=registry
        )
        self.proofs = Counter(
            "mailhub_proofs",
            "Mails by what was found out about their senders",
            ["result"],
            registry=registry,
        )
        self.outcomes = Counter(
            "mailhub_outcomes",
            "What became of mails, at each of their addresses",
            ["what"],
            registry=registry,
        )
        self.repeated = Counter(
            "mailhub_deliveries_repeated",
            "Deliveries begun by a process that died, which may arrive twice",
            registry=registry,
        )
        self.feeds = Counter(
            "mailhub_feeds_looked_at",
            "News feeds looked at, by what came of it",
            ["result"],
            registry=registry,
        )
        self.group = Histogram(
            "mailhub_spool_group",
            "Mails in one commit of the spool",
            buckets=(1, 2, 5, 10, 20, 50, 100, 200),
            registry=registry,
        )
        self.commit_seconds = Histogram(
            "mailhub_spool_commit_seconds",
            "Seconds that one commit of the spool took",
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10),
            registry=registry,
        )

    def on_proof(self, proof: Proof) -> None:
        """For the prover: what it found out about one mail."""
        self.proofs.labels(proof.word).inc()

    def on_outcome(self, what: str) -> None:
        """For the jobs: what became of a mail at one address."""
        self.outcomes.labels(what).inc()

    def on_feed(self, result: str) -> None:
        """For the rounds over news feeds: what came of one look."""
        self.feeds.labels(result).inc()

    def on_group(self, mails: int, seconds: float) -> None:
        """For the spool: one commit."""
        self.group.observe(mails)
        self.commit_seconds.observe(seconds)
