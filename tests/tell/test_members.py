"""members.parquet holds every account of every network, or the columns and no row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from gauger.model.finding import Belonging
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
    assert first["belonging"] == member.belonging
    assert first["marked"] == member.marked
    permitted = table.filter(pc.field("network_id") == found.networks[1].network_id)
    assert permitted["marked"].null_count == permitted.num_rows


def test_an_account_of_which_one_cannot_tell_has_no_row(tmp_path: Path) -> None:
    found = sample_findings()
    network = found.networks[0]
    doubtful = replace(network.members[0], belonging=Belonging.CANNOT_TELL)
    held = replace(network, members=(doubtful, *network.members[1:]))
    write_members(replace(found, networks=(held,)), tmp_path / "members.parquet")
    named = pq.read_table(tmp_path / "members.parquet")["account_id"].to_pylist()
    assert named == [member.account_id for member in network.members[1:]]
    assert network.undecided
    assert not {each.account_id for each in network.undecided} & set(named)


def test_without_a_network_there_are_columns_and_no_row(tmp_path: Path) -> None:
    write_members(nothing_found(), tmp_path / "members.parquet")
    table = pq.read_table(tmp_path / "members.parquet")
    assert table.schema.equals(MEMBERS_SCHEMA)
    assert table.num_rows == 0


def test_a_large_network_is_written_whole(tmp_path: Path) -> None:
    write_members(large_findings(70_000), tmp_path / "members.parquet")
    assert pq.read_metadata(tmp_path / "members.parquet").num_rows == 70_000
