"""Replacement accounts are recognised by their third exchange; who shares one trait is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from act.signatures.worlds import Split, split
from exchanges import OTHER_KEY, PHRASE
from gauger.act.signatures.files import read_signatures, write_signatures
from gauger.act.signatures.recogniser import Recogniser, Recognition
from gauger.model.errors import NothingToRead, UnreadableInput, UsageError
from gauger.model.run import ScanRequest
from gauger.model.signature import LIFETIME, SIGNATURES, TRAIT_KINDS, TRAITS, Signatures
from gauger.read.sketch import SketchKey, sketch
from gauger.read.sources import Rejects
from gauger.scan import scan

KEY = SketchKey.from_secret(PHRASE)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Split:
    """The world, split once."""
    return split(tmp_path_factory.mktemp("split"))


def signatures_of(seen: Split) -> Signatures:
    """The signatures of its scan."""
    assert seen.scan.signatures is not None
    return seen.scan.signatures


def recogniser(signatures: Signatures, after: timedelta = timedelta(0)) -> Recogniser:
    """One that begins so long after the networks were last seen."""
    last = max(signature.last_seen for signature in signatures.signatures)
    return Recogniser(signatures, KEY, last + after)


def first_recognitions(seen: Split, by: Recogniser) -> dict[str, Recognition]:
    """What every account was recognised as first."""
    found: dict[str, Recognition] = {}
    for recognition in by.meet(seen.exchanges()):
        if recognition is not None:
            found.setdefault(recognition.account_id, recognition)
    return found


def test_replacements_are_recognised_by_their_third_exchange_and_nobody_else_is(
    seen: Split,
) -> None:
    found = first_recognitions(seen, recogniser(signatures_of(seen)))
    sent = Counter(seen.exchanges()["account_id"].to_pylist())
    replacements = {account for account in seen.campaign & seen.away if sent[account] >= 3}
    assert len(replacements) >= 20
    assert {account for account in replacements if found[account].exchanges <= 3} == replacements
    assert set(found) <= seen.campaign
    (network,) = {recognition.network_id for recognition in found.values()}
    assert network in {each.network_id for each in seen.scan.findings.networks}
    assert all(recognition.log10 >= 2.75 for recognition in found.values())


def test_it_needs_no_records_but_hears_them(seen: Split) -> None:
    signatures = signatures_of(seen)
    with_records = recogniser(signatures)
    with_records.register(pq.read_table(seen.world.accounts))
    found = first_recognitions(seen, with_records)
    assert {name for held in found.values() for name, _ in held.families} >= {"identity"}
    assert set(found) <= seen.campaign


@pytest.mark.parametrize("kept", ["address", "frame", "client"])
def test_a_bystander_who_shares_one_thing_is_not_recognised(seen: Split, kept: str) -> None:
    sketches = sketch(seen.exchanges(), KEY)
    accounts = pa.array(sorted(seen.campaign), pa.string())
    theirs = pa.table(sketches).filter(pc.is_in(sketches["account_id"], accounts))
    others = pa.table(sketches).filter(pc.invert(pc.is_in(sketches["account_id"], accounts)))
    columns = {
        "address": ("address", "range", "block"),
        "frame": ("head", "tail", "runs", "system", "system_runs", "prompt"),
        "client": ("client",),
    }[kept]
    rows = min(theirs.num_rows, others.num_rows)
    mixed = others.slice(0, rows)
    for name in columns:
        column = theirs.slice(0, rows)[name]
        mixed = mixed.set_column(mixed.schema.get_field_index(name), mixed.field(name), column)
    (batch,) = mixed.combine_chunks().to_batches()
    assert not any(recogniser(signatures_of(seen)).meet_sketches(batch))


def test_it_remembers_whom_it_recognised_and_counts_no_first_exchange_twice(seen: Split) -> None:
    by = recogniser(signatures_of(seen))
    exchanges = seen.exchanges()
    found = first_recognitions(seen, by)
    account = sorted(found)[0]
    assert by.known(account) == found[account]
    stranger = next(iter(sorted(set(exchanges["account_id"].to_pylist()) - seen.campaign)))
    mine = exchanges.filter(pc.equal(exchanges["account_id"], stranger))
    assert by.known(stranger) is None
    assert by.meet(mine) == [None] * mine.num_rows


def test_a_signature_ends_with_its_traits(seen: Split) -> None:
    signatures = signatures_of(seen)
    assert recogniser(signatures).traits > recogniser(signatures, timedelta(days=40)).traits > 0
    late = recogniser(signatures, LIFETIME + timedelta(seconds=1))
    assert (late.networks, late.traits) == ((), 0)


def test_signatures_of_another_secret_are_refused(seen: Split) -> None:
    with pytest.raises(UsageError, match="another secret"):
        Recogniser(signatures_of(seen), OTHER_KEY, datetime.now(UTC))


def test_one_that_failed_its_trials_recognises_nobody(seen: Split) -> None:
    signatures = signatures_of(seen)
    failed = tuple(replace(each, recognises=False) for each in signatures.signatures)
    assert recogniser(replace(signatures, signatures=failed)).networks == ()


def test_its_trials_say_how_it_would_have_done(seen: Split) -> None:
    (signature,) = [each for each in signatures_of(seen).signatures if each.verdict == "extraction"]
    third = next(trial for trial in signature.trials if trial.exchanges == 3)
    assert third.members_recognised == third.members == len(seen.campaign - seen.away)
    assert third.outsiders_recognised == 0
    assert third.outsiders > 50


def test_files_hold_it_whole_and_nothing_else(seen: Split, tmp_path: Path) -> None:
    signatures = signatures_of(seen)
    write_signatures(signatures, tmp_path)
    read = read_signatures(tmp_path)
    assert [each.network_id for each in read.signatures] == [
        each.network_id for each in signatures.signatures
    ]
    for ours, theirs in zip(signatures.signatures, read.signatures, strict=True):
        assert (ours.worth, ours.trials) == (theirs.worth, theirs.trials)
        for name in ("kind", "print", "members", "outsiders", "first_seen", "last_seen"):
            assert np.array_equal(getattr(ours.traits, name), getattr(theirs.traits, name)), name
    assert first_recognitions(seen, recogniser(read)) == first_recognitions(
        seen, recogniser(signatures)
    )
    table = pq.read_table(tmp_path / TRAITS)
    assert {field.name for field in table.schema if pa.types.is_string(field.type)} == {
        "network_id", "kind",
    }  # fmt: skip
    assert set(table["kind"].to_pylist()) <= set(TRAIT_KINDS)
    manifest = (tmp_path / SIGNATURES).read_text(encoding="utf-8")
    assert not any(account in manifest for account in seen.campaign)


def test_files_that_do_not_belong_together_are_refused(seen: Split, tmp_path: Path) -> None:
    with pytest.raises(NothingToRead):
        read_signatures(tmp_path)
    write_signatures(signatures_of(seen), tmp_path)
    table = pq.read_table(tmp_path / TRAITS)
    pq.write_table(table.slice(1), tmp_path / TRAITS)
    with pytest.raises(UnreadableInput, match="not what its manifest names"):
        read_signatures(tmp_path)
    manifest = orjson.loads((tmp_path / SIGNATURES).read_bytes())
    (tmp_path / SIGNATURES).write_bytes(orjson.dumps(manifest | {"version": 99}))
    with pytest.raises(UnreadableInput, match="version is 99"):
        read_signatures(tmp_path)
    (tmp_path / SIGNATURES).write_text("{}")
    with pytest.raises(UnreadableInput, match="no signatures"):
        read_signatures(tmp_path)


def test_a_scan_with_a_key_of_its_own_leaves_none(seen: Split, tmp_path: Path) -> None:
    logs = tuple(map(str, seen.world.logs))
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        result = scan(ScanRequest(logs, accounts=seen.world.accounts), rejects)
    assert result.findings.networks
    assert result.signatures is None


@pytest.mark.usefixtures("spark")
def test_spark_marks_a_network_by_the_same_traits(seen: Split, tmp_path: Path) -> None:
    request = replace(seen.request, engine="spark", memory="1GB", threads=1)
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        other = scan(request, rejects).signatures
    assert other is not None
    for ours, theirs in zip(signatures_of(seen).signatures, other.signatures, strict=True):
        assert (ours.worth, ours.trials) == (theirs.worth, theirs.trials)
        for name in ("kind", "print", "members", "outsiders", "first_seen", "last_seen"):
            assert np.array_equal(getattr(ours.traits, name), getattr(theirs.traits, name)), name
