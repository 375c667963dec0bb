"""What a person touches: the command line; it only calls."""
