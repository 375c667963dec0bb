"""Sketches to networks: what accounts did and share, and who is tied to whom."""
