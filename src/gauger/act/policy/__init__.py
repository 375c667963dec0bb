"""One declarative file: who gets which answer, for how long."""
