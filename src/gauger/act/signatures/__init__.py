"""What marks established networks, and who is recognised by it."""
