"""`POST /v1/ingest` and its like: what is acknowledged, what is refused, and how much is held."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import zstandard

from exchanges import PHRASE
from face.server.serving import Serving
from gauger.act.cases.keys import Scope
from gauger.face.server import intake as intakes
from gauger.face.server import room as rooms
from gauger.face.server.room import Room
from gauger.face.server.service import Service
from gauger.model.errors import LakeError, UsageError
from read.spool.spooling import lines


class Ingesting(Serving):
    """A service with a lake, without scans."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.options = replace(
            self.options, lake=str(folder / "lake"), spool=folder / "spool", scan_every=None
        )

    def ingest(self, asked: Any, **changes: object) -> Any:
        """With a key that may do nothing else."""
        return self.run(asked, scope=Scope.INGEST, **changes)


@pytest.fixture
def ingesting(tmp_path: Path) -> Ingesting:
    """One for every test."""
    return Ingesting(tmp_path)


def many(begin: int, end: int) -> bytes:
    """Exchanges by number."""
    return lines(f"exchange-{number}" for number in range(begin, end))


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_it_is_taken_in_as_it_is_encoded(ingesting: Ingesting, encoding: str) -> None:
    body = {"identity": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}[encoding](
        many(0, 50)
    )

    async def ask(client: httpx.AsyncClient, _: Service) -> httpx.Response:
        return await client.post("/v1/ingest", content=body, headers={"content-encoding": encoding})

    said = ingesting.ingest(ask)
    assert (said.status_code, said.json()["accepted"]) == (200, 50)


def test_bad_records_are_answered_by_row_and_reason_and_kept(ingesting: Ingesting) -> None:
    body = (
        many(0, 2) + b"{\n" + b'{"exchange_id": "x", "time": "2999-01-01T00:00:00Z"}\n' + many(2, 3)
    )

    async def ask(client: httpx.AsyncClient, _: Service) -> list[httpx.Response]:
        return [
            await client.post("/v1/ingest", content=each) for each in (body, body, b"walrus\n", b"")
        ]

    mixed, again, bad, empty = ingesting.ingest(ask)
    assert (mixed.status_code, mixed.json()["accepted"], mixed.json()["rejected"]) == (200, 3, 2)
    assert [each["row"] for each in mixed.json()["rejects"]] == [3, 4]
    assert "later than the present" in mixed.json()["rejects"][1]["reason"]
    assert (again.json()["accepted"], again.json()["repeated"]) == (0, 3)
    assert (bad.status_code, bad.json()["rejected"]) == (422, 1)
    assert (empty.status_code, empty.json()["accepted"]) == (200, 0)
    kept = (ingesting.folder / "spool" / "rejects.jsonl").read_text(encoding="utf-8")
    told = [orjson.loads(line) for line in kept.splitlines()]
    assert [(each["file"], each["row"]) for each in told] == [
        ("/v1/ingest", 3), ("/v1/ingest", 4), ("/v1/ingest", 3), ("/v1/ingest", 4),
        ("/v1/ingest", 1),
    ]  # fmt: skip
    assert "walrus" not in kept


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"content-encoding": "br"}, b"x", 415, "unknown_encoding"),
        ({"content-encoding": "gzip"}, b"no gzip", 400, "not_inflated"),
        ({"content-encoding": "gzip"}, gzip.compress(b"x" * 999)[:-9], 400, "not_inflated"),
        ({"content-encoding": "zstd"}, zstandard.compress(b"x" * 999)[:-3], 400, "not_inflated"),
        ({"content-encoding": "gzip"}, gzip.compress(b"x" * 70_000_000), 413, "too_large"),
        ({"content-encoding": "zstd"}, zstandard.compress(b"x" * 70_000_000), 413, "too_large"),
        ({}, b"x" * 32_000_001, 413, "too_large"),
    ],
    ids=["encoding", "no gzip", "cut gzip", "cut zstd", "gzip bomb", "zstd bomb", "large"],
)
def test_bodies_that_are_not_what_they_say(
    ingesting: Ingesting, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    async def ask(client: httpx.AsyncClient, service: Service) -> httpx.Response:
        said = await client.post("/v1/ingest", content=body, headers=headers)
        assert service.live is not None
        assert service.live.intake.room.held == service.live.intake.room.requests == 0
        return said

    said = ingesting.ingest(ask)
    assert (said.status_code, said.json()["error"]["code"]) == (status, code)


def test_a_client_that_does_not_go_on_is_let_go(
    ingesting: Ingesting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms.received, "__defaults__", (0.2,))

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    async def ask(client: httpx.AsyncClient, _: Service) -> list[int]:
        slow, quick = await asyncio.gather(
            client.post("/v1/ingest", content=slowly()),
            client.post("/v1/ingest", content=many(0, 1)),
        )
        return [slow.status_code, quick.status_code]

    assert ingesting.ingest(ask) == [408, 200]


def test_a_flood_is_told_to_come_again_and_what_is_held_stays_small(
    ingesting: Ingesting,
) -> None:
    most = 300_000
    held: list[int] = []

    async def ask(client: httpx.AsyncClient, service: Service) -> list[httpx.Response]:
        assert service.live is not None
        service.live.intake.room = room = Room(most, 50)

        async def one(number: int) -> httpx.Response:
            path = "/v1/ingest/litellm" if number % 10 == 0 else "/v1/ingest"
            body = many(number * 100, number * 100 + 100)
            said = await client.post(path, content=body)
            held.append(room.held)
            return said

        said = await asyncio.gather(*(one(number) for number in range(200)))
        assert room.held == room.requests == 0
        return said

    said = ingesting.ingest(ask)
    refused = [each for each in said if each.status_code in (429, 503)]
    # What is no payload of LiteLLM's is read and rejected, where there was room for it.
    taken = [each for each in said if each.status_code in (200, 422)]
    assert refused and taken and len(refused) + len(taken) == 200
    assert all(int(each.headers["retry-after"]) >= 1 for each in refused)
    assert {each.status_code for each in refused} == {429, 503}, "LiteLLM hears 503"
    assert max(held) <= most


def test_a_spool_that_is_full_or_fails_is_said(
    ingesting: Ingesting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(client: httpx.AsyncClient, service: Service) -> list[httpx.Response]:
        assert service.live is not None
        intake = service.live.intake
        said = []
        with monkeypatch.context() as patched:
            patched.setattr(
                intake.spool, "keep", lambda _: (_ for _ in ()).throw(OSError(28, "No space left"))
            )
            said.append(await client.post("/v1/ingest", content=many(0, 5)))
        said.append(await client.post("/v1/ingest", content=many(0, 5)))
        intake.spooled = intakes.MOST_SPOOLED + 1
        said.append(await client.post("/v1/ingest", content=many(5, 6)))
        assert intake.failed == {"no space left": 1}
        return said

    failed, again, full = ingesting.ingest(ask)
    assert (failed.status_code, failed.json()["error"]["code"]) == (503, "not_kept")
    assert failed.headers["retry-after"] == "10"
    assert (again.status_code, again.json()["accepted"]) == (200, 5)
    assert full.status_code == 429


def test_a_clock_that_is_set_back_rejects_nothing(
    ingesting: Ingesting, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from gauger.read import arriving

    class Back(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2000, 1, 1, tzinfo=UTC)

    async def ask(client: httpx.AsyncClient, _: Service) -> dict[str, Any]:
        monkeypatch.setattr(arriving, "datetime", Back)
        return (await client.post("/v1/ingest", content=many(0, 5))).json()

    assert ingesting.ingest(ask)["accepted"] == 5


def test_a_database_that_is_away_stops_accounts_and_no_exchange(ingesting: Ingesting) -> None:
    async def ask(client: httpx.AsyncClient, service: Service) -> list[int]:
        service.database.dispose()
        Path(service.options.database.removeprefix("sqlite:///")).unlink()
        await service.refresh()
        return [
            (await client.post(path, content=body)).status_code
            for path, body in (
                ("/v1/ingest", many(0, 5)),
                ("/v1/ingest/accounts", b'{"account_id": "a"}'),
            )
        ]

    assert ingesting.ingest(ask) == [200, 503]


@pytest.mark.parametrize("path", ["/v1/ingest", "/v1/ingest/litellm", "/v1/traces", "/v1/logs",
                                  "/v1/ingest/accounts"])  # fmt: skip
def test_without_a_lake_nothing_is_taken_in(tmp_path: Path, path: str) -> None:
    async def ask(client: httpx.AsyncClient, _: Service) -> httpx.Response:
        headers = {"content-type": "application/json"}
        return await client.post(path, content=many(0, 1), headers=headers)

    said = Serving(tmp_path).run(ask, scope=Scope.INGEST, secret=None)
    assert said.status_code == 409
    assert "GAUGER_SECRET" in said.json()["error"]["message"]


def test_without_the_secret_of_the_lake_there_is_no_service(ingesting: Ingesting) -> None:
    with pytest.raises(UsageError, match="without a secret"):
        Service(replace(ingesting.options, secret=None))

    async def ask(client: httpx.AsyncClient, _: Service) -> int:
        return (await client.post("/v1/ingest", content=many(0, 1))).status_code

    assert ingesting.ingest(ask) == 200
    with pytest.raises(LakeError, match="another key"):
        Service(replace(ingesting.options, secret=PHRASE + " another"))


def test_accounts_are_kept_as_they_were_last_told(ingesting: Ingesting) -> None:
    from gauger.act.cases.accounts import write_accounts

    async def ask(client: httpx.AsyncClient, service: Service) -> list[Any]:
        first = b'{"account_id": "a", "plan": "free"}\n{"plan": "x"}\n{"account_id": "b"}\n'
        later = b'{"account_id": "a", "plan": "team", "created_at": 1767225600, "odd": 1}'
        said = [
            (await client.post("/v1/ingest/accounts", content=each)).json()
            for each in (first, later)
        ]
        path = ingesting.folder / "accounts.jsonl"
        write_accounts(service.database, path)
        return [said, [orjson.loads(line) for line in path.read_text().splitlines()]]

    (first, later), kept = ingesting.ingest(ask)
    assert (first["accepted"], first["rejected"], first["rejects"][0]["row"]) == (2, 1, 2)
    assert later["accepted"] == 1
    assert kept == [
        {"account_id": "a", "plan": "team", "created_at": "2026-01-01T00:00:00+00:00"},
        {"account_id": "b"},
    ]
