"""Appeals and cases over HTTP: a reference opens a case, a person decides, and it is remembered."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from act.policies import HEAD, RULES, index, network
from face.server.serving import Serving
from gauger.act.cases.approvals import approve
from gauger.act.cases.audit import entries
from gauger.act.cases.database import open_database
from gauger.act.decisions.decider import Known
from gauger.act.policy.policy import Policy
from gauger.face.server.service import Service
from gauger.model.decision import Place

Json = dict[str, Any]


def administer(serving: Serving) -> dict[str, str]:
    """The key of a person at the provider."""
    from gauger.act.cases.keys import Scope

    return {"x-gauger-key": serving.keys[Scope.ADMINISTER]}


async def decided(client: httpx.AsyncClient, account: str, **more: object) -> Json:
    """A decision."""
    said: Json = (await client.post("/v1/decide", json={"account_id": account, **more})).json()
    return said


def anybody(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same service, asked without a key."""
    return httpx.AsyncClient(transport=client._transport, base_url="http://gauger")


def test_from_an_answer_to_a_person_and_back(serving: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> None:
        said = await decided(client, "core")
        reference = said["reference"]
        assert said["appeal"].endswith(reference)
        customer = anybody(client)
        told = (await customer.get(f"/v1/appeals/{reference}")).json()
        assert (told["answer"], told["state"], told["reason"]) == (
            "step-up", "answered", "member_of_network",
        )  # fmt: skip
        assert told["would_clear"] and told["reason_in_words"] and told["expires"]
        words = {"reference": reference, "statement": "We are a class of thirty."}
        opened = await customer.post("/v1/appeals", json=words)
        assert (opened.status_code, opened.json()["state"]) == (200, "open")

        key = administer(serving)
        waiting = (await client.get("/v1/cases?state=open", headers=key)).json()["cases"]
        assert [case["reference"] for case in waiting] == [reference]
        case = (await client.get(f"/v1/cases/{reference}", headers=key)).json()
        assert (case["account_id"], case["network_id"]) == ("core", "net-1")
        assert case["events"][0]["words"] == "We are a class of thirty."
        decision = {"outcome": "cleared", "by": "ana", "reason": "the school of net-1 confirmed",
                    "told": "Your school has confirmed it."}  # fmt: skip
        done = await client.post(f"/v1/cases/{reference}/decision", json=decision, headers=key)
        assert (done.status_code, done.json()["state"]) == (200, "cleared")

        again = await decided(client, "core")
        assert (again["answer"], again["reason"], again["reference"]) == ("allow", "cleared", None)
        told = (await customer.get(f"/v1/appeals/{reference}")).json()
        assert (told["state"], told["answer"]) == ("cleared", "allow")
        assert told["decision_in_words"] == "Your school has confirmed it."
        everything = str(told)
        for hidden in ("net-1", "core", "ana", "extraction", "log10", "school of"):
            assert hidden not in everything, hidden

    serving.run(story)


def test_cleared_stays_cleared_until_the_evidence_is_another(serving: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> None:
        reference = (await decided(client, "core"))["reference"]
        await anybody(client).get(f"/v1/appeals/{reference}")
        decision = {"outcome": "cleared", "by": "ana", "reason": "r"}
        await client.post(
            f"/v1/cases/{reference}/decision", json=decision, headers=administer(serving)
        )
        # A later scan, in which the LRs moved a little and the network has its name still.
        service.decider.renew(Known(index(networks=(network(lower=3.4), network("net-2")))))
        await service.refresh()
        assert (await decided(client, "core"))["reason"] == "cleared"
        service.decider.renew(Known(index(networks=(network(lower=4.6), network("net-2")))))
        again = await decided(client, "core")
        assert (again["answer"], again["reason"]) == ("step-up", "member_of_network")
        await service.refresh()
        case = (await client.get(f"/v1/cases/{reference}", headers=administer(serving))).json()
        assert case["state"] == "answered"
        assert "is 4.6 and was 3.0" in case["events"][-1]["words"]
        kinds = [entry.kind for entry in entries(service.database)]
        assert kinds[-2:] == ["case_decided", "case_reopened"]
        # Until a person decides again, every scan finds the same case.
        assert (await decided(client, "core"))["reference"] == reference

    serving.run(story)


def test_a_suspension_is_ended_by_clearing_its_case_but_not_the_next_one(tmp_path: Path) -> None:
    until = (datetime.now(UTC) + timedelta(days=9)).date()
    text = (
        f'[[suspension]]\nreason = "r"\npeople = ["ana", "bo"]\nuntil = {until}\n'
        'account = "stranger"\n'
    )
    serving = Serving(tmp_path, policy=HEAD + RULES + text)
    database = open_database(serving.options.database)
    assert approve(database, "bo") == 1
    database.dispose()

    async def story(client: httpx.AsyncClient, service: Service) -> None:
        held = await decided(client, "stranger")
        assert (held["answer"], held["reason"]) == ("hold", "suspended_by_people")
        await service.refresh()
        decision = {"outcome": "cleared", "by": "cy", "reason": "r"}
        said = await client.post(
            f"/v1/cases/{held['reference']}/decision", json=decision, headers=administer(serving)
        )
        assert said.status_code == 200
        assert (await decided(client, "stranger"))["answer"] == "allow"
        policy: Policy = service.decider.policy
        other = replace(policy.suspended[0], reason="it went on")
        service.decider.policy = replace(policy, suspended=(other,))
        assert (await decided(client, "stranger"))["answer"] == "hold"

    serving.run(story)


def test_in_shadow_nobody_gets_a_case(tmp_path: Path) -> None:
    serving = Serving(tmp_path, policy=HEAD + RULES)

    async def story(client: httpx.AsyncClient, service: Service) -> Json:
        assert (await decided(client, "core"))["reference"] is None
        await service.refresh()
        said: Json = (await client.get("/v1/cases", headers=administer(serving))).json()
        return said

    assert serving.run(story) == {"cases": []}


def test_a_reference_is_all_that_opens_a_case(serving: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> None:
        customer = anybody(client)
        for wrong in ("0" * 24, "x", "A" * 24, "%00", "core"):
            said = await customer.get(f"/v1/appeals/{wrong}")
            assert (said.status_code, set(said.json())) == (404, {"error"}), wrong
        unknown = {"reference": "0" * 24, "statement": "x"}
        assert (await customer.post("/v1/appeals", json=unknown)).status_code == 404
        for body in (
            {}, {"reference": "0" * 24}, {"reference": "0" * 24, "statement": ""},
            {"reference": "0" * 24, "statement": "x" * 4_001},
            {"reference": "0" * 24, "statement": "x", "state": "cleared"},
        ):  # fmt: skip
            assert (await customer.post("/v1/appeals", json=body)).status_code == 422
        large = await customer.post("/v1/appeals", content=b" " * 30_000)
        assert large.status_code == 413

    serving.run(story)


def test_who_asks_too_often_waits(serving: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> list[httpx.Response]:
        customer = anybody(client)
        return [await customer.get(f"/v1/appeals/{n:024x}") for n in range(70)]

    said = serving.run(story)
    assert [each.status_code for each in said] == [404] * 60 + [429] * 10
    assert said[-1].headers["retry-after"] == "60"


def test_replicas_count_questions_together(serving: Serving, redis: str) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> list[int]:
        customer = anybody(client)
        return [(await customer.get(f"/v1/appeals/{n:024x}")).status_code for n in range(40)]

    secret = secrets.token_hex(32)
    said = [serving.run(story, quotas=redis, secret=secret) for _ in range(2)]
    assert said == [[404] * 40, [404] * 20 + [429] * 20]


def test_a_customer_s_way_back_does_not_hang_on_redis(serving: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> list[int]:
        customer = anybody(client)
        return [(await customer.get(f"/v1/appeals/{n:024x}")).status_code for n in range(70)]

    said = serving.run(story, quotas="redis://127.0.0.1:1")
    assert said == [404] * 60 + [429] * 10


def test_six_statements_are_too_many_at_once(serving: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> list[int]:
        reference = (await decided(client, "core"))["reference"]
        customer = anybody(client)
        body = {"reference": reference, "statement": "please"}
        return [(await customer.post("/v1/appeals", json=body)).status_code for _ in range(6)]

    assert serving.run(story) == [200] * 5 + [429]


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "held", "by": "a", "reason": "r"},
        {"outcome": "cleared", "by": "", "reason": "r"},
        {"outcome": "cleared", "by": "a", "reason": "r", "until": "2020-01-01T00:00:00Z"},
        {"outcome": "cleared", "by": "a", "reason": "r", "until": "2099-01-01T00:00:00"},
        {"outcome": "narrowed", "by": "a", "reason": "r"},
    ],
)
def test_what_cannot_be_decided_is_refused(serving: Serving, body: Json) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> tuple[int, int]:
        reference = (await decided(client, "core"))["reference"]
        await service.refresh()
        key, path = administer(serving), "/v1/cases/{}/decision"
        said = await client.post(path.format(reference), json=body, headers=key)
        nobody = await client.post(path.format("0" * 24), json=body, headers=key)
        return said.status_code, nobody.status_code

    said, nobody = serving.run(story)
    assert said == 422 and nobody in (404, 422)


def test_cases_that_cannot_be_read_are_said_and_no_answer_is_lost(serving: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> None:
        reference = (await decided(client, "core"))["reference"]
        path = Path(serving.options.database.removeprefix("sqlite:///"))
        service.database.dispose()
        hidden = path.with_name("hidden.db")
        path.rename(hidden)
        path.mkdir()
        customer = anybody(client)
        away = await customer.get(f"/v1/appeals/{reference}")
        assert (away.status_code, away.json()["error"]["code"]) == (503, "not_now")
        path.rmdir()
        hidden.rename(path)
        assert (await customer.get(f"/v1/appeals/{reference}")).status_code == 200

    serving.run(story)


def test_a_network_that_gets_a_core_keeps_its_cleared_accounts(serving: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> None:
        held = index([("core", 0, Place.MIXED)])
        service.decider.renew(Known(held))
        said = await decided(client, "core")
        # Mixed accounts are slowed beyond the quota of the rule: four requests a minute.
        for _ in range(8):
            said = await decided(client, "core")
        assert said["reason"] == "network_quota_used"
        await service.refresh()
        decision = {"outcome": "cleared", "by": "ana", "reason": "r"}
        await client.post(
            f"/v1/cases/{said['reference']}/decision", json=decision, headers=administer(serving)
        )
        assert (await decided(client, "core"))["reason"] == "cleared"
        service.decider.renew(Known(index([("core", 0, Place.CORE)])))
        again = await decided(client, "core")
        assert again["reason"] == "member_of_network", "what it sends is another thing now"

    serving.run(story)
