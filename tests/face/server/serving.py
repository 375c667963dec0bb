"""A service in this process, asked as a gateway asks, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import httpx

from act.policies import HEAD, LIVE, RULES, index
from exchanges import PHRASE
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.act.cases.versions import put_policy
from gauger.act.decisions.decider import Known
from gauger.face.server.app import application
from gauger.face.server.options import ServeOptions
from gauger.face.server.service import Service

Result = TypeVar("Result")


class Serving:
    """Options of a service with one key for each scope, and a policy unless told otherwise."""

    def __init__(self, folder: Path, *, policy: str | None = HEAD + LIVE + RULES) -> None:
        self.options = ServeOptions(f"sqlite:///{folder}/control.db", secret=PHRASE)
        database = open_database(self.options.database)
        self.keys = {scope: make_key(database, scope.value, [scope]) for scope in Scope}
        if policy is not None:
            put_policy(database, policy, "policy.toml")
        database.dispose()

    def run(
        self,
        asked: Callable[[httpx.AsyncClient, Service], Awaitable[Result]],
        *,
        scope: Scope | None = Scope.DECIDE,
        **changes: object,
    ) -> Result:
        """Opens the service, asks, and closes it; the client bears the key of `scope`."""

        async def all_of_it() -> Result:
            service = Service(replace(self.options, **changes))  # type: ignore[arg-type]
            if service.options.findings is None:
                service.decider.renew(Known(index()))
            headers = {} if scope is None else {"x-gauger-key": self.keys[scope]}
            await service.begin()
            try:
                transport = httpx.ASGITransport(application(service))
                async with httpx.AsyncClient(
                    transport=transport, base_url="http://gauger", headers=headers
                ) as client:
                    return await asked(client, service)
            finally:
                await service.end()

        return asyncio.run(all_of_it())
