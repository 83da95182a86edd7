"""How fast the hub is, each figure beside a physical limit that was measured in the same run."""
