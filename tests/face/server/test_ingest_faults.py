"""Killed in the middle, and clients that do not keep to HTTP: nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pyarrow as pa
import pytest

from exchanges import PHRASE
from face.test_serve_command import process
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.read.sketch.columns import distinct_fingerprints
from gauger.read.spool.committing import commit_spool
from gauger.read.spool.known import known_keys
from read.spool.spooling import KEY, Place, lines

COMMAND = "from gauger.face.cli import main; main()"


def key_in(folder: Path) -> str:
    """An API key of the service that runs in a folder."""
    database = open_database(f"sqlite:///{folder}/gauger-serve/control.db")
    key = make_key(database, "all", [Scope.INGEST, Scope.READ, Scope.DECIDE])
    database.dispose()
    return key


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Client(threading.Thread):
    """Sends exchanges, and the last ones again whenever it did not hear of them."""

    def __init__(self, base: str, key: str, name: str) -> None:
        super().__init__(daemon=True)
        self.acknowledged: set[str] = set()
        self.sent = 0
        self.done = threading.Event()
        self._client = httpx.Client(base_url=base, headers={"x-api-key": key}, timeout=10)
        self._name = name

    def run(self) -> None:
        while not self.done.is_set():
            ids = [f"{self._name}-{self.sent + number}" for number in range(20)]
            try:
                said = self._client.post("/v1/ingest", content=lines(ids))
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if said.status_code == 200:
                self.acknowledged |= set(ids)
                self.sent += len(ids)


def killed_and_counted(folder: Path, kills: int) -> tuple[set[int], list[int], int]:
    """Keys of what was acknowledged, keys in the lake, and how many were sent again."""
    key, port = key_in(folder), free_port()
    rng = random.Random(20261129)
    command = [sys.executable, "-c", COMMAND, "serve", "--lake", "lake", "--scan-every", "0",
               "--port", str(port), "-q"]  # fmt: skip
    clients = [Client(f"http://127.0.0.1:{port}", key, name) for name in "ab"]
    for client in clients:
        client.start()
    try:
        for number in range(kills + 1):
            before = sum(client.sent for client in clients)
            with (folder / "serve.log").open("ab") as log:
                running = subprocess.Popen(  # noqa: S603
                    command, cwd=folder, stderr=log, start_new_session=True,
                    env=os.environ | {"GAUGER_SECRET": PHRASE},
                )  # fmt: skip
            until = time.monotonic() + 60
            while sum(client.sent for client in clients) == before:
                assert time.monotonic() < until, (folder / "serve.log").read_text()
                time.sleep(0.05)
            time.sleep(rng.uniform(0.1, 5.0) if number < kills else 0.1)
            if number == kills:
                for client in clients:
                    client.done.set()
                    client.join()
                running.terminate()
            elif number % 2:
                # Its committer goes on for as long as that commit takes, beside the next one's.
                running.kill()
            else:
                os.killpg(running.pid, signal.SIGKILL)
            running.wait(60)
    finally:
        for client in clients:
            client.done.set()
    acknowledged = sorted(set.union(*(client.acknowledged for client in clients)))
    keys = distinct_fingerprints(pa.array(acknowledged), KEY).to_pylist()
    # What a service that ended soon after its beginning has left, the next one commits.
    place = Place(folder)
    commit_spool(place.lake, folder / "gauger-serve" / "spool", place.drafting())
    place.lake.refresh()
    lake = place.lake
    held = [key for keys in known_keys(lake, 10**9) for key in keys.tolist()]
    return set(keys), held, len(acknowledged)


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_what_was_acknowledged_is_in_the_lake_once_whatever_is_killed(
    tmp_path: Path, kills: int
) -> None:
    acknowledged, held, count = killed_and_counted(tmp_path, kills)
    assert count > 100
    assert len(held) == len(set(held)), "nothing is there twice"
    assert acknowledged <= set(held), "nothing acknowledged is missing"
    assert len(held) - len(acknowledged) <= 40 * (kills + 1), "at most what was on its way"


def test_clients_that_stop_or_talk_nonsense_hold_up_nobody(
    tmp_path: Path,
) -> None:
    key = key_in(tmp_path)
    with process(tmp_path, "--lake", "lake", "--scan-every", "0", "-q") as base:
        port = int(base.rpartition(":")[2])
        head = f"POST /v1/ingest HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\n".encode()
        beginnings = [
            b"\x16\x03\x01\x02\x00", b"GET", b"POST /v1/ingest HTTP/9.9\r\n\r\n",
            head + b"content-length: 100\r\n\r\n{",
            head + b"content-length: -5\r\n\r\n",
            head + b"transfer-encoding: chunked\r\n\r\nZZ\r\n",
            head + b"transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
            head + b"x: " + b"y" * 200_000,
        ]  # fmt: skip
        held = []
        for number in range(120):
            one = socket.create_connection(("127.0.0.1", port), timeout=10)
            one.sendall(beginnings[number % len(beginnings)])
            held.append(one)
        with httpx.Client(base_url=base, headers={"x-api-key": key}, timeout=30) as client:
            for number in range(5):
                said = client.post("/v1/ingest", content=lines([f"x-{number}"]))
                assert said.json()["accepted"] == 1
            assert client.post("/v1/decide", json={"account_id": "a"}).status_code == 200
            for each in held:
                each.close()
            counts = client.get("/v1/counts").json()["ingest"]
        assert counts["accepted"] == 5
