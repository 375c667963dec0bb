"""From closed cases to a calibration, and on to a scan that is weighed by it."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from exchanges import PHRASE
from gauger.face.cli.calibrating import run_calibration
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import scan
from gauger.weigh.calibration import read_calibration, shipped
from gauger.weigh.calibration.files import digest
from gauger.weigh.calibration.support import Fewest
from gauger.world import World, simulate

from .calling import Caller

needs_lir = pytest.mark.skipif(
    importlib.util.find_spec("lir") is None and os.environ.get("CI") != "true",
    reason="`lir` is not installed (`make bench-env`)",
)
SCENARIO = """
about = "Four campaigns that do not hide, among ordinary accounts"
[population]
accounts = 260
days = 5
start = 2026-04-20
exchanges_per_account = 14
[ordinary]
chat = 5
developer = 3
office = 1
"""
CAMPAIGN = """
[[campaign]]
name = "{name}"
purpose = "{purpose}"
accounts = {accounts}
exchanges_per_account = 24
"""
CAMPAIGNS = (("north", "reasoning", 18), ("south", "grading", 12), ("east", "agentic", 14))
EXPLANATION = {"chat": "product in use", "developer": "product in use"}
FEW = Fewest(confirmed=2, cleared=8)


@dataclass(frozen=True)
class Provider:
    """A world whose campaigns were confirmed, and whose customers were cleared."""

    world: World
    cases: Path

    @property
    def request(self) -> ScanRequest:
        """What a scan of it asks for."""
        return ScanRequest(
            tuple(map(str, self.world.logs)), accounts=self.world.accounts, secret=PHRASE
        )


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """The world and its cases, made from the truth."""
    folder = tmp_path_factory.mktemp("provider")
    text = SCENARIO + "".join(
        CAMPAIGN.format(name=name, purpose=purpose, accounts=accounts)
        for name, purpose, accounts in CAMPAIGNS
    )
    (folder / "world.toml").write_text(text, encoding="utf-8")
    world = simulate(str(folder / "world.toml"), folder / "world", seed=3)
    (folder / "cases.csv").write_text("\n".join(_rows(world)) + "\n", encoding="utf-8")
    return Provider(world, folder / "cases.csv")


def _rows(world: World) -> Iterable[str]:
    """Every campaign a confirmed case; customers of a kind cleared ten by ten."""
    seen = {row for path in world.logs for row in pq.read_table(path)["account_id"].to_pylist()}
    held: dict[tuple[str, str], list[str]] = {}
    for row in pq.read_table(world.truth).to_pylist():
        if row["account_id"] in seen:
            held.setdefault((row["campaign"] or "", row["kind"]), []).append(row["account_id"])
    yield "case,account_id,finding,explanation"
    for (campaign, kind), accounts in sorted(held.items()):
        if campaign:
            yield from (f"{campaign},{account},confirmed," for account in accounts)
        else:
            for first in range(0, len(accounts), 10):
                for account in accounts[first : first + 10]:
                    yield f"{kind} {first},{account},cleared,{EXPLANATION.get(kind, '')}"
    yield from ("tiny,gone_1,cleared,", "tiny,gone_2,cleared,")


@needs_lir
def test_a_provider_calibrates_and_scans_with_it(
    gauger: Caller,
    provider: Provider,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)
    out, talk = tmp_path / "own" / "spring.json", StringIO()
    talking = Console(file=talk, width=200)
    assert run_calibration(provider.request, provider.cases, out, None, talking, fewest=FEW) == 0
    table = capfd.readouterr().out
    assert "one operator" in table
    assert "product in use" in table
    assert "Kept as they were, since fewer than 8 cases name the explanation" in table
    said = talk.getvalue()
    assert "Accounts of cases that are not in these logs: 2" in said
    assert "tiny: 0 of its accounts in these logs, 5 are needed" in said
    assert "no network is established by this calibration" in said

    held = read_calibration(out)
    assert held.made.name == "spring"
    assert held.made.on.startswith("3 confirmed and ")
    assert digest(shipped(timedelta(days=1))) in held.made.on
    widest = held.coordinated[max(held.coordinated, key=len)]
    assert widest.figures.true_trials == 3
    assert widest.figures.cllr < 0.6
    assert 0.0 < widest.upper < 1.5

    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        request = ScanRequest(**{**_fields(provider.request), "calibration": out})
        record = scan(request, rejects).findings.calibration
        by_default = scan(replace(request, calibration=None), rejects).findings.calibration
    assert record is not None
    assert (record.name, record.digest) == ("spring", digest(held))
    # The population is the one it was fitted on; what was unlike the base's worlds stays so.
    assert by_default is not None
    assert record.compared > 20
    assert (record.outside, record.withheld) == (by_default.outside, False)

    called = gauger(
        "scan", *provider.world.logs, "--accounts", provider.world.accounts,
        "--calibration", out, "--out", tmp_path / "result",
    )  # fmt: skip
    # With so few cleared cases nothing reaches what "established" takes.
    assert called.code == 0
    assert json.loads((tmp_path / "result" / "findings.json").read_text())["networks"] == []


def _fields(request: ScanRequest) -> dict[str, object]:
    return {name: getattr(request, name) for name in request.__slots__}


@needs_lir
def test_the_result_for_programs(
    provider: Provider, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, talk = tmp_path / "own.json", StringIO()
    code = run_calibration(
        provider.request, provider.cases, out, "Spring 2026", Console(file=talk),
        json=True, quiet=True, fewest=FEW,
    )  # fmt: skip
    assert (code, talk.getvalue()) == (0, "")
    said = json.loads(capfd.readouterr().out)
    held = read_calibration(out)
    assert (said["version"], said["name"], said["digest"]) == (1, "Spring 2026", digest(held))
    operator, extraction = said["claims"][:2]
    assert (operator["claim"], operator["against"]) == ("coordinated", None)
    assert operator["confirmed"] == 3
    assert not operator["can_establish"]
    assert said["cleared_to_establish"] > 900
    assert (extraction["claim"], extraction["against"]) == ("extraction", "product in use")
    assert extraction["cleared"] < operator["cleared"]
    assert {"against": "evaluation", "cleared": 0} in said["kept"]
    assert "tiny" in {left["case"] for left in said["left_out"]}
    assert said["accounts_unknown"] == 2


def _call(gauger: Caller, provider: Provider, cases: Path, out: Path, *more: object) -> str:
    called = gauger("calibrate", *provider.world.logs, "--cases", cases, "--out", out, *more)
    assert (called.code, called.out) == (2, "")
    assert not out.is_file()
    return called.error


def test_too_few_cases_are_refused_before_any_log_is_read(
    gauger: Caller, provider: Provider, tmp_path: Path
) -> None:
    error = _call(gauger, provider, provider.cases, tmp_path / "own.json")
    cleared = len({line.split(",")[0] for line in provider.cases.read_text().splitlines()}) - 4
    assert f"found 3 confirmed and {cleared} cleared" in error
    assert "at least 20 confirmed and 60 cleared are needed" in error


def test_what_cannot_be_is_refused(gauger: Caller, provider: Provider, tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    assert "there is no such file" in _call(gauger, provider, cases, tmp_path / "own.json")
    cases.write_text("case,account_id,finding\nx,a,guilty\n")
    assert "line 2: `finding` is `guilty`" in _call(gauger, provider, cases, tmp_path / "own.json")
    assert "there is a folder of that name" in _call(gauger, provider, cases, tmp_path)
    error = _call(gauger, provider, cases, tmp_path / "own.json", "--name", " ")
    assert "`--name` is no name" in error


def test_without_lir_the_extra_is_named_before_any_log_is_read(
    gauger: Caller, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lir.algorithms.bayeserror", None)
    cases = tmp_path / "cases.csv"
    rows = [f"c{n},a{n},{'confirmed' if n < 20 else 'cleared'}" for n in range(80)]
    cases.write_text("\n".join(["case,account_id,finding", *rows]) + "\n")
    error = _call(gauger, provider, cases, tmp_path / "own.json")
    assert "install `gauger[calibrate]`" in error


def test_a_scan_refuses_what_is_no_calibration(
    gauger: Caller, provider: Provider, tmp_path: Path
) -> None:
    damaged = tmp_path / "own.json"
    damaged.write_text("{}")
    called = gauger(
        "scan", *provider.world.logs, "--calibration", damaged, "--out", tmp_path / "result"
    )
    assert called.code == 2
    assert "make it with `gauger calibrate`" in called.error
