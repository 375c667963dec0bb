"""From what is known and a policy to an answer: the verdict apart, every answer with a way back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from act.policies import HEAD, LIVE, RULES, index, network, policy
from gauger.act.decisions.decide import in_force, judge
from gauger.act.decisions.decider import Decider, Known
from gauger.act.decisions.references import References
from gauger.act.policy.policy import SHADOW, Policy
from gauger.act.quotas.quotas import Quotas
from gauger.model.decision import Answer, Asked, Decision, Place, Reason
from gauger.model.evidence import Verdict

NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)


def decided(asked: Asked, by: Policy, now: datetime = NOW) -> Decision:
    """The decision in force, quotas unused."""
    said, _ = judge(asked, index().account(asked.account_id), by, References("secret"), now)
    return in_force(said, by)


def test_an_account_of_the_core_is_asked_to_verify() -> None:
    said = decided(Asked("core"), policy())
    assert (said.answer, said.reason, said.rule) == (Answer.STEP_UP, Reason.MEMBER, "core")
    assert (said.network_id, said.verdict, said.place) == (
        "net-1", Verdict.EXTRACTION, Place.CORE,
    )  # fmt: skip
    assert said.expires == NOW + timedelta(days=7)
    assert said.appeal is not None and said.appeal.startswith("https://provider.example/appeal/")
    assert said.verification is not None and "/verify/" in said.verification
    assert said.evidence == "out/findings.json#net-1"
    # What the customer sees names neither the account nor the network.
    assert "core" not in said.appeal and "net-1" not in said.appeal


def test_the_verdict_alone_answers_nothing() -> None:
    said = decided(Asked("reseller"), policy())
    assert (said.answer, said.reason) == (Answer.ALLOW, Reason.NO_RULE)
    assert said.verdict is Verdict.COORDINATED
    assert decided(Asked("stranger"), policy()).reason is Reason.UNKNOWN_ACCOUNT


def test_shadow_allows_and_says_what_it_would_have_answered() -> None:
    for held in (policy(head=HEAD), policy(head=HEAD + "live_share = 0.0\n")):
        said = decided(Asked("core"), held)
        assert (said.answer, said.would_be, said.live) == (Answer.ALLOW, Answer.STEP_UP, False)
        assert said.appeal is said.verification is None
    assert decided(Asked("core"), SHADOW).reason is Reason.NO_RULE


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ("coordinated_least = 3.0", True), ("coordinated_least = 3.1", False),
        ("extraction_least = 3.1", False), ("account_least = 2.0", True),
        ("account_least = 2.1", False), ('plan = ["plus"]', True), ('plan = ["free"]', False),
        ('tier = ["vetted"]', False), ('contract = ["standard"]', True),
        ('model = ["large"]', True), ('model = ["small"]', False),
        ('place = ["likely"]', False), ('verdict = ["coordinated"]', False),
    ],
)  # fmt: skip
def test_a_rule_fits_by_everything_it_names(condition: str, fits: bool) -> None:
    asked = Asked("core", plan="plus", contract="standard", model="large")
    rule = f'[[rule]]\nname = "one"\nanswer = "step-up"\n{condition}\n'
    assert (decided(asked, policy(rule)).answer is Answer.STEP_UP) == fits


@pytest.mark.parametrize("kind", ["allow", "snooze"])
@pytest.mark.parametrize("whom", ['account = "core"', 'organization = "o"', 'network = "net-1"'])
def test_whoever_is_spared_is_allowed_until_the_day(kind: str, whom: str) -> None:
    text = f'[[{kind}]]\nreason = "r"\nauthor = "bo"\nuntil = 2026-06-06\n{whom}\n' + RULES
    asked = Asked("core", organization_id="o")
    held = policy(text)
    said = decided(asked, held)
    expected = Reason.ALLOW_LISTED if kind == "allow" else Reason.SNOOZED
    assert (said.answer, said.reason) == (Answer.ALLOW, expected)
    assert decided(asked, held, NOW + timedelta(days=1)).answer is Answer.STEP_UP
    other = Asked("likely", organization_id="p")
    assert decided(other, held).reason is (expected if "network" in whom else Reason.MEMBER)


SUSPENSION = '[[suspension]]\nreason = "r"\npeople = ["ana", "bo"]\nuntil = 2026-06-07\n{whom}\n'


@pytest.mark.parametrize("whom", ['account = "core"', 'network = "net-1"'])
def test_only_two_people_hold_and_they_hold_at_once(whom: str) -> None:
    held = policy(SUSPENSION.format(whom=whom) + RULES, HEAD)
    said = decided(Asked("core"), held)
    assert (said.answer, said.reason) == (Answer.HOLD, Reason.SUSPENDED)
    assert said.expires == datetime(2026, 6, 7, tzinfo=UTC)
    assert said.appeal is not None
    assert decided(Asked("core"), held, said.expires).answer is Answer.ALLOW


def test_a_reserved_model_wants_its_tier() -> None:
    held = policy('[[reserved]]\nmodel = "large"\ntier = ["vetted"]\n')
    assert decided(Asked("x", model="large"), held).reason is Reason.TIER_REQUIRED
    assert decided(Asked("x", model="large", tier="vetted"), held).answer is Answer.ALLOW
    assert decided(Asked("x", model="small"), held).answer is Answer.ALLOW


def test_references_are_the_same_for_one_case_and_secret_and_no_other() -> None:
    one = References("s").of("a", "n", Reason.MEMBER)
    assert one == References("s").of("a", "n", Reason.MEMBER)
    others = {
        References("t").of("a", "n", Reason.MEMBER),
        References("s").of("b", "n", Reason.MEMBER),
        References("s").of("a", None, Reason.MEMBER),
        References(None).of("a", "n", Reason.MEMBER),
    }
    assert len(others | {one}) == 5


def run(decider: Decider, *asked: Asked) -> list[Decision]:
    """Decisions one after the other."""

    async def all_of() -> list[Decision]:
        return [await decider.decide(each) for each in asked]

    return asyncio.run(all_of())


def test_a_network_has_one_quota_and_mixed_accounts_a_reserve() -> None:
    decider = Decider(Known(index()), policy(), quotas=Quotas())
    said = run(decider, *[Asked("likely")] * 3, *[Asked("mixed")] * 3, Asked("likely"))
    assert [each.answer for each in said] == [
        Answer.ALLOW, Answer.ALLOW, Answer.SLOW, Answer.ALLOW, Answer.ALLOW, Answer.SLOW,
        Answer.SLOW,
    ]  # fmt: skip
    assert said[0].reason is Reason.WITHIN_QUOTA and said[0].appeal is None
    slowed = said[2]
    assert slowed.reason is Reason.NETWORK_QUOTA
    assert slowed.retry_after is not None and 1 <= slowed.retry_after <= 120
    assert slowed.appeal is not None


def test_tokens_are_drawn_as_well() -> None:
    decider = Decider(Known(index()), policy(), quotas=Quotas())
    said = run(decider, Asked("likely", tokens=400), Asked("likely", tokens=400))
    assert [each.answer for each in said] == [Answer.ALLOW, Answer.SLOW]


class Broken(Quotas):
    """Quotas whose storage is away."""

    async def draw(self, *_: object, **__: object) -> object:  # type: ignore[override]
        """As a lost connection does."""
        raise ConnectionError("away")


def test_it_fails_open_and_counts_it_and_closed_only_by_choice() -> None:
    decider = Decider(Known(index()), policy(), quotas=Broken())
    (said,) = run(decider, Asked("likely"))
    assert (said.answer, said.reason) == (Answer.ALLOW, Reason.FAILED_OPEN)
    assert decider.failures == {"ConnectionError": 1}
    assert decider.counted == {(Answer.ALLOW, Answer.ALLOW, Reason.FAILED_OPEN): 1}
    closed = Decider(
        Known(index()), policy(head=HEAD + LIVE + 'fails = "closed"\n'), quotas=Broken()
    )
    (said,) = run(closed, Asked("likely"))
    assert (said.answer, said.reason) == (Answer.SLOW, Reason.FAILED_CLOSED)
    # Nobody who is in no network is touched by it.
    (said,) = run(closed, Asked("stranger"))
    assert said.reason is Reason.UNKNOWN_ACCOUNT


def test_an_index_says_who_is_who() -> None:
    held = index()
    assert len(held) == 4
    known = held.account("mixed")
    assert known is not None
    assert (known.network, known.place, known.lr.lower) == (network(), Place.MIXED, 2.0)
    assert held.account("nobody") is None
    assert held.accounts_of("net-1") == ["core", "likely", "mixed"]
    assert held.network("net-9") is None
