"""Worlds of sketches: what the copies of a world share, and what they must not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges import PHRASE
from gauger.face.cli.multiplying import run_sketched_simulation
from gauger.model.errors import OutputError, UsageError
from gauger.model.manifest import describe_files, read_manifest
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.read.keeping import KeepRequest, keep_sketches
from gauger.read.sources import Rejects
from gauger.world import simulate
from gauger.world.copies.mixing import Mixing, tokens
from gauger.world.sketched import BaseWorld, SketchedWorld, multiply

COPIES = 3
CONTENT = ("head", "tail", "runs", "system_runs")


@dataclass(frozen=True)
class Copied:
    """A base world and its copies, read back, with who is who."""

    base: BaseWorld
    made: SketchedWorld
    before: pa.Table
    after: pa.Table
    truth: dict[str, dict[str, Any]]
    old: frozenset[str]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> BaseWorld:
    """The packaged `quick` world, sketched."""
    folder = tmp_path_factory.mktemp("base")
    world = simulate("quick", folder, seed=3)
    request = KeepRequest((str(world.logs[0].parent),), folder / "sketches", secret=PHRASE)
    with Rejects(folder / "rejects") as rejects:
        keep_sketches(request, rejects)
    return BaseWorld(folder / "sketches", world.accounts, world.truth)


@pytest.fixture(scope="module")
def copied(base: BaseWorld, tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """Three copies of it."""
    made = multiply(base, tmp_path_factory.mktemp("copied"), copies=COPIES, seed=5)
    truth = {row["account_id"]: row for row in pq.read_table(made.truth).to_pylist()}
    old = frozenset(pq.read_table(base.truth)["account_id"].to_pylist())
    return Copied(base, made, _read(base.sketches), _read(made.sketches), truth, old)


def _read(folder: Path) -> pa.Table:
    return pq.read_table(sorted(folder.glob("*.parquet")))


def _holders(table: pa.Table, columns: Iterable[str]) -> dict[int, set[str]]:
    """Accounts by the fingerprint that they hold."""
    held: dict[int, set[str]] = {}
    for name in columns:
        listed = pa.types.is_list(table.schema.field(name).type)
        for account, value in zip(
            table["account_id"].to_pylist(), table[name].to_pylist(), strict=True
        ):
            for one in value or [] if listed else [value]:
                if one is not None:
                    held.setdefault(one, set()).add(account)
    return held


def test_every_count_is_a_multiple(copied: Copied) -> None:
    assert copied.after.schema.equals(SKETCH_SCHEMA)
    assert copied.after.num_rows == COPIES * copied.before.num_rows == copied.made.exchanges
    for name in ("exchange_key", "account_key", "account_id", "conversation", "organization_id"):
        before = set(copied.before[name].to_pylist()) - {None}
        after = set(copied.after[name].to_pylist()) - {None}
        assert before < after
        assert len(after) == COPIES * len(before), name
    for name in ("request_model", "model", "capability", "status", "operation", "parameters"):
        before = set(copied.before[name].to_pylist())
        assert before <= set(copied.after[name].to_pylist()), name
    assert set(copied.after["model"].to_pylist()) == set(copied.before["model"].to_pylist())
    assert copied.after["runs"].null_count == COPIES * copied.before["runs"].null_count


def test_records_and_truth_name_every_account_once(copied: Copied) -> None:
    records = pq.read_table(copied.made.accounts)
    ids = records["account_id"].to_pylist()
    assert ids == sorted(set(ids)) == list(copied.truth)
    assert len(ids) == COPIES * len(copied.old) == copied.made.accounts_total
    assert set(copied.after["account_id"].to_pylist()) <= set(ids)
    assert records.schema.equals(pq.read_table(copied.base.accounts).schema)
    lengths = {len(account) for account in ids}
    assert len(lengths) == 1, "an identifier tells its copy"
    keys = dict(
        zip(copied.after["account_id"].to_pylist(), copied.after["account_key"].to_pylist(),
            strict=True)
    )  # fmt: skip
    assert len(set(keys.values())) == len(keys)


def test_what_strangers_share_stays_and_what_one_holds_is_anothers(copied: Copied) -> None:
    before, after = _holders(copied.before, CONTENT), _holders(copied.after, CONTENT)
    lone = [thing for thing, accounts in before.items() if len(accounts) == 1]
    assert len(lone) > 1000
    for thing in lone:
        assert after[thing] == before[thing]
    strangers = [
        thing
        for thing, accounts in before.items()
        if {copied.truth[account]["kind"] for account in accounts} >= {"chat", "developer"}
    ]
    assert len(strangers) > 20
    for thing in strangers:
        assert len(after[thing]) == COPIES * len(before[thing])


def test_an_ordinary_group_becomes_several(copied: Copied) -> None:
    before, after = _holders(copied.before, ["address"]), _holders(copied.after, ["address"])
    held = 0
    for thing, accounts in before.items():
        circles = {copied.truth[account]["circle"] for account in accounts}
        kinds = {copied.truth[account]["kind"] for account in accounts}
        if (
            len(accounts) > 1
            and None not in circles
            and len(circles) == 1
            and kinds & {"office", "class"}
        ):
            assert after[thing] == accounts
            held += 1
    assert held
    circles = {row["circle"] for row in copied.truth.values() if row["kind"] == "class"}
    originals = {copied.truth[account]["circle"] for account in copied.old
                 if copied.truth[account]["kind"] == "class"}  # fmt: skip
    assert len(circles) == COPIES * len(originals)


@pytest.mark.parametrize("campaign", ["north", "brook"])
def test_a_campaign_stays_one_with_more_accounts_and_items(copied: Copied, campaign: str) -> None:
    workers = {name for name, row in copied.truth.items() if row["campaign"] == campaign}
    assert len(workers) == COPIES * len(workers & copied.old)
    before, after = _holders(copied.before, CONTENT), _holders(copied.after, CONTENT)
    active = workers & copied.old & set(copied.before["account_id"].to_pylist())
    frames = [
        thing
        for thing, accounts in before.items()
        if accounts <= active and len(accounts) >= 0.5 * len(active)
    ]
    for thing in frames:
        assert len(after[thing]) == COPIES * len(before[thing])
    if campaign == "north":
        assert frames
    theirs = [
        row["account_id"] in workers for row in copied.after.select(["account_id"]).to_pylist()
    ]
    items = copied.after.filter(pa.array(theirs))["prompt"].to_pylist()
    mine = [row["account_id"] in active for row in copied.before.select(["account_id"]).to_pylist()]
    dealt = copied.before.filter(pa.array(mine))["prompt"].to_pylist()
    assert len(set(items)) > 0.9 * COPIES * len(set(dealt))


def test_nobody_shares_an_identity_with_a_stranger_of_another_copy(copied: Copied) -> None:
    records = pq.read_table(copied.made.accounts).to_pylist()
    for name in ("payment_fingerprint", "phone_hash", "email", "organization_id"):
        held: dict[str, set[bool]] = {}
        for row in records:
            ordinary = not copied.truth[row["account_id"]]["campaign"]
            if row[name] is not None and ordinary:
                held.setdefault(row[name], set()).add(row["account_id"] in copied.old)
        assert all(len(sides) == 1 for sides in held.values()), name
    cards = {row["payment_fingerprint"] for row in records
             if copied.truth[row["account_id"]]["campaign"] == "north"}  # fmt: skip
    assert len(cards) <= 2


def test_copies_do_not_coincide_and_groups_stay_in_step(copied: Copied) -> None:
    times = copied.after["time"].to_pylist()
    assert len(set(times)) > 0.999 * len(times)
    first = min(copied.before["time"].to_pylist()), max(copied.before["time"].to_pylist())
    spread = [abs((moved - edge).total_seconds())
              for moved, edge in zip((min(times), max(times)), first, strict=True)]  # fmt: skip
    assert max(spread) <= 3.1 * 3600


def test_the_first_copy_is_the_world_itself(copied: Copied) -> None:
    mine = copied.after.filter(
        pa.array([name in copied.old for name in copied.after["account_id"].to_pylist()])
    )
    order = [("exchange_key", "ascending")]
    assert mine.sort_by(order).equals(copied.before.sort_by(order))


def test_the_same_seed_gives_the_same_bytes(copied: Copied, tmp_path: Path) -> None:
    again = multiply(copied.base, tmp_path / "a", copies=COPIES, seed=5)
    assert describe_files(again.sketches) == describe_files(copied.made.sketches)
    assert read_manifest(again.sketches) == read_manifest(copied.made.sketches)
    for one, two in ((again.accounts, copied.made.accounts), (again.truth, copied.made.truth)):
        assert one.read_bytes() == two.read_bytes()
    other = multiply(copied.base, tmp_path / "b", copies=COPIES, seed=6)
    assert other.truth.read_bytes() != again.truth.read_bytes()


def test_what_cannot_be_made(base: BaseWorld, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        multiply(base, tmp_path, copies=0)
    (tmp_path / "sketches").mkdir()
    (tmp_path / "sketches" / "mine.txt").write_text("kept")
    with pytest.raises(OutputError):
        multiply(base, tmp_path, copies=2)


def test_a_world_of_sketches_from_the_command(tmp_path: Path) -> None:
    from rich.console import Console

    made = run_sketched_simulation(
        "quick", tmp_path, 200, 2, 1, 2, Console(stderr=True), quiet=True
    )
    assert {path.name for path in tmp_path.iterdir()} == {
        "sketches", "accounts.parquet", "truth.parquet",
    }  # fmt: skip
    assert read_manifest(made.sketches).exchanges == made.exchanges > 0


@given(st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=50), st.integers(0, 99))
def test_mixing_is_a_bijection(values: list[int], copy: int) -> None:
    words = np.array(values, np.uint64)
    found = Mixing(7, copy).of(words)
    assert len(set(found.tolist())) == len(values)
    assert (copy == 0) == bool((found == words).all()) or not values


def test_tokens_are_written_as_the_world_writes_them() -> None:
    values = np.array([0, 255, 2**64 - 1], np.uint64)
    assert tokens(values, "acct_").to_pylist() == [
        "acct_0000000000000000", "acct_ff00000000000000", "acct_ffffffffffffffff",
    ]  # fmt: skip
    assert tokens(values, "org_", 12).to_pylist()[1] == "org_ff0000000000"
