"""The child process: `python -m mailhub.syndication.child`. A line with the media type, a line with the address, and
the octets come in; what was read goes out as JSON. It limits itself first, and opens nothing."""

from __future__ import annotations

import resource
import sys

from mailhub.syndication import reading
from mailhub.syndication.parsing import CPU_SECONDS, MAX_MEMORY, NO_FEED


def main() -> int:
    """Read one feed; the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content_type, url = (sys.stdin.buffer.readline().decode().strip() for _ in range(2))
    try:
        found = reading.read(sys.stdin.buffer.read(), content_type, url)
    except reading.NoFeed:
        return NO_FEED
    sys.stdout.write(found.as_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
