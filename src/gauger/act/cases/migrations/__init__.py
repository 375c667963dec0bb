"""How the tables of the control plane came to be, step by step."""
