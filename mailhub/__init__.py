"""mailhub: communities of practice by email."""

__version__ = "0.1.0"
