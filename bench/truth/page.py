"""Writes docs/truth.md and its plots from the results of the bench.

Sentences that judge the figures stand in `remarks.md`, by hand; every number comes from a run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any, Final

from bench.fitting import drawn
from bench.truth import drawing
from bench.truth.care import by_care
from bench.truth.plan import DEVELOPING, FITTING, JUDGING, PEERS, Family
from bench.truth.store import Store
from bench.truth.trials import Trial
from bench.truth.weighing import coordination_of, extraction_of, plot, weigh
from gauger.weigh.calibration import shipped
from gauger.weigh.conclude import EXTRACTION_ESTABLISHED
from gauger.weigh.judge import ESTABLISHED
from gauger.world.scenario import AXES

REMARKS: Final = Path(__file__).with_name("remarks.md")
Row = dict[str, Any]


def write(store: Store, docs: Path) -> None:
    """The page, with plots in a folder beside it."""
    plots = docs / "truth"
    plots.mkdir(parents=True, exist_ok=True)
    parts: list[Callable[[Store, Path], list[str]]] = [
        _worlds, _campaigns, _innocents, _whole, _alarm, _weighing, _frontier, _peers,
    ]  # fmt: skip
    lines = ["# How good it is", ""]
    for part in parts:
        lines += part(store, plots)
    if REMARKS.exists():
        lines += [REMARKS.read_text(encoding="utf-8").strip()]
    (docs / "truth.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _worlds(_store: Store, _plots: Path) -> list[str]:
    return [
        "Measured with `make bench-truth` on simulated worlds ([worlds.md](worlds.md)), since no "
        "public labelled data of coordinated LLM accounts exists. **The people who wrote the "
        "worlds wrote the detector**: good figures here are necessary, not sufficient; bad ones "
        "are real.",
        "",
        f"- **Fitting worlds**, which thresholds were set by: {_families(FITTING)}; the "
        f"calibration was fitted on {shipped().made.on}, and rules of membership were tried on "
        f"{_families((DEVELOPING,))}.",
        f"- **Judging worlds**, other scenarios and other seeds, which no threshold was set by: "
        f"{_families(JUDGING)}.",
        "",
        "All figures below are of judging worlds unless they say otherwise. *Found* means: in a "
        "network with verdict `extraction`.",
        "",
    ]


def _families(families: Sequence[Family]) -> str:
    return "; ".join(
        f"`{f.name}` (seed{'s' if len(f.seeds) > 1 else ''} {', '.join(map(str, f.seeds))})"
        for f in families
    )


def _campaigns(store: Store, _plots: Path) -> list[str]:
    rows = store.rows("judging-campaigns")
    lines = [
        "## Recall",
        "",
        "| world | seed | campaign | accounts | exchanges | found | recall | listed at all |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| `{r['world']}` | {r['seed']} | `{r['campaign']}` | {r['accounts']:,} "
        f"| {r['exchanges']:,} | {r['found']:,} | {r['found'] / r['accounts']:.2f} "
        f"| {r['coordinated'] / r['accounts']:.2f} |"
        for r in rows
        if r["world"] != drawn.NAME
    ]
    fitted = store.rows("fitting-campaigns")
    return [
        *lines, "",
        *by_care([r for r in rows if r["world"] == drawn.NAME]),
        f"Over all campaigns, each counted once: mean recall {_mean_recall(rows)}. Over accounts: "
        f"{_of(rows, 'found', 'accounts')}. On the fitting "
        f"worlds, level 3 of `ladder` included: {_mean_recall(fitted)} and "
        f"{_of(fitted, 'found', 'accounts')}.", "",
    ]  # fmt: skip


def _mean_recall(rows: Sequence[Row]) -> str:
    return f"{mean(r['found'] / r['accounts'] for r in rows):.2f}" if rows else "not measured"


def _of(rows: Sequence[Row], part: str, whole: str) -> str:
    return f"{_sum(rows, part) / _sum(rows, whole):.2f}" if rows else "not measured"


def _innocents(store: Store, _plots: Path) -> list[str]:
    lines = [
        "## Innocents accused",
        "",
        "| worlds | innocent accounts | accused | by kind | innocent organizations | accused "
        "| listed as `coordinated` though nobody runs them |",
        "| --- | ---: | ---: | --- | ---: | ---: | --- |",
    ]
    for title, name in (("judging", "judging-innocents"), ("fitting", "fitting-innocents")):
        rows = store.rows(name)
        accused = _kinds(rows, "accused")
        lines.append(
            f"| {title} | {_sum(rows, 'accounts'):,} | {sum(accused.values()):,} "
            f"| {_counts(accused.items())} | {_sum(rows, 'organizations'):,} "
            f"| {_sum(rows, 'accused_organizations'):,} "
            f"| {_counts(_kinds(rows, 'listed').items())} |"
        )
    accused_in = [r for r in store.rows("judging-innocents") if r["accused"]]
    where = "; ".join(f"`{r['world']}` {r['seed']}: {_counts(r['accused'])}" for r in accused_in)
    total = _sum(store.rows("judging-innocents"), "accounts")
    none = (
        f"None in any judging world; with none of {total:,}, a rate of up to {3 / total:.2%} is "
        "compatible (the rule of three)."
        if total
        else ""
    )
    return [*lines, "", f"Where: {where}." if where else none, ""]


def _kinds(rows: Sequence[Row], name: str) -> dict[str, int]:
    kinds: dict[str, int] = defaultdict(int)
    for row in rows:
        for kind, count in row[name]:
            kinds[kind] += count
    return dict(sorted(kinds.items(), key=lambda item: -item[1]))


def _counts(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in pairs) or "–"


def _sum(rows: Sequence[Row], name: str) -> int:
    return sum(row[name] for row in rows)


def _whole(store: Store, _plots: Path) -> list[str]:
    rows = [r for r in store.rows("judging-campaigns") if r["found"]]
    one = sum(r["pieces"] == 1 for r in rows)
    shared = sum(r["shared"] > 0 for r in rows)
    split = "; ".join(
        f"`{r['world']}` {r['seed']} `{r['campaign']}` in {r['pieces']}"
        for r in rows if r["pieces"] > 1
    )  # fmt: skip
    return [
        "## Whole networks", "",
        f"Of {len(rows)} campaigns that were found, {one} stand in exactly one finding"
        + (f" ({split})" if split else "")
        + f"; {shared} share a finding with another operator's campaign (a tenth of it or more).",
        "",
    ]  # fmt: skip


def _alarm(store: Store, _plots: Path) -> list[str]:
    worlds = store.rows("alarms")
    if not worlds:
        return []
    lines = [
        "## Alarm", "",
        "A scan after every few hours of world time, from the first: "
        + "; ".join(
            f"`{w['world']}` {w['seed']} every {w['hours']} hours for {w['days']:.0f} days"
            for w in worlds
        )
        + ". Repeating a test is another test, so innocents that any of the scans accuses are "
        "counted.", "",
        "| world | campaign | first found after | taken by then | of all it takes | accounts begun later | recognised | after (median of own exchanges) |",  # noqa: E501
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for world in worlds:
        for r in world["campaigns"]:
            if not r["found"]:
                lines.append(
                    f"| `{world['world']}` {world['seed']} | `{r['campaign']}` | not while "
                    "watched | – | – | – | – | – |"
                )
                continue
            after = "–" if r["after"] is None else f"{r['after']:g}"
            lines.append(
                f"| `{world['world']}` {world['seed']} | `{r['campaign']}` | {r['days']:.2f} days "
                f"| {r['taken']:,} | {r['taken'] / r['total']:.1%} | {r['replaced']} "
                f"| {r['recognised']} | {after} |"
            )
    ever = "; ".join(
        f"`{w['world']}` {w['seed']}: {w['innocents_ever']} in {w['scans']} scans" for w in worlds
    )
    taken = [
        (r["taken"] / r["total"], r["taken"]) if r["found"] else (1.0, r["total"])
        for world in worlds
        for r in world["campaigns"]
    ]
    share, many = (median(column) for column in zip(*taken, strict=True))
    middle = (
        f"Median over the {len(taken)} campaigns: {share:.1%} of what a campaign takes, "
        f"{many:,.0f} exchanges; one that was not found counts with all that it takes."
    )
    return [*lines, "", middle, "", f"Innocent accounts accused by any scan: {ever}.", ""]


def _weighing(store: Store, plots: Path) -> list[str]:
    worlds = store.rows("trials")
    held = [Trial(**t) for world in worlds for t in world["trials"]]
    if not held:
        return []
    lines = [
        "## What an LR is worth", "",
        f"{len(held):,} groups that linkage proposed in the judging worlds, weighed as a scan "
        "weighs them. *True* trials of “coordinated” are the proposals most like each operator's "
        "accounts (campaigns, resellers, farms, and whoever works for one declared organization "
        "or contract), false ones all proposals with at most a tenth of "
        "an operator's accounts. Cllr is 0 for a perfect system and 1 for one that says nothing; "
        "Cllr_min is what would remain after perfect calibration, Cllr_cal the rest (Brümmer and "
        "du Preez 2006; computed by `lir`). Proposals overlap, so trials are not independent.", "",
        "| claim | true trials | false trials | Cllr | Cllr_min | Cllr_cal | false with LR above 1 | false at the threshold | true at the threshold | highest false log10 LR |",  # noqa: E501
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for claim, of, threshold in (
        ("coordinated", coordination_of, ESTABLISHED),
        ("extraction", extraction_of, EXTRACTION_ESTABLISHED),
    ):
        lrs, truth = of(held)
        if not any(truth) or all(truth):
            continue
        w = weigh(claim, lrs, truth, threshold)
        plot(claim, lrs, truth, plots)
        lines.append(
            f"| {claim} | {w.true_trials} | {w.false_trials:,} | {w.cllr:.3f} | {w.cllr_min:.3f} "
            f"| {w.cllr_cal:.3f} | {w.misleading:.1%} | {w.beyond:.2%} | {w.reached:.1%} "
            f"| {w.highest_false:+.1f} |"
        )
    unproposed = [
        f"`{w['trials'][0]['world']}` {w['trials'][0]['seed']} {name}"
        for w in worlds for name in w["unproposed"]
    ]  # fmt: skip
    return [
        *lines, "",
        "![Tippett plot, coordinated](truth/coordinated-tippett.png) "
        "![PAV plot, coordinated](truth/coordinated-pav.png)", "",
        "![Tippett plot, extraction](truth/extraction-tippett.png) "
        "![PAV plot, extraction](truth/extraction-pav.png)", "",
        f"Operators of five accounts or more for whom linkage proposes no group that is at least "
        f"half theirs: {', '.join(unproposed) or 'none'}. They are missing from the table, so it "
        f"flatters. {sum(w['left_out'] for w in worlds):,} proposals that are neither were left "
        "out.", "",
    ]  # fmt: skip


def _frontier(store: Store, plots: Path) -> list[str]:
    rows = store.rows("frontier")
    if not rows:
        return []
    drawing.frontier(rows, plots / "frontier.svg")
    lines = [
        "## The frontier of hiding", "",
        "Four campaigns of 60 accounts and 45 exchanges each in one world, alike but for the level "
        "of one axis (or of several together); all other axes at level 1. Mean recall over "
        f"{len({r['seed'] for r in rows})} seeds.", "",
        "| raised | level 0 | 1 | 2 | 3 |", "| --- | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    names = list(dict.fromkeys(r["axis"] for r in rows))
    for name in names:
        cells = [_at(rows, name, level, "recall") for level in range(4)]
        title = f"`{name}`" if name in AXES else f"**{name}**"
        lines.append(f"| {title} | " + " | ".join(f"{c:.2f}" for c in cells) + " |")
    lines += [
        "", "![Recall by level](truth/frontier.svg)", "",
        "What the combined levels cost the operator, counted in the same worlds, for 60 places of "
        "work:", "",
        "| raised | level | accounts used | cards | exits (addresses) | exchanges a day and account, median | recall |",  # noqa: E501
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for name in names:
        if name in AXES:
            continue
        for level in range(4):
            lines.append(
                f"| {name} | {level} | {_at(rows, name, level, 'accounts'):.0f} "
                f"| {_at(rows, name, level, 'cards'):.0f} | {_at(rows, name, level, 'exits'):.0f} "
                f"| {_at(rows, name, level, 'daily'):.1f} "
                f"| {_at(rows, name, level, 'recall'):.2f} |"
            )
    lost = [
        f"{name} at level {level}"
        for name in names for level in range(4)
        if _at(rows, name, level, "recall") < 0.5
    ]  # fmt: skip
    return [
        *lines, "",
        f"**Lost** (recall below one half): {', '.join(lost)}." if lost else "Nothing is lost.", "",
    ]  # fmt: skip


def _at(rows: Sequence[Row], axis: str, level: int, name: str) -> float:
    return mean(r[name] for r in rows if r["axis"] == axis and r["level"] == level)


def _peers(store: Store, _plots: Path) -> list[str]:
    rows = store.rows("peers")
    if not rows:
        return []
    lines = [
        "## Beside what one would otherwise use", "",
        f"{_families(PEERS)}, one process each; published or default settings, never tuned on the "
        "truth ([peers.md](peers.md)). A peer has no verdicts: every account it flags counts. "
        "Innocents include the customers of resellers and the accounts of farms, which do have "
        "one operator. "
        "Recall is the mean over campaigns; worlds that a peer could not finish in "
        "its time count as nothing found.", "",
        "| method | mean recall | campaigns found to nine tenths | innocents flagged | of innocents | seconds, all worlds | peak MB | unfinished worlds |",  # noqa: E501
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    by_peer: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_peer[row["title"]].append(row)
    order = sorted(by_peer.items(), key=lambda item: (item[0] != "gauger", -_recall(item[1])))
    for title, held in order:
        recalls = [value for row in held for _, value in row["recalls"]]
        wrong = sum(count for row in held for _, count in row["wrong"])
        innocent = _sum(held, "innocents")
        lines.append(
            f"| {title} | {mean(recalls):.2f} | {sum(v >= 0.9 for v in recalls)} of {len(recalls)} "
            f"| {wrong:,} | {wrong / innocent:.2%} | {sum(r['seconds'] for r in held):.0f} "
            f"| {max(r['peak_mb'] for r in held):.0f} "
            f"| {sum(bool(r['unfinished']) for r in held)} of {len(held)} |"
        )
    return [*lines, "", *_by_campaign(by_peer, [title for title, _ in order])]


def _recall(rows: Sequence[Row]) -> float:
    return mean(value for row in rows for _, value in row["recalls"])


def _by_campaign(by_peer: dict[str, list[Row]], titles: Sequence[str]) -> list[str]:
    """Where a peer finds more of a campaign than gauger does."""
    ours = {
        (row["world"], row["seed"], name): value
        for row in by_peer.get("gauger", ())
        for name, value in row["recalls"]
    }
    won = []
    for title in titles:
        if title == "gauger":
            continue
        better = [
            f"`{row['world']}` {row['seed']} `{name}` ({value:.2f} to {ours[key]:.2f})"
            for row in by_peer[title]
            for name, value in row["recalls"]
            if value > ours.get(key := (row["world"], row["seed"], name), 1.0) + 0.02
        ]
        if better:
            wrong = sum(count for row in by_peer[title] for _, count in row["wrong"])
            won.append(f"- {title}, with {wrong:,} innocents flagged: {'; '.join(better)}")
    return ["A peer finds more of a campaign than gauger here:", "", *won, ""] if won else []
