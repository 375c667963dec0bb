"""A finished scan is read back, and what is no such thing is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gauger.model.errors import NothingToRead, UnreadableInput, UsageError
from gauger.read.finished import pick_network, read_finished
from gauger.tell.findings import write_findings
from tell.sample import sample_findings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_findings(sample_findings(5), tmp_path / "findings.json")
    return tmp_path


def test_networks_are_read_back_from_a_folder_or_a_file(folder: Path) -> None:
    read = read_finished(folder)
    assert read == read_finished(folder / "findings.json")
    for network, written in zip(read, sample_findings(5).networks, strict=True):
        assert network.network_id == written.network_id
        assert network.verdict == written.verdict.value
        assert sorted(network.accounts) == sorted(each.account_id for each in written.members)
        assert network.exchanges == written.exchanges
        assert network.first_seen.startswith(f"{written.first_seen:%Y-%m-%d}")


def test_a_network_is_picked_by_its_id(folder: Path) -> None:
    read = read_finished(folder)
    assert pick_network(read, "net-b07c3e").network_id == "net-b07c3e"
    with pytest.raises(UsageError, match=r"found `net-1`; give one of `net-4f2a91`, `net-b07c3e`"):
        pick_network(read, "net-1")
    with pytest.raises(UsageError, match="scan logs that hold a network"):
        pick_network((), "net-1")
    with pytest.raises(UsageError, match="found 2 with `net-b07c3e`; name accounts"):
        pick_network((*read, read[1]), "net-b07c3e")
    many = tuple(replace(read[0], network_id=f"net-{number}") for number in range(30))
    with pytest.raises(UsageError, match=r"`net-19`, or of 10 more$"):
        pick_network(many, "net-99")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 1}', '{"version": 1, "networks": [{"network_id": "x"}]}', "\0"]
)
def test_what_is_no_findings_is_refused(folder: Path, text: str) -> None:
    (folder / "findings.json").write_text(text)
    with pytest.raises(UnreadableInput, match="no findings of a scan"):
        read_finished(folder)


def test_findings_that_are_not_there_or_of_another_version(folder: Path) -> None:
    path = folder / "findings.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 2', 1))
    with pytest.raises(UnreadableInput, match="version 2, this gauger reads 1"):
        read_finished(folder)
    path.unlink()
    with pytest.raises(NothingToRead, match="the folder that `gauger scan` wrote"):
        read_finished(folder)
