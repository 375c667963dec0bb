"""What an account did, and what it shares with others: Ibis expressions, one idea per file."""

from __future__ import annotations

from gauger.find.profiles.accounts import account_profiles
from gauger.find.profiles.counts import bucket_counts, hourly_counts
from gauger.find.profiles.repeats import Repeats, set_repeats_apart
from gauger.find.profiles.shared import SUMMED_KINDS, shared_things
from gauger.find.profiles.summary import Summary, summarize

__all__ = [
    "SUMMED_KINDS",
    "Repeats",
    "Summary",
    "account_profiles",
    "bucket_counts",
    "hourly_counts",
    "set_repeats_apart",
    "shared_things",
    "summarize",
]
