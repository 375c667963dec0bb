"""What a scan of what changed weighs: what came since, and what was kept of whom it compares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges import at, sketched
from gauger.engine import Engine
from gauger.find import compared
from gauger.find.compared import sketches_kept, to_weigh, worth_keeping
from gauger.find.days import Days
from gauger.find.sent import Sent
from gauger.model.exchange import TIME
from gauger.model.standing import ACTIVITY_SCHEMA, DAYS_SCHEMA, Standing

ACCOUNTS = ("again", "changed", "other")


@pytest.fixture
def sketches() -> pa.Table:
    """Three accounts, each with an exchange on each of four days."""
    return sketched(
        {"exchange_id": f"{name}{day}", "account_id": name, "time": at(24 * day + 1)}
        for day in range(4)
        for name in ACCOUNTS
    )


def keys_of(sketches: pa.Table, *names: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    key = dict(
        zip(sketches["account_id"].to_pylist(), sketches["account_key"].to_pylist(), strict=True)
    )
    return np.array([key[name] for name in names])


def standing(engine: Engine, sketches: pa.Table, folder: Path) -> tuple[Standing, Days]:
    """Kept of `again` by a scan of the first three days, beside all four."""
    early = engine.lend(sketches.slice(0, 9), "early")
    found = sketches_kept(engine, early, keys_of(sketches, "again"))
    pq.write_table(found, folder / "compared.parquet")
    days = Days.of(engine, early, DAYS_SCHEMA.empty_table()).table
    days = days.append_column("repeated", pa.array([[]] * 3, pa.list_(pa.int64())))
    held = Standing(ACTIVITY_SCHEMA.empty_table(), days, folder / "compared.parquet")
    return held, Days.of(engine, engine.lend(sketches, "sketches"), days)


def weighed(engine: Engine, table: pa.Table, sketches: pa.Table, *told: object) -> list[str]:
    keys = keys_of(sketches, "again", "changed")
    lent = engine.lend(table, "at_hand")
    found = engine.fetch(to_weigh(engine, lent, keys, *told), "weighed")  # type: ignore[arg-type]
    assert found.schema.names == table.schema.names
    begin = int(at(0).timestamp()) // 86_400
    days = found["time"].cast(TIME).cast(pa.int64()).to_numpy() // 86_400_000_000 - begin
    names = found["account_id"].to_pylist()
    return sorted(f"{name}{day}" for name, day in zip(names, days.tolist(), strict=True))


def test_of_who_changed_what_came_since_and_of_who_is_compared_everything(
    engine: Engine, sketches: pa.Table, tmp_path: Path
) -> None:
    held, days = standing(engine, sketches, tmp_path)
    expected = ["again0", "again1", "again2", "again3", "changed3"]
    assert weighed(engine, sketches, sketches, held, days) == expected


def test_a_day_that_changed_is_read_and_not_what_was_kept_of_it(
    engine: Engine, sketches: pa.Table, tmp_path: Path
) -> None:
    held, _ = standing(engine, sketches, tmp_path)
    # An exchange of the second day came late, and one of the first is gone.
    late = sketched([{"exchange_id": "late", "account_id": "changed", "time": at(26)}])
    table = pa.concat_tables([sketches.slice(1), late])
    days = Days.of(engine, engine.lend(table, "later"), held.days)
    expected = ["again1", "again2", "again3", "changed0", "changed1", "changed1", "changed3"]
    assert weighed(engine, table, sketches, held, days) == expected


@pytest.mark.parametrize("texts", [False, True])
def test_without_what_was_kept_and_with_texts_everything_is_weighed(
    engine: Engine, sketches: pa.Table, tmp_path: Path, texts: bool
) -> None:
    held, days = standing(engine, sketches, tmp_path)
    table = sketches
    if texts:
        table = sketches.append_column("prompt_text", pa.array(["hi"] * 12))
    else:
        held = Standing(held.activity, held.days)
    everything = sorted(f"{name}{day}" for name in ("again", "changed") for day in range(4))
    assert weighed(engine, table, sketches, held, days) == everything


@given(st.lists(st.integers(1, 40), max_size=30), st.data())
def test_the_busiest_are_not_kept_where_all_would_be_too_much(
    exchanges: list[int], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.booleans(), min_size=len(exchanges), max_size=len(exchanges)))
    flags, counts = np.array(again, np.bool_), np.array(exchanges, np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compared, "MOST", 100)
        kept = worth_keeping(counts, flags)
    assert not kept[~flags].any()
    assert counts[kept].sum() <= 100
    left = counts[flags & ~kept]
    assert not len(left) or counts[kept].sum() + left.min() > 100
    assert not len(left) or not kept.any() or counts[kept].max() <= left.min()


def test_all_accounts_are_told_with_what_they_sent(engine: Engine) -> None:
    table = sketched(
        {
            "exchange_id": f"e{n}", "account_id": f"a{n % 3}", "time": at(n),
            "input_tokens": n if n % 4 else None, "output_tokens": None,
        }
        for n in range(20)
    )  # fmt: skip
    sent = Sent.of(engine, engine.lend(table, "sketches"))
    assert sent.ids.to_pylist() == ["a0", "a1", "a2"]
    assert sent.exchanges.tolist() == [7, 7, 6]
    mine = [[n for n in range(20) if n % 3 == account] for account in range(3)]
    assert sent.input_tokens.tolist() == [sum(n for n in held if n % 4) for held in mine]
    assert sent.output_tokens.tolist() == [0, 0, 0]
    hour = 3_600_000_000
    begin = int(at(0).timestamp()) * 1_000_000
    assert sent.first_seen.tolist() == [begin + hour * held[0] for held in mine]
    assert sent.last_seen.tolist() == [begin + hour * held[-1] for held in mine]
    assert sent.places_of(["a2", "a0"]).tolist() == [2, 0]
