"""LiteLLM's own `generic_api` logger, sending what LiteLLM makes of calls, to a real service."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from face.server.test_ingest import Ingesting
from gauger.act.cases.keys import Scope
from gauger.face.server.app import application
from gauger.face.server.service import Service

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")


async def _called(litellm: Any, number: int) -> None:
    await litellm.acompletion(
        model="gpt-4o",
        messages=[{"role": "user", "content": f"walrus {number}"}],
        mock_response="an answer",
        metadata={"user_api_key_user_id": f"account-{number % 3}"},
    )


@pytest.mark.parametrize("log_format", ["json_array", "ndjson", "single"])
def test_it_is_taken_in_as_litellm_sends_it(tmp_path: Path, log_format: str) -> None:
    import litellm
    from litellm.integrations.generic_api.generic_api_callback import GenericAPILogger

    ingesting = Ingesting(tmp_path)

    async def all_of_it() -> dict[str, int]:
        service = Service(ingesting.options)
        server = uvicorn.Server(
            uvicorn.Config(application(service), port=0, log_level="warning", lifespan="on")
        )
        running = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        logger = GenericAPILogger(
            endpoint=f"http://127.0.0.1:{port}/v1/ingest/litellm",
            headers={"x-api-key": ingesting.keys[Scope.INGEST]},
            log_format=log_format,
        )
        before, litellm.callbacks = litellm.callbacks, [logger]
        try:
            for number in range(6):
                await _called(litellm, number)
            for _ in range(200):
                if len(logger.log_queue) == 6:
                    break
                await asyncio.sleep(0.05)
            assert len(logger.log_queue) == 6
            await logger.async_send_batch()
        finally:
            litellm.callbacks = before
            await logger.async_httpx_client.close()
        counted = service.live.intake.counted if service.live is not None else {}
        told = {name: counted[name] for name in ("accepted", "repeated", "rejected")}
        server.should_exit = True
        await running
        return told

    try:
        told = asyncio.run(all_of_it())
    finally:
        # The client it keeps belongs to a loop that has ended.
        litellm.in_memory_llm_clients_cache.flush_cache()
    assert told == {"accepted": 6, "repeated": 0, "rejected": 0}
    held = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"walrus" in each for each in held)


def test_it_hears_503_where_others_hear_429(tmp_path: Path) -> None:
    ingesting = Ingesting(tmp_path)

    async def ask(client: httpx.AsyncClient, service: Service) -> list[int]:
        assert service.live is not None
        service.live.intake.spooled = 10**12
        paths = ("/v1/ingest", "/v1/ingest/litellm")
        return [(await client.post(path, content=b"{}")).status_code for path in paths]

    assert ingesting.ingest(ask) == [429, 503]
