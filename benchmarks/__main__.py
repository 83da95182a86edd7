"""`make bench`: every benchmark in turn, each beside its physical limit measured in the same run.

    python -m benchmarks [--rounds N]

ingest: accepted and durable, beside a bare aiosmtpd. whole: posted, and fanned out to 642 members,
unsigned and signed.
importing: an mbox, beside bare rows. pages: the archive, beside fixed bytes. courier: the client
alone, beside Postfix's smtp-source. digests: those of 18,000 people, beside the courier alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from benchmarks import courier, digests, importing, ingest, pages, whole

BENCHMARKS: tuple[tuple[str, Callable[[Sequence[str] | None], None]], ...] = (
    ("ingest", ingest.main),
    ("whole", whole.main),
    ("importing", importing.main),
    ("pages", pages.main),
    ("courier", courier.main),
    ("digests", digests.main),
)


def main() -> None:
    """Run them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    for name, benchmark in BENCHMARKS:
        print(f"\n— {name} —", flush=True)
        benchmark([])


if __name__ == "__main__":
    main()
