"""The library: documents of a community and their versions."""
