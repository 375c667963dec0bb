"""What a policy may say, and that everything wrong with it is said at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from act.policies import HEAD, LIVE, RULES, policy
from gauger.act.policy.reading import parse_policy, read_policy
from gauger.model.decision import Answer, Place
from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.evidence import Verdict


def test_a_policy_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(HEAD + RULES, encoding="utf-8")
    read = read_policy(path)
    core, others = read.rules
    assert (read.version, read.author, read.live_share, read.fails_open) == (1, "ana", 0.0, True)
    assert (core.answer, core.lasts) == (Answer.STEP_UP, timedelta(days=7))
    assert (core.verdicts, core.places) == (
        (Verdict.EXTRACTION,), (Place.CORE, Place.RECOGNISED),
    )  # fmt: skip
    assert others.quota is not None
    assert (others.quota.requests, others.quota.seconds) == (4, 60)


WRONG = {
    'rule = 3': "`rule`: input should be a valid tuple",
    '[[rule]]\nname = "a"\nanswer = "hold"': "`rule[1].answer`",
    '[[rule]]\nname = "a"\nanswer = "slow"': "`slow` needs a `quota`",
    '[[rule]]\nname = "a"\nanswer = "allow"\nquota = { requests = 1 }': "nothing else has one",
    '[[rule]]\nname = "a"\nanswer = "allow"\nlasts = "9 years"': "`lasts` is `9 years`",
    '[[rule]]\nname = "a"\nanswer = "allow"\nlasts = "91 days"': "`lasts` is `91 days`",
    '[[rule]]\nname = "a"\nanswer = "allow"\nshape = 1': "`rule[1].shape`: no such key",
    '[[rule]]\nname = "a"\nanswer = "allow"\n[[rule]]\nname = "a"\nanswer = "allow"':
        "two rules are named `a`",
    '[[rule]]\nname = "a"\nanswer = "slow"\nquota = { per = "hour" }': "neither `requests` nor",
    '[[allow]]\nreason = "r"\nauthor = "b"': "must name one of",
    '[[allow]]\nreason = " "\nauthor = "b"\naccount = "x"': "`allow[1].reason`: is empty",
    '[[snooze]]\nreason = "r"\nauthor = "b"\naccount = "x"': "`snooze[1].until`",
    '[[suspension]]\nreason = "r"\npeople = ["ana"]\nuntil = 2030-01-01\naccount = "x"':
        "two different `people`",
    '[[suspension]]\nreason = "r"\npeople = ["ana", "Ana"]\nuntil = 2030-01-01\naccount = "x"':
        "two different `people`",
    '[[suspension]]\nreason = "r"\npeople = ["ana", "bo"]\nuntil = 2030-01-01':
        "either `account` or `network`",
    '[[reserved]]\nmodel = "m"\ntier = []': "must name `tier` or `organization`",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_what_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        policy(text)
    assert WRONG[text] in str(caught.value)


def test_everything_wrong_is_said_at_once() -> None:
    text = '[[rule]]\nname = ""\nanswer = "never"\n[[allow]]\nauthor = "b"\naccount = "x"'
    with pytest.raises(UnreadableInput) as caught:
        policy(text)
    for place in ("`rule[1].name`", "`rule[1].answer`", "`allow[1].reason`"):
        assert place in str(caught.value)


def test_live_answers_need_a_way_back() -> None:
    bare = 'version = 1\nauthor = "a"\nreason = "r"\n'
    assert parse_policy(bare, "p").live_share == 0.0
    with pytest.raises(UnreadableInput, match="need an `appeal_url`"):
        parse_policy(bare + LIVE, "p")
    appeal = 'appeal_url = "https://x.example/{reference}"\n'
    with pytest.raises(UnreadableInput, match="`step-up` needs a `verification_url`"):
        parse_policy(bare + LIVE + appeal + RULES, "p")
    with pytest.raises(UnreadableInput, match="must begin with `https://`"):
        parse_policy(bare + 'appeal_url = "http://x.example/{reference}"', "p")


def test_no_file_and_no_toml(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead):
        read_policy(tmp_path / "none.toml")
    with pytest.raises(UnreadableInput, match="no TOML"):
        parse_policy("version = ", "p")
    (tmp_path / "p.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableInput, match="UTF-8"):
        read_policy(tmp_path / "p.toml")


def test_the_live_share_grows_and_nobody_leaves_it() -> None:
    accounts = [f"acct_{n}" for n in range(4000)]

    def live(share: float) -> set[str]:
        held = policy("", HEAD + f"live_share = {share}\n")
        return {account for account in accounts if held.is_live_for(account)}

    assert live(0.0) == set()
    assert live(1.0) == set(accounts)
    assert live(0.1) < live(0.3)
    assert 300 < len(live(0.1)) < 500
