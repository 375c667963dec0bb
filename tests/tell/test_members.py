"""members.parquet holds every account of every network, or the columns and no row."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from gauger.tell.members import MEMBERS_SCHEMA, write_members

from .sample import large_findings, nothing_found, sample_findings


def test_every_account_has_a_row(tmp_path: Path) -> None:
    found = sample_findings()
    write_members(found, tmp_path / "members.parquet")
    table = pq.read_table(tmp_path / "members.parquet")
    assert table.schema.equals(MEMBERS_SCHEMA)
    assert table.num_rows == sum(len(network.members) for network in found.networks)
    first = table.slice(0, 1).to_pylist()[0]
    member = found.networks[0].members[0]
    assert first["network_id"] == found.networks[0].network_id
    assert first["account_id"] == member.account_id
    assert first["log10_lr"] == member.lr.log10
    assert first["first_seen"] == member.first_seen
    assert first["ties"] == list(member.ties)


def test_without_a_network_there_are_columns_and_no_row(tmp_path: Path) -> None:
    write_members(nothing_found(), tmp_path / "members.parquet")
    table = pq.read_table(tmp_path / "members.parquet")
    assert table.schema.equals(MEMBERS_SCHEMA)
    assert table.num_rows == 0


def test_a_large_network_is_written_whole(tmp_path: Path) -> None:
    write_members(large_findings(70_000), tmp_path / "members.parquet")
    assert pq.read_metadata(tmp_path / "members.parquet").num_rows == 70_000
