"""Where relational steps run: embedded DuckDB by default, Spark when that is outgrown."""
