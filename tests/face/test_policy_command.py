"""`gauger policy test`: stored traffic replayed against a policy, before it answers anybody."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from act.policies import HEAD, RULES
from act.signatures.worlds import split
from exchanges import PHRASE
from gauger.act.cases.appeals import decide_case
from gauger.act.cases.basis import basis_of
from gauger.act.cases.casebook import write_given
from gauger.act.cases.database import open_database
from gauger.act.decisions import first
from gauger.act.decisions.loading import load_index
from gauger.act.signatures.files import write_signatures
from gauger.model.case import CaseState, Given
from gauger.model.decision import Answer, Place, Reason
from gauger.tell.output import OutputFolder
from gauger.world import World, simulate

from .calling import Caller

PLAIN = Path(__file__).parents[1] / "plain.toml"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world with one campaign."""
    return simulate(str(PLAIN), tmp_path_factory.mktemp("policy"), seed=1)


@pytest.fixture
def found(gauger: Caller, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its scan's results, and its kept sketches beside them."""
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)
    logs = world.truth.with_name("logs")
    assert gauger("sketch", logs, "--out", tmp_path / "sketches", "-q").code == 0
    out = tmp_path / "out"
    scanned = gauger(
        "scan", tmp_path / "sketches", "--accounts", world.accounts, "--out", out, "-q"
    )
    assert scanned.code == 1
    return out


def policy(path: Path, text: str, head: str = HEAD) -> Path:
    """A policy in a file."""
    path.write_text(head + text, encoding="utf-8")
    return path


def campaign(world: World) -> set[str]:
    """Accounts of the campaign."""
    rows = pq.read_table(world.truth).to_pylist()
    return {row["account_id"] for row in rows if row["campaign"]}


def test_it_says_whom_a_policy_would_touch(
    gauger: Caller, world: World, found: Path, tmp_path: Path
) -> None:
    index = load_index(found)
    known = [index.account(account) for account in campaign(world)]
    core = [each for each in known if each is not None and each.place is Place.CORE]
    assert len(core) > 20
    file = policy(tmp_path / "policy.toml", RULES)
    called = gauger(
        "policy", "test", file, found.with_name("sketches"), "--findings", found,
        "--accounts", world.accounts, "--json", "-q",
    )  # fmt: skip
    assert (called.code, called.err) == (0, "")
    said = json.loads(called.out)
    stepped = next(each for each in said["answers"] if each["answer"] == "step-up")
    assert stepped["accounts"] == len(core)
    assert stepped["rule"] == "core"
    assert said["accounts_touched"] >= len(core)
    assert said["accounts_live"] == 0
    assert said["exchanges"] == pq.read_table(world.truth.with_name("logs")).num_rows
    assert sum(each["exchanges"] for each in said["answers"]) == said["exchanges"]
    assert said["changes"] is None


def test_it_compares_with_the_policy_in_force(
    gauger: Caller, world: World, found: Path, tmp_path: Path
) -> None:
    now = policy(tmp_path / "now.toml", RULES)
    slow = """
[[rule]]
name = "all"
answer = "slow"
verdict = ["extraction"]
quota = { requests = 1, per = "day" }
"""
    then = policy(tmp_path / "then.toml", slow, HEAD + "live_share = 1.0\n")
    sketches = found.with_name("sketches")
    arguments = ["policy", "test", then, sketches, "--findings", found, "--against", now]
    said = json.loads(gauger(*arguments, "--json", "-q").out)
    (change,) = [each for each in said["changes"] if each["before"] == "step-up"]
    assert change["after"] == "slow"
    slowed = sum(each["exchanges"] for each in said["answers"] if each["answer"] == "slow")
    sent = load_index(found).networks[0].accounts
    # One request a day for the whole network, of hundreds.
    assert slowed > 5 * sent
    assert said["accounts_live"] == said["accounts_touched"]
    words = gauger(*arguments)
    assert words.code == 0
    assert "Would touch" in words.out and "step-up to slow" in words.out
    same = gauger("policy", "test", now, sketches, "--findings", found, "--against", now, "-q")
    assert "No account would be answered harder or milder" in same.out
    assert gauger("policy", "put", now).code == 0
    in_force = json.loads(
        gauger(
            "policy", "test", then, sketches, "--findings", found, "--in-force", "--json", "-q"
        ).out
    )
    assert in_force["changes"] == said["changes"]


def test_whom_people_have_cleared_is_not_touched(
    gauger: Caller, world: World, found: Path, tmp_path: Path
) -> None:
    index = load_index(found)
    known = {account: index.account(account) for account in sorted(campaign(world))}
    cleared, held = next(
        (account, each)
        for account, each in known.items()
        if each is not None and each.place is Place.CORE
    )
    url = f"sqlite:///{tmp_path}/control.db"
    control = open_database(url)
    now = datetime.now(UTC)
    basis = basis_of(Reason.MEMBER, held)
    write_given(control, [Given("0" * 24, cleared, Answer.STEP_UP, "core", 1, basis, now, None)])
    decide_case(control, "0" * 24, CaseState.CLEARED, "ana", "verified by phone")
    control.dispose()
    file = policy(tmp_path / "policy.toml", RULES)
    arguments = ["policy", "test", file, found.with_name("sketches"), "--findings", found]
    before, after = (
        json.loads(gauger(*arguments, *more, "--json", "-q").out)
        for more in ((), ("--database", url))
    )
    assert after["accounts_touched"] == before["accounts_touched"] - 1
    (answer,) = [each for each in after["answers"] if each["reason"] == "cleared"]
    assert (answer["answer"], answer["accounts"]) == ("allow", 1)


def test_it_replays_accounts_that_only_their_first_exchanges_give_away(
    gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)
    monkeypatch.setattr(first, "_AT_ONCE", 100)
    seen = split(tmp_path)
    results = OutputFolder(tmp_path / "out")
    results.prepare()
    write_signatures(seen.scan.signatures, results.path)
    results.write(seen.scan.findings, seen.scan.run)
    file = policy(tmp_path / "policy.toml", RULES)
    arguments = ["policy", "test", file, seen.world.truth.with_name("logs"), "--findings",
                 results.path, "--accounts", seen.world.accounts]  # fmt: skip
    called = gauger(*arguments, "--json", "-q")
    assert called.err == ""
    said = json.loads(called.out)
    sent = Counter(seen.exchanges()["account_id"].to_pylist())
    away = seen.campaign & seen.away
    assert len(away) >= 20
    assert said["accounts_recognised"] == len(away)
    (answer,) = [a for a in said["answers"] if a["reason"] == "recognised_as_network"]
    assert (answer["answer"], answer["rule"]) == ("step-up", "core")
    # Everybody is recognised by the third exchange, and answered from the one after it on.
    assert len([account for account in away if sent[account] > 3]) <= answer["accounts"]
    total = sum(sent[account] for account in away)
    assert total - 3 * len(away) <= answer["exchanges"] <= total - len(away)
    assert (
        sum(each["exchanges"] for each in said["answers"])
        == said["exchanges"]
        == sum(sent.values())
    )
    assert f"give away {len(away)} accounts" in gauger(*arguments).out
    # Signatures of another secret recognise nobody, and stop nothing.
    monkeypatch.setenv("GAUGER_SECRET", "another secret, of another provider")
    called = gauger(*arguments, "--json", "-q")
    assert called.err == ""
    other = json.loads(called.out)
    assert other["accounts_recognised"] == 0


def test_what_cannot_be_replayed(gauger: Caller, found: Path, tmp_path: Path) -> None:
    file = policy(tmp_path / "policy.toml", RULES)
    sketches = found.with_name("sketches")
    assert "found neither" in gauger("policy", "test", file).error
    assert "found both" in gauger("policy", "test", file, sketches, "--lake", "x").error
    two = gauger("policy", "test", file, sketches, "--against", file, "--in-force")
    assert "two policies to compare with" in two.error
    missing = gauger("policy", "test", file, sketches, "--findings", tmp_path / "none")
    assert (missing.code, "findings.json" in missing.error) == (2, True)
    (tmp_path / "bad.toml").write_text("rule = 1")
    bad = gauger("policy", "test", tmp_path / "bad.toml", sketches, "--findings", found)
    assert (bad.code, "`author`: field required" in bad.error) == (2, True)
