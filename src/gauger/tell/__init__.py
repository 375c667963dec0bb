"""Claims to people: findings, report."""
