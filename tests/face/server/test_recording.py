"""What a service puts on the audit log: that it ran, and live answers by counts."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from act.policies import HEAD, RULES
from face.server.serving import Serving
from gauger.act.cases.audit import entries, verify
from gauger.act.cases.database import open_database
from gauger.face.server.service import Service


async def ask(client: httpx.AsyncClient, service: Service) -> None:
    """Questions before and after counts are put on record."""
    for account in ("core", "core", "stranger", "likely"):
        await client.post("/v1/decide", json={"account_id": account})
    service.recording.tell(service.database)
    service.recording.tell(service.database)
    await client.post("/v1/decide", json={"account_id": "core"})


def on_record(serving: Serving) -> list[tuple[str, dict[str, object]]]:
    """What was put on record, without the keys and the policy that the test made."""
    database = open_database(serving.options.database)
    assert verify(database).problem is None
    said = [(entry.kind, json.loads(entry.details)) for entry in entries(database)]
    database.dispose()
    setting_up = ("key_added", "policy_put", "live_share_changed")
    return [(kind, details) for kind, details in said if kind not in setting_up]


def test_live_answers_are_counted_and_no_account_is_named(serving: Serving) -> None:
    serving.run(ask)
    said = on_record(serving)
    assert [kind for kind, _ in said] == ["serve_started", "answers", "answers", "serve_stopped"]
    assert said[0][1]["fails"] == "open"
    assert said[1][1] == {"step-up/member_of_network": 2}
    assert said[2][1] == {"step-up/member_of_network": 1}


def test_in_shadow_nothing_is_answered_and_so_nothing_told(tmp_path: Path) -> None:
    shadow = Serving(tmp_path, policy=HEAD + RULES)
    shadow.run(ask)
    assert [kind for kind, _ in on_record(shadow)] == ["serve_started", "serve_stopped"]


def test_what_came_together_while_the_database_was_away_is_told_later(serving: Serving) -> None:
    async def away(client: httpx.AsyncClient, service: Service) -> dict[str, int]:
        path = Path(serving.options.database.removeprefix("sqlite:///"))
        hidden = path.with_name("hidden.db")
        await client.post("/v1/decide", json={"account_id": "core"})
        service.database.dispose()
        path.rename(hidden)
        path.mkdir()
        await service._try("audit", lambda: service.recording.tell(service.database))
        path.rmdir()
        hidden.rename(path)
        await client.post("/v1/decide", json={"account_id": "core"})
        return dict(service.stale)

    assert serving.run(away) == {"audit": 1}
    assert ("answers", {"step-up/member_of_network": 2}) in on_record(serving)
