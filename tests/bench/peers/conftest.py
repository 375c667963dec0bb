"""Worlds for the tests of peers: a small simulated one, and one made by hand."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from handmade_logs import BEGIN, Row, Write

from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.exchange import EXCHANGE_SCHEMA
from gauger.world import simulate

# `bench` is no installed package; it is found from the root of the repository.
sys.path.insert(0, str(Path(__file__).parents[3]))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated world of 200 accounts without its truth, so that no peer can read it."""
    folder = tmp_path_factory.mktemp("small")
    simulate("quick", folder, accounts=200, days=4, seed=5).truth.unlink()
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes rows of exchanges and accounts as a world; what a row leaves out is null."""

    def written(exchanges: list[Row], accounts: list[Row]) -> Path:
        (tmp_path / "logs").mkdir()
        for number, row in enumerate(exchanges):
            row.setdefault("exchange_id", f"ex_{number}")
            row.setdefault("request_model", "model-1")
        exchanges = [{name: row.get(name) for name in EXCHANGE_SCHEMA.names} for row in exchanges]
        accounts = [{name: row.get(name) for name in ACCOUNT_SCHEMA.names} for row in accounts]
        pq.write_table(
            pa.Table.from_pylist(exchanges, EXCHANGE_SCHEMA), tmp_path / "logs" / "day.parquet"
        )
        pq.write_table(
            pa.Table.from_pylist(accounts, ACCOUNT_SCHEMA), tmp_path / "accounts.parquet"
        )
        return tmp_path

    return written


@pytest.fixture
def guilty(write: Write) -> Path:
    """Twelve accounts in lockstep from the same twelve addresses with one card, twenty others.

    The twelve are `ring_..`, numbered siblings by mail; every other account has its own hours,
    address, words and card.
    """
    exchanges: list[Row] = []
    accounts: list[Row] = []
    for member in range(12):
        name = f"ring_{member:02}"
        mail = f"harvest{member}@mail.example"
        accounts.append({"account_id": name, "email": mail, "payment_fingerprint": "pm_one"})
        exchanges += [
            {
                "account_id": name,
                "time": BEGIN + timedelta(hours=turn, seconds=2 * member),
                "prompt": f"Write out the reasoning for task {turn} step by step",
                "system": "You grade answers",
                "source_ip": f"203.0.113.{turn % 12}",
                "user_agent": "python",
                "ja4": "t13d_one",
                "input_tokens": 100,
                "output_tokens": 900,
            }
            for turn in range(24)
        ]
    for person in range(20):
        name = f"person_{person:02}"
        words = " ".join(f"word{person * 50 + step}" for step in range(12))
        mail = f"{'abcdefghijklmnopqrst'[person] * 6}@mail.example"
        card = f"pm_{person}"
        accounts.append({"account_id": name, "email": mail, "payment_fingerprint": card})
        exchanges += [
            {
                "account_id": name,
                "time": BEGIN + timedelta(hours=31 * turn + person, minutes=7 * person),
                "prompt": f"{words} {turn} {turn * person}",
                "source_ip": f"198.51.{person}.7",
                "user_agent": f"client {person}",
                "ja4": f"t13d_{person}",
                "input_tokens": 40 + person,
                "output_tokens": 200 + 9 * turn,
            }
            for turn in range(6)
        ]
    return write(exchanges, accounts)
