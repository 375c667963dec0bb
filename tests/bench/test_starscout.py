"""The bench on another domain: its mapping, its figures, and that no label leaks through it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.starscout import data, figures, page, profiled, scoring, timed, untimed

TYPES = ("ForkEvent", "PushEvent", "WatchEvent")
PROFILE = ("user", "api_404", "created_at", "updated_at", "type", *data.FLAGS)


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    lines = [",".join(header), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world in StarScout's shape: three campaigns, and stars that mean nothing."""
    where = tmp_path_factory.mktemp("starscout")
    chance = np.random.default_rng(3)
    stars: list[tuple[object, ...]] = []

    def star(user: str, repos: list[str], day: int) -> None:
        hour = int(chance.integers(24))
        stamp = np.datetime64("2023-01-01T00:00:00") + np.timedelta64(24 * day + hour, "h")
        stars.extend((repo, user, f"{stamp}Z") for repo in repos)

    for campaign in range(3):
        repos = [f"bought{campaign}a", f"bought{campaign}b", f"bought{campaign}c"]
        for n in range(20):
            star(f"c{campaign}-{n}", repos, 40 + 30 * campaign)
    for n in range(400):
        liked = chance.choice(120, 3, replace=False)
        star(f"s{n}", [f"liked{repo}" for repo in liked], int(chance.integers(180)))
    _write(where / data.STARS, ("repo", "user", "starred_at"), stars)
    listed = [(f"bought{campaign}a", 1) for campaign in range(3)]
    _write(where / data.CAMPAIGNS, ("repo", "WatchEvent"), listed)
    for label, busy in ((1, 3), (0, 60)):
        accounts: list[tuple[object, ...]] = []
        counts: list[tuple[object, ...]] = []
        for n in range(200):
            user = f"u{label}-{n}" if n else "both"
            deleted, kind = int(n in (1, 2)), "Organization" if n == 3 else "User"
            made = np.datetime64("2020-01-01") + int(chance.integers(900))
            when = ("", "") if deleted else (f"{made}T00:00:00Z", f"{made}T05:00:00Z")
            accounts.append((user, deleted, *when, "" if deleted else kind, *[0] * 8))
            if n != 4:
                counts.append((user, *chance.poisson((1, busy)).tolist(), 1))
        _write(where / data.ACCOUNTS[label], PROFILE, accounts)
        _write(where / data.COUNTS[label], ("actor", *TYPES), counts)
    return where


@pytest.fixture(scope="module")
def measured(folder: Path) -> tuple[timed.Timed, untimed.Untimed]:
    """Both parts on the small world."""
    stars = data.read_stars(folder)
    return timed.measure_stars(stars), untimed.measure_profiles(data.read_profiles(folder), stars)


def test_every_star_becomes_one_exchange_without_text(folder: Path) -> None:
    stars = data.read_stars(folder)
    table = profiled.exchanges(stars)
    assert table["account_id"].to_pylist() == stars.user.to_pylist()
    assert table["system"].to_pylist() == stars.repo.to_pylist()
    for name in ("prompt", "response", "source_ip", "user_agent", "organization_id"):
        assert table[name].null_count == len(table)


def test_rows_that_give_the_label_away_are_dropped(folder: Path) -> None:
    profiles = data.read_profiles(folder)
    dropped = profiles.dropped
    assert dropped.deleted == (2, 2)
    assert dropped.in_both_files == dropped.not_a_person == dropped.without_counts == (1, 1)
    assert len(profiles.ids) == 2 * 195
    assert list(profiles.ids) == sorted(profiles.ids)
    assert not {"both", "u1-1", "u0-3", "u0-4"} & set(profiles.ids)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 2)), min_size=1, max_size=40
    )
)
def test_auc_is_the_share_of_pairs_in_order(items: list[tuple[int, bool, int]]) -> None:
    score = np.array([item[0] for item in items], np.float64)
    positive = np.array([item[1] for item in items])
    strata = np.array([item[2] for item in items])
    wins = [
        (score[one] > score[other]) + 0.5 * (score[one] == score[other])
        for one in np.flatnonzero(positive)
        for other in np.flatnonzero(~positive)
        if strata[one] == strata[other]
    ]
    found = figures.auc(score, positive, strata=strata, resamples=0)
    assert np.isnan(found.value) if not wins else found.value == pytest.approx(np.mean(wins))


def test_matching_takes_out_what_is_matched_on() -> None:
    chance = np.random.default_rng(5)
    count = chance.integers(1, 10, 2000)
    positive = chance.random(2000) < count / 10
    plain = figures.auc(count.astype(float), positive, resamples=50)
    matched = figures.auc(count.astype(float), positive, strata=figures.steps(count), resamples=50)
    assert plain.low > 0.7
    assert matched.value == 0.5
    even = figures.balanced(positive, count, chance)
    assert positive[even].sum() == len(even) / 2
    assert count[even][positive[even]].mean() == count[even][~positive[even]].mean()


def test_few_clusters_widen_the_interval() -> None:
    chance = np.random.default_rng(7)
    cluster = np.repeat(np.arange(12), 50)
    positive = cluster % 2 == 0
    score = positive + chance.normal(0, 2, 12)[cluster]
    alone = figures.auc(score, positive, resamples=200)
    whole = figures.auc(score, positive, clusters=cluster, resamples=200)
    assert whole.high - whole.low > 2 * (alone.high - alone.low)


def test_unknown_scores_count_as_the_lowest() -> None:
    found = figures.auc(np.array([np.nan, 0.0]), np.array([True, False]), resamples=10)
    assert found.value == 0.0


def test_doubles_come_from_outside_and_match_their_group() -> None:
    strata = np.arange(100) % 4
    group = np.arange(0, 20)
    (double,) = scoring.lookalikes([group], strata, np.arange(100), 1)
    assert not set(double) & set(group)
    assert np.array_equal(np.bincount(strata[double]), np.bincount(strata[group]))


def test_coincidence_is_the_share_of_alike_pairs() -> None:
    assert scoring.coincidence(np.array([1, 1, 1, 2]), [np.arange(4)])[0] == pytest.approx(0.5)


def test_the_whole_page_on_a_small_world(
    folder: Path,
    measured: tuple[timed.Timed, untimed.Untimed],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "page.md"
    monkeypatch.setattr(sys, "argv", ["starscout", "--data", str(folder), "--out", str(out)])
    monkeypatch.setattr(page, "measure_stars", lambda stars: measured[0])
    monkeypatch.setattr(page, "measure_profiles", lambda profiles, stars: measured[1])
    assert page.main() == 0
    text = out.read_text()
    assert text.strip() == capsys.readouterr().out.strip()
    assert "nan" not in text
    assert "| accounts, all of them suspected | 460 |" in text


def test_planted_campaigns_stand_out(measured: tuple[timed.Timed, untimed.Untimed]) -> None:
    found = measured[0]
    assert found.counts.on_one_day == found.counts.accounts == 460
    assert found.counts.campaign_accounts == 60
    pairs = {row.score: row.plain.value for row in found.campaign_groups}[timed.PAIRS]
    assert pairs > 0.9


def test_random_groups_are_tried_on_and_off_the_sizes_of_the_reference(
    measured: tuple[timed.Timed, untimed.Untimed],
) -> None:
    rows = measured[0].strangers
    assert [(row.size, row.judged_beside) for row in rows[:4]] == [(5, 5), (7, 5), (8, 8), (13, 8)]
    assert all(0.0 <= share <= 1.0 for row in rows for share in (row.quiet, row.active))


def test_what_the_labels_differ_in_shows_and_nothing_else(
    measured: tuple[timed.Timed, untimed.Untimed],
) -> None:
    by_name = {row.score: row for row in measured[1].accounts}
    assert by_name["baseline: few events"].plain.value > 0.95
    young = by_name["baseline: young account"].plain
    assert young.low < 0.5 < young.high


def test_missing_data_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["starscout", "--data", str(tmp_path), "--out", str(tmp_path / "x.md")]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as stopped:
        page.main()
    assert stopped.value.code == 2
    assert "--data" in capsys.readouterr().err
