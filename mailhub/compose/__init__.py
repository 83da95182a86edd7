"""What mail of ours looks like: a post's copies, made once and spliced per member, and our own mail."""
