"""Rounds: one at a time over all replicas, shown whole, recorded when the database is there."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from act.cases.conftest import url
from exchanges import PHRASE
from gauger import rounds
from gauger.act.cases.database import open_database
from gauger.act.cases.rounds import only_one_scans, record_round, seconds_since_last
from gauger.act.cases.shown import latest_networks, latest_rounds
from gauger.act.cases.thinning import superfluous
from gauger.model.errors import OutputError
from gauger.model.round import Kind, Outcome, Round
from gauger.read.spool.committing import commit_spool
from gauger.round_folders import RoundFolders
from gauger.rounds import LATER, RoundRequest, run_round
from read.spool.spooling import Place, arrival

__all__ = ["url"]
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Scanned:
    """A lake that fills, and rounds of it."""

    def __init__(self, folder: Path, database: str) -> None:
        self.place = Place(folder)
        self.spool = self.place.begin()
        self.request = RoundRequest(
            str(folder / "lake"), folder / "findings", database, every=0.0, memory="1GB",
            secret=PHRASE,
        )  # fmt: skip
        self._number = 0

    def fill(self) -> None:
        """Thirty more exchanges."""
        ids = [f"{self._number}-{each}" for each in range(30)]
        self._number += 1
        self.spool.keep([arrival(*ids)])
        commit_spool(self.place.lake, self.place.spool, self.place.drafting())


@pytest.fixture
def scanned(tmp_path: Path, url: str) -> Iterator[Scanned]:
    """With a first thirty exchanges."""
    held = Scanned(tmp_path, url)
    held.fill()
    yield held
    held.spool.close()


def test_a_round_is_made_once_something_came(scanned: Scanned) -> None:
    first = run_round(scanned.request)
    assert first.held is not None and first.held.outcome is Outcome.DONE, first
    assert (first.held.records, first.held.exchanges, first.unrecorded) == (30, 30, 0)
    again = run_round(scanned.request)
    assert (again.held, again.reason) == (None, "nothing came since")
    scanned.fill()
    second = run_round(scanned.request)
    assert second.held is not None and second.held.records == 60
    link = scanned.request.findings
    assert link.is_symlink() and link.resolve().name == f"round-{second.held.round_id}"
    database = open_database(scanned.request.database)
    recorded = latest_rounds(database, 10)
    assert [each.round_id for each in recorded] == [
        second.held.round_id, first.held.round_id,
    ]  # fmt: skip
    assert recorded[0].snapshot_id == second.held.snapshot_id
    assert latest_networks(database) == (second.held.round_id, [])
    database.dispose()


def test_a_round_that_fails_says_so_and_leaves_what_was_shown(
    scanned: Scanned, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_round(scanned.request)
    assert first.held is not None
    scanned.fill()
    with monkeypatch.context() as patched:
        patched.setattr(rounds, "scan", lambda *_: 1 / 0)
        failed = run_round(scanned.request)
    assert failed.held is not None
    assert (failed.held.outcome, failed.held.error) == (
        Outcome.FAILED, "ZeroDivisionError: division by zero",
    )  # fmt: skip
    assert scanned.request.findings.resolve().name == f"round-{first.held.round_id}"
    database = open_database(scanned.request.database)
    assert [each.outcome for each in latest_rounds(database, 10)] == ["failed", "done"]
    database.dispose()
    after = run_round(scanned.request)
    assert after.held is not None and after.held.outcome is Outcome.DONE


def test_replicas_at_once_scan_one_at_a_time(scanned: Scanned, tmp_path: Path) -> None:
    if scanned.request.database.startswith("sqlite"):
        requests = [scanned.request] * 3
    else:
        # Each with folders of its own, so that only the database parts them.
        requests = [
            replace(scanned.request, findings=tmp_path / f"findings-{number}")
            for number in range(3)
        ]
    open_database(scanned.request.database).dispose()
    inside: list[int] = []
    most: list[int] = []
    real = rounds.scan

    def watched(*asked: object) -> object:
        inside.append(1)
        most.append(len(inside))
        try:
            return real(*asked)  # type: ignore[arg-type]
        finally:
            inside.pop()

    rounds.scan = watched  # type: ignore[assignment]
    try:
        with ThreadPoolExecutor(3) as pool:
            ends = list(pool.map(run_round, requests))
    finally:
        rounds.scan = real
    assert max(most) == 1
    done = [end for end in ends if end.held is not None]
    assert done and all(end.held.outcome is Outcome.DONE for end in done if end.held)
    assert {end.reason for end in ends if end.held is None} <= LATER | {"nothing came since"}


def test_the_lock_of_a_replica_that_died_is_free(scanned: Scanned) -> None:
    database = open_database(scanned.request.database)
    if database.dialect.name != "postgresql":
        pytest.skip("one machine's processes are parted by a lock on a file")
    with only_one_scans(database) as mine:
        assert mine
        with only_one_scans(database) as other:
            assert not other
        assert run_round(scanned.request).reason in LATER
        with database.connect() as connection:
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks "
                    "WHERE locktype = 'advisory' AND objid = 7243393"
                )
            )
        with only_one_scans(database) as other:
            assert other
    database.dispose()


def test_pauses_are_told_by_the_database_s_clock(scanned: Scanned) -> None:
    database = open_database(scanned.request.database)
    assert seconds_since_last(database) is None
    record_round(database, _round("a", datetime(2001, 1, 1, tzinfo=UTC)))
    passed = seconds_since_last(database)
    assert passed is not None and 0 <= passed < 60
    assert run_round(replace(scanned.request, every=3600.0)).reason in LATER
    # A clock that was set back since is no reason to wait for years.
    with database.begin() as connection:
        connection.execute(
            sa.text("UPDATE rounds SET recorded = :later"),
            {"later": datetime.now(UTC) + timedelta(days=900)},
        )
    assert seconds_since_last(database) is None
    assert run_round(replace(scanned.request, every=3600.0)).held is not None
    database.dispose()


class Between:
    """Stands between a client and PostgreSQL, and can be away."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.away = False
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def leave(self) -> None:
        """Cuts every connection, and makes no new one."""
        self.away = True
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self.away:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    for each in (one, other):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def test_a_database_that_is_away_and_back_has_every_round(tmp_path: Path, url: str) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("SQLite is never away")
    between = Between(5432)
    scanned = Scanned(tmp_path, url.replace(":5432/", f":{between.port}/"))
    scanned.fill()
    with scanned.spool:
        assert run_round(scanned.request).unrecorded == 0
        between.leave()
        scanned.fill()
        away = run_round(scanned.request)
        assert away.held is not None and away.held.outcome is Outcome.DONE
        assert away.unrecorded == 1
        between.away = False
        back = run_round(scanned.request)
        assert (back.reason, back.unrecorded) == ("nothing came since", 0)
    database = open_database(url)
    assert latest_rounds(database, 10)[0].round_id == away.held.round_id
    database.dispose()


def test_results_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "findings").mkdir()
    with pytest.raises(OutputError, match="not made by the service"):
        RoundFolders(tmp_path / "findings")


def test_what_a_killed_round_left_is_swept(tmp_path: Path) -> None:
    folders = RoundFolders(tmp_path / "findings")
    held = _round("a", NOW)
    folders.add(held)
    left = folders.folder("b")
    left.mkdir()
    with folders.alone() as alone:
        assert alone and not left.exists() and folders.folder("a").exists()
        with folders.alone() as other:
            assert not other
    shutil.rmtree(folders.root)


@given(st.lists(st.integers(-3600, 40 * 86_400), max_size=60))
def test_thinning_keeps_the_latest_and_fewer_of_the_older(ages: list[int]) -> None:
    moments = {str(place): NOW - timedelta(seconds=age) for place, age in enumerate(ages)}
    gone = superfluous(moments, NOW)
    kept = {name: moment for name, moment in moments.items() if name not in gone}
    assert all(
        name in kept for name, moment in moments.items() if NOW - moment <= timedelta(minutes=10)
    )
    assert len(kept) <= sum(age <= 600 for age in ages) + 26 + 32
    if any(age <= 30 * 86_400 for age in ages):
        assert max(kept.values()) == max(moments.values())
    # What was thinned once is not thinned further by looking again.
    assert superfluous(kept, NOW) == set()


def _round(round_id: str, started: datetime) -> Round:
    return Round(
        round_id, "here:1", Kind.EVERYTHING, Outcome.DONE, None, started, 1.0, 1, 1, "", 1, 1, 0
    )


def test_where_everything_takes_long_only_what_changed_is_weighed(
    scanned: Scanned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "QUICK", -1.0)
    kinds = []
    for _ in range(3):
        end = run_round(scanned.request)
        assert end.held is not None and end.held.outcome is Outcome.DONE, end
        kinds.append(end.held.kind)
        scanned.fill()
    assert kinds == [Kind.EVERYTHING, Kind.SINCE, Kind.SINCE]
    monkeypatch.setattr(rounds, "_OLDEST", timedelta(0))
    monkeypatch.setattr(rounds, "_SHARE", 0)
    end = run_round(scanned.request)
    assert end.held is not None and end.held.kind is Kind.EVERYTHING
