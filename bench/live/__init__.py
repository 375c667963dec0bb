"""What live protection is worth where the truth is known."""
