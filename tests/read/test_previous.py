"""The networks of an earlier scan are read back with their accounts."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.finding import Belonging
from gauger.read.previous import read_previous
from gauger.tell.findings import write_findings
from gauger.tell.members import write_members
from tell.sample import sample_findings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_findings(sample_findings(9), tmp_path / "findings.json")
    write_members(sample_findings(9), tmp_path / "members.parquet")
    return tmp_path


def test_accounts_and_the_core_come_back(folder: Path) -> None:
    for network, written in zip(read_previous(folder), sample_findings(9).networks, strict=True):
        surely = {each.account_id: each.belonging for each in written.members}
        assert network.network_id == written.network_id
        assert network.verdict == written.verdict.value
        assert network.accounts == {
            name for name, held in surely.items() if held is not Belonging.CANNOT_TELL
        }
        assert network.core == {name for name, held in surely.items() if held is Belonging.CORE}


def test_a_folder_without_a_scan_is_named(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="there is no such folder"):
        read_previous(tmp_path / "none")
    with pytest.raises(NothingToRead, match="there is no such file"):
        read_previous(tmp_path)


def test_members_that_are_damaged_or_of_another_scan_are_refused(folder: Path) -> None:
    path = folder / "members.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.drop_columns(["belonging"]), path)
    with pytest.raises(UnreadableInput, match=r"members\.parquet"):
        read_previous(folder)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(UnreadableInput, match="it holds no members of a scan"):
        read_previous(folder)
    write_members(sample_findings(9), path)
    (folder / "findings.json").write_text('{"version": 1, "networks": []}', encoding="utf-8")
    with pytest.raises(UnreadableInput, match="not of the same scan"):
        read_previous(folder)
