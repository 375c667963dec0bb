"""Reads the networks of an earlier scan with the accounts of each, so that they can be followed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.finding import Belonging
from gauger.model.lineage import EarlierNetwork
from gauger.read.finished import read_finished

MEMBERS: Final = "members.parquet"
_COLUMNS: Final = ("network_id", "account_id", "belonging")
_REMEDY: Final = "name the folder that an earlier `gauger scan` wrote"


def read_previous(folder: Path) -> tuple[EarlierNetwork, ...]:
    """The networks in the folder of a finished scan.

    Raises NothingToRead where there is none and UnreadableInput where it is damaged.
    """
    if not folder.is_dir():
        raise NothingToRead(folder, "there is no such folder", _REMEDY)
    finished = read_finished(folder)
    path = folder / MEMBERS
    try:
        rows = pq.read_table(path, columns=list(_COLUMNS)).to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise UnreadableInput(path, "it holds no members of a scan", _REMEDY) from error
    if rows.keys() != set(_COLUMNS):
        raise UnreadableInput(path, "it says of no account how surely it belongs", "scan again")
    accounts: dict[str, set[str]] = {network.network_id: set() for network in finished}
    core: dict[str, set[str]] = {network.network_id: set() for network in finished}
    for name, account, belonging in zip(*(rows[column] for column in _COLUMNS), strict=True):
        if name not in accounts:
            raise UnreadableInput(path, "it is not of the same scan as its findings", _REMEDY)
        accounts[name].add(account)
        if belonging == Belonging.CORE:
            core[name].add(account)
    return tuple(
        EarlierNetwork(
            network.network_id,
            network.verdict,
            frozenset(accounts[network.network_id]),
            frozenset(core[network.network_id]),
        )
        for network in finished
    )
