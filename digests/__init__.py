"""Digests: one mail over what is new in a person's communities, which is taken part in by answering it."""
