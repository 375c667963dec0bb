"""`POST /v1/accounts/check`: what a sign-up is tied to, what the policy answers, what is kept."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from act.accounts.made import OPERATOR, STRANGER, closed_of, people, recogniser
from act.policies import HEAD, LIVE, RULES, index, network
from exchanges import PHRASE
from face.server.serving import Serving
from gauger.act.accounts.closed import ClosedIndex
from gauger.act.cases.casebook import list_cases
from gauger.act.cases.keys import Scope
from gauger.act.decisions.decider import Known
from gauger.face.server.service import Service
from gauger.model.evidence import Verdict
from gauger.model.signup import SignUp

Json = dict[str, Any]
SIGNUP = """
[[signup]]
name = "tied"
tied_to = ["network"]
verdict = ["extraction"]
support = ["strong"]
answer = "step-up"
lasts = "30 days"

[[signup]]
name = "closed and disposable"
tied_to = ["closed"]
signal = ["disposable_email"]
answer = "step-up"

[[reserved]]
model = "large"
tier = ["vetted"]
organization = ["org_ok"]
"""


@pytest.fixture
def checking(tmp_path: Path) -> Serving:
    """A service with a live policy for sign-ups."""
    return Serving(tmp_path, policy=HEAD + LIVE + RULES + SIGNUP)


def body(sign_up: SignUp) -> Json:
    """A sign-up as JSON."""
    return {name: value for name, value in asdict(sign_up).items() if value is not None}


def know(service: Service, *, closed: bool = False) -> None:
    """The service knows the network that OPERATOR's details are of, and closed accounts."""
    held = None
    if closed:
        old = [
            replace(OPERATOR, account_id=f"old_{n}", email=f"lab.user{n}@mailinator.com",
                    phone_hash=None, source_ip=None) for n in range(3)
        ]  # fmt: skip
        found = closed_of([*people(), *old], [each.account_id for each in old])
        assert found is not None
        held = ClosedIndex.of(found)
    service.decider.renew(Known(index(), None if closed else recogniser(), held))


async def checked(client: httpx.AsyncClient, sign_up: SignUp, **more: object) -> Json:
    """The answer to a check."""
    said = await client.post("/v1/accounts/check", json=body(sign_up) | more)
    assert said.status_code == 200, said.text
    result: Json = said.json()
    return result


def test_a_replacement_account_is_tied_and_asked_to_verify(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> tuple[Json, Json]:
        know(service)
        said = await checked(client, OPERATOR), await checked(client, STRANGER)
        await service.refresh()
        (case,) = list_cases(service.database)
        assert case.account_id == "replacement"
        assert case.basis.traits == ("client", "email root", "network address", "payment", "phone")
        return said

    tied, stranger = checking.run(story)
    decision = tied["decision"]
    assert (decision["answer"], decision["reason"], decision["rule"]) == (
        "step-up", "tied_to_network", "tied",
    )  # fmt: skip
    assert (decision["network_id"], decision["verdict"]) == ("net-1", "extraction")
    assert decision["reference"] in decision["appeal"]
    (tie,) = tied["ties"]
    assert tie["support"] == "strong" and "payment" in tie["shares"]
    assert "shares client, email root" in tie["statement"]
    assert {"own_payment", "own_phone"} <= {proof["code"] for proof in tied["would_verify"]}
    assert (stranger["decision"]["answer"], stranger["decision"]["reason"]) == (
        "allow", "not_tied",
    )  # fmt: skip
    assert stranger["ties"] == stranger["signals"] == stranger["would_verify"] == []
    assert stranger["without"] == ["accounts closed before"]


def test_what_a_customer_may_see_says_nothing_of_others(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> list[Json]:
        know(service)
        first = await checked(client, OPERATOR)
        know(service, closed=True)
        other = await checked(
            client, replace(OPERATOR, account_id="b", email="labuser8@mailinator.com")
        )
        told = (await client.get(f"/v1/appeals/{first['decision']['reference']}")).json()
        return [first["customer"], other["customer"], told]

    for told in checking.run(story):
        assert told["answer"] == "step-up"
        assert told["reason"] == "sign_up_details"
        assert told["would_clear"]
        text = str({name: value for name, value in told.items() if name != "appeal"})
        for hidden in ("net-1", "network", "closed", "extraction", "shares", "pm_1"):
            assert hidden not in text, hidden


def test_signals_alone_answer_nothing(checking: Serving) -> None:
    odd = replace(STRANGER, email="x@mailinator.com", payment_fingerprint="pm_1")

    async def story(client: httpx.AsyncClient, service: Service) -> Json:
        know(service)
        return await checked(client, odd, network_class="tor", seen_country="RU")

    said = checking.run(story)
    assert said["decision"]["answer"] == "allow"
    assert [signal["code"] for signal in said["signals"]] == [
        "disposable_email", "hosting_network", "country_mismatch", "shares_one_thing",
    ]  # fmt: skip


def test_closed_accounts_count_with_a_signal_where_the_policy_wants_one(checking: Serving) -> None:
    back = replace(OPERATOR, phone_hash=None, email="labuser77@mailinator.com")

    async def story(client: httpx.AsyncClient, service: Service) -> tuple[Json, Json]:
        know(service, closed=True)
        policy = service.decider.policy
        answered = await checked(client, back)
        rules = tuple(replace(rule, signals=()) for rule in policy.sign_up)
        service.decider.policy = replace(policy, sign_up=rules)
        lasting = replace(back, account_id="c", email="nobody.else@mail.example")
        return answered, await checked(client, lasting)

    answered, lasting = checking.run(story)
    assert answered["decision"]["reason"] == "tied_to_closed_accounts"
    assert "3 accounts that were closed share" in answered["ties"][0]["statement"]
    # The payment alone is one thing.
    assert lasting["decision"]["answer"] == "allow" and lasting["ties"] == []


def test_shadow_says_what_it_would_have_answered(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> Json:
        know(service)
        return await checked(client, OPERATOR)

    said = Serving(tmp_path, policy=HEAD + RULES + SIGNUP).run(story)
    assert (said["decision"]["answer"], said["decision"]["would_be"]) == ("allow", "step-up")
    assert said["customer"]["answer"] == "allow" and said["customer"]["reason"] is None


def test_a_cleared_sign_up_stays_cleared_on_the_same_ties(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> list[str]:
        know(service)
        partly = replace(OPERATOR, phone_hash=None)
        reference = (await checked(client, partly))["decision"]["reference"]
        await service.refresh()
        key = {"x-gauger-key": checking.keys[Scope.ADMINISTER]}
        decision = {"outcome": "cleared", "by": "ana", "reason": "a household"}
        await client.post(f"/v1/cases/{reference}/decision", json=decision, headers=key)
        again = await checked(client, partly)
        more = await checked(client, OPERATOR)
        return [again["decision"]["reason"], more["decision"]["reason"]]

    assert checking.run(story) == ["cleared", "tied_to_network"]


def test_an_account_that_a_scan_named_is_answered_by_the_rules(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> list[tuple[str, str]]:
        know(service)
        said = [
            (await checked(client, SignUp(account)))["decision"] for account in ("core", "likely")
        ]
        return [(each["answer"], each["reason"]) for each in said]

    assert checking.run(story) == [("step-up", "member_of_network"), ("allow", "within_quota")]


def test_reserved_models_are_said_and_enforced(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> list[Json]:
        return [
            await checked(client, STRANGER), await checked(client, STRANGER, model="large"),
            await checked(client, STRANGER, model="large", tier="vetted"),
            await checked(client, STRANGER, model="large", organization_id="org_ok"),
        ]  # fmt: skip

    plain, refused, vetted, organization = checking.run(story)
    assert plain["reserved_models"] == ["large"] and plain["decision"]["answer"] == "allow"
    assert refused["decision"]["reason"] == "tier_required"
    for said in (vetted, organization):
        assert (said["decision"]["answer"], said["reserved_models"]) == ("allow", [])


def test_a_record_is_taken_as_account_records_are_written(checking: Serving) -> None:
    record = {"account_id": "fresh", "plan": "payg", "verification": "vetted", "closed_at": None}

    async def asked(client: httpx.AsyncClient, _: Service) -> tuple[int, Any]:
        answer = await client.post("/v1/accounts/check", json=record)
        return answer.status_code, answer.json()

    status, told = checking.run(asked)
    assert status == 200
    assert "large" not in told["reserved_models"]


def test_gateways_say_tier_and_organization_in_headers(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, _: Service) -> list[str]:
        base = {"x-gauger-account": "stranger", "x-gauger-model": "large"}
        asked = [{}, {"x-gauger-tier": "vetted"}, {"x-gauger-organization": "org_ok"}]
        said = [
            await client.get("/v1/authorize/envoy/v1/chat", headers=base | more) for more in asked
        ]
        return [each.headers["x-gauger-answer"] for each in said]

    assert checking.run(story) == ["step-up", "allow", "allow"]


def test_what_is_reserved_and_enforced_holds_in_shadow(tmp_path: Path) -> None:
    text = HEAD + RULES + SIGNUP.replace('model = "large"', 'model = "large"\nenforced = true')

    async def story(client: httpx.AsyncClient, service: Service) -> list[str]:
        said = [
            (await client.post("/v1/decide", json={"account_id": account, "model": model})).json()
            for account, model in (("stranger", "large"), ("core", "small"))
        ]
        return [each["answer"] for each in said]

    assert Serving(tmp_path, policy=text).run(story) == ["step-up", "allow"]


def test_an_allow_listed_organization_is_not_answered(tmp_path: Path) -> None:
    text = '[[allow]]\norganization = "agency"\nreason = "r"\nauthor = "bo"\n'
    serving = Serving(tmp_path, policy=HEAD + LIVE + RULES + SIGNUP + text)

    async def story(client: httpx.AsyncClient, service: Service) -> Json:
        know(service)
        return await checked(client, OPERATOR, organization_id="agency")

    assert serving.run(story)["decision"]["reason"] == "allow_listed"


def test_a_burst_of_sign_ups_is_said(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> Json:
        for number in range(4):
            await checked(client, SignUp(f"a{number}", source_ip=f"198.51.100.{number}"))
        return await checked(client, SignUp("a5", source_ip="198.51.100.200"))

    said = checking.run(story)
    (signal,) = said["signals"]
    assert signal["code"] == "signup_burst" and "5 accounts" in signal["statement"]
    assert said["decision"]["answer"] == "allow"


def test_without_the_secret_nothing_is_compared(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> Json:
        know(service)
        return await checked(client, OPERATOR)

    said = checking.run(story, secret=None)
    assert said["ties"] == []
    assert said["without"] == ["signatures of known networks", "accounts closed before"]


def test_a_check_that_fails_inside_lets_in_and_is_counted(
    checking: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> tuple[Json, Json]:
        def broken(*_: object) -> None:
            raise RuntimeError("inside")

        monkeypatch.setattr(service.accounts, "_found", broken)
        return await checked(client, OPERATOR), dict(service.decider.failures)

    said, failures = checking.run(story)
    assert said["decision"]["reason"] == "failed_open"
    assert failures == {"RuntimeError": 1}


def test_nothing_of_a_sign_up_is_kept_or_logged_as_it_came(
    checking: Serving, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    async def story(client: httpx.AsyncClient, service: Service) -> str:
        know(service)
        said = await client.post("/v1/accounts/check", json=body(OPERATOR))
        await client.post("/v1/accounts/check", json=body(OPERATOR) | {"unknown": 1})
        await service.refresh()
        return said.text

    said = checking.run(story)
    folder = Path(checking.options.database.removeprefix("sqlite:///")).parent
    kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    streams = capfd.readouterr()
    everywhere = said + caplog.text + streams.out + streams.err
    for secret in ("lab.user17", "pm_1", "ph_1", "203.0.113.9", "harvester/1.0", PHRASE):
        assert secret not in everywhere, secret
        assert secret.encode() not in kept, secret


@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"account_id": ""}, {"account_id": "x", "network_class": "moon"},
        {"account_id": "x", "answer": "allow"}, {"account_id": "x", "email": "y" * 600},
        {"account_id": "x", "created_at": "yesterday"},
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused_without_its_values(checking: Serving, wrong: Json) -> None:
    async def story(client: httpx.AsyncClient, _: Service) -> httpx.Response:
        return await client.post("/v1/accounts/check", json=wrong)

    said = checking.run(story)
    assert said.status_code == 422
    assert "moon" not in said.text and "yesterday" not in said.text


def test_a_coordinated_network_is_said_and_not_answered(checking: Serving) -> None:
    async def story(client: httpx.AsyncClient, service: Service) -> Json:
        from act.accounts.made import KEY, NOW, signature, signatures
        from gauger.act.signatures.recogniser import Recogniser

        made = replace(signatures(), signatures=(signature("net-2", Verdict.COORDINATED),))
        known = index(networks=(network(), network("net-2", Verdict.COORDINATED)))
        service.decider.renew(Known(known, Recogniser(made, KEY, NOW)))
        return await checked(client, OPERATOR)

    said = checking.run(story)
    assert said["ties"][0]["verdict"] == "coordinated"
    assert said["decision"]["answer"] == "allow"
