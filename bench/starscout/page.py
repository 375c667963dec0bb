"""Runs both parts and writes their tables."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from bench.starscout.data import read_profiles, read_stars
from bench.starscout.figures import table
from bench.starscout.strangers import table as strangers_table
from bench.starscout.timed import Timed, measure_stars
from bench.starscout.untimed import Untimed, measure_profiles


def main() -> int:
    """Print the tables and write them to `--out`; 2 where the data is not there."""
    parser = argparse.ArgumentParser(description="Linkage and timing on StarScout's fake stars.")
    parser.add_argument("--data", type=Path, required=True, help="folder with StarScout's files")
    parser.add_argument("--out", type=Path, required=True, help="Markdown file to write")
    chosen = parser.parse_args()
    began = time.perf_counter()
    try:
        stars, profiles = read_stars(chosen.data), read_profiles(chosen.data)
    except FileNotFoundError as error:
        parser.exit(2, f"{error}; give the folder that holds StarScout's files with --data\n")
    text = page(measure_stars(stars), measure_profiles(profiles, stars))
    text += f"\n{time.perf_counter() - began:.0f} seconds.\n"
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(text, encoding="utf-8")
    print(text)
    return 0


def page(timed: Timed, untimed: Untimed) -> str:
    """Every count and every table, as Markdown."""
    return "\n\n".join([*_timed(timed), *_untimed(untimed)]) + "\n"


def _timed(timed: Timed) -> list[str]:
    held, found = timed.counts, timed.found
    unknown = ", ".join(f"{name} ({count})" for name, count in timed.unknown) or "nothing"
    lines = {
        "stars with a time": held.stars,
        "accounts, all of them suspected": held.accounts,
        "repositories": held.repos,
        "accounts with two stars or more": held.two_or_more,
        "accounts with three stars or more": held.three_or_more,
        "accounts with all stars on one day": held.on_one_day,
        "accounts that star a listed campaign's repository": held.campaign_accounts,
        "candidates of linkage": held.candidates,
        "accounts in any candidate": held.in_candidates,
        "candidates with five accounts of two stars or more": held.five_able,
        "of these, hardly overlapping: weighed here": held.weighable,
        "of these, mostly accounts of listed campaigns": held.mostly_campaign,
        "of the weighed, median account below three stars": held.quiet,
        "of the weighed, half of the accounts within the same six hours": held.half_together,
        "of the weighed, supported by timing (0.5 or more)": held.supported,
        "strangers with as many stars, supported by timing": held.strangers_supported,
        "networks that `gauger scan` reports": found.networks,
        "accounts in them": found.accounts,
        "accounts of listed campaigns in them": found.campaign_accounts,
    }
    return [
        "## Stars with times, suspected accounts only",
        _counts(lines),
        f"Verdicts: {', '.join(found.verdicts) or 'none'}. From the 10th to the 90th percentile, "
        f"the accounts of the median weighed candidate spread over {held.span_days:.0f} days. "
        f"Left out, with the candidates that they could be had for: {unknown}.",
        "### Random groups that timing supports (log10 LR of 0.5 or more), as a share",
        strangers_table(timed.strangers),
        "### Candidates beside strangers with as many stars",
        table("score of the group", timed.beside_random),
        "### Candidates beside strangers of the same months with as many stars",
        table("score of the group", timed.beside_month),
        "### Candidates beside strangers of the same days with as many stars",
        table("score of the group", timed.beside_day),
        "### Candidates: mostly accounts of listed campaigns beside mostly other accounts",
        table("score of the group", timed.campaign_groups, "matched on number of stars and size"),
        "### Accounts: listed campaigns beside other accounts",
        table("score of the account", timed.accounts, "matched on number of stars"),
    ]


def _untimed(untimed: Untimed) -> list[str]:
    dropped = untimed.dropped
    lines = ["| | random | suspected |", "| --- | --- | --- |"]
    for name, (random, fake) in {
        "dropped: deleted": dropped.deleted,
        "dropped: in both files": dropped.in_both_files,
        "dropped: organization or bot": dropped.not_a_person,
        "dropped: no row of counts": dropped.without_counts,
        "accounts used": (untimed.random, untimed.fake),
        "of these with a single event": untimed.one_event,
        "of these with a star": untimed.starred,
        "of these among the stars with times": untimed.with_times,
    }.items():
        lines.append(f"| {name} | {random:,} | {fake:,} |")
    return [
        "## Suspected beside random accounts, without times",
        "\n".join(lines),
        f"Linkage proposes {untimed.candidates} candidates.",
        "### Accounts",
        table("score of the account", untimed.accounts, "matched on number of events"),
        "### Groups of 24 accounts of one label: sign-ups",
        table(
            "score of the group", untimed.signups,
            "matched on number of events and month of creation",
        ),
    ]  # fmt: skip


def _counts(lines: dict[str, int]) -> str:
    rows = [f"| {name} | {count:,} |" for name, count in lines.items()]
    return "\n".join(["| what | count |", "| --- | --- |", *rows])
