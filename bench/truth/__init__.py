"""How good gauger is where the truth is known, beside what one would otherwise use."""
