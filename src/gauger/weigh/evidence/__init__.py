"""Scores to bounded likelihood ratios: place, combine, bound, say."""
