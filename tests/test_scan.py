"""The whole scan on simulated worlds: who is found, who is left alone, what cannot change it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from exchanges import PHRASE, at, write_log
from gauger.model.evidence import Verdict
from gauger.model.finding import Findings, Network
from gauger.model.run import ScanRequest
from gauger.model.taken import Tokens
from gauger.read.sources import Rejects
from gauger.scan import Scan, scan
from gauger.tell.output import OutputFolder
from gauger.world import World, simulate

PLAIN = Path(__file__).parent / "plain.toml"
FOUND = {Verdict.EXTRACTION, Verdict.COORDINATED}


@dataclass(frozen=True)
class Scanned:
    """A scan with what there is to know about its world."""

    world: World
    findings: Findings

    @property
    def campaigns(self) -> dict[str, set[str]]:
        """Accounts of every campaign, from the truth."""
        held: dict[str, set[str]] = {}
        for row in pq.read_table(self.world.truth).to_pylist():
            if row["campaign"]:
                held.setdefault(row["campaign"], set()).add(row["account_id"])
        return held

    def accounts(self, *verdicts: Verdict) -> set[str]:
        """Accounts in networks with one of the verdicts."""
        return {
            account
            for network in self.findings.networks
            if network.verdict in verdicts
            for account in members(network)
        }


def members(network: Network) -> set[str]:
    """Accounts of a network."""
    return {member.account_id for member in network.members}


def run(paths: Iterable[Path | str], rejects: Path, **choices: Any) -> Scan:
    """One scan with a stable key unless told otherwise."""
    request = ScanRequest(**{"paths": tuple(map(str, paths)), "secret": PHRASE, **choices})
    with Rejects(rejects) as kept:
        return scan(request, kept)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world with one campaign that does not hide."""
    return simulate(str(PLAIN), tmp_path_factory.mktemp("plain"), seed=1)


@pytest.fixture(scope="module")
def plain_scan(plain: World) -> Scan:
    """Its scan on DuckDB."""
    return run(plain.logs, plain.truth.with_name("rejects"), accounts=plain.accounts)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """The packaged `quick` world, scanned."""
    folder = tmp_path_factory.mktemp("quick")
    world = simulate("quick", folder, seed=1)
    return Scanned(world, run(world.logs, folder / "rejects", accounts=world.accounts).findings)


@pytest.mark.parametrize("campaign", ["north", "brook"])
def test_campaigns_are_found(quick: Scanned, campaign: str) -> None:
    wanted = quick.campaigns[campaign]
    assert len(wanted & quick.accounts(*FOUND)) >= 0.8 * len(wanted)


def test_no_innocent_account_is_accused(quick: Scanned) -> None:
    guilty = set().union(*quick.campaigns.values())
    assert quick.accounts(Verdict.EXTRACTION) <= guilty


def test_a_world_without_campaigns_gives_no_extraction(tmp_path: Path) -> None:
    world = simulate("innocent", tmp_path, accounts=300, days=5, seed=1)
    findings = run(world.logs, tmp_path / "rejects", accounts=world.accounts).findings
    assert Verdict.EXTRACTION not in {network.verdict for network in findings.networks}


def test_an_open_campaign_is_found_whole(plain: World, plain_scan: Scan) -> None:
    scanned = Scanned(plain, plain_scan.findings)
    assert scanned.accounts(Verdict.EXTRACTION) == scanned.campaigns["north"]


def test_what_was_measured_is_what_the_logs_hold(plain: World, plain_scan: Scan) -> None:
    rows = pa.concat_tables([pq.read_table(path) for path in plain.logs])
    measured = plain_scan.findings.measured
    assert measured.exchanges == rows.num_rows == plain.exchanges
    assert measured.accounts == len(pc.unique(rows["account_id"]))
    assert (measured.first, measured.last) == tuple(pc.min_max(rows["time"]).as_py().values())
    assert measured.rejected == 0
    assert plain_scan.run.stable_key
    assert len(plain_scan.run.inputs) == len(plain.logs)
    for network in plain_scan.findings.networks:
        theirs = rows.filter(pc.is_in(rows["account_id"], pa.array(sorted(members(network)))))
        assert network.exchanges == theirs.num_rows
        assert network.input_tokens == pc.sum(theirs["input_tokens"]).as_py()
        assert network.output_tokens == pc.sum(theirs["output_tokens"]).as_py()
        assert network.first_seen == pc.min(theirs["time"]).as_py()
        assert network.last_seen == pc.max(theirs["time"]).as_py()


def test_what_was_taken_is_what_the_logs_hold(plain: World, plain_scan: Scan) -> None:
    rows = pa.concat_tables([pq.read_table(path) for path in plain.logs]).to_pylist()
    (network,) = (n for n in plain_scan.findings.networks if n.verdict is Verdict.EXTRACTION)
    theirs = [row for row in rows if row["account_id"] in members(network)]
    asked = [
        row
        for row in theirs
        if row["status"] < 400 and row["input_role"] == "user" and _words(row["prompt"]) >= 8
    ]
    holders: dict[str, set[str]] = {}
    for row in asked:
        holders.setdefault(row["prompt"].casefold(), set()).add(row["account_id"])
    taken = network.taken
    assert taken is not None
    assert (taken.exchanges, taken.refused) == (
        len(theirs),
        sum(row["status"] >= 400 for row in theirs),
    )
    assert taken.refused
    assert (taken.richness.samples, taken.richness.tasks) == (len(asked), len(holders))
    assert taken.across == sum(len(each) > 1 for each in holders.values()) / len(holders)
    for kind in ("input_tokens", "output_tokens", "reasoning_tokens"):
        assert getattr(taken, kind) == Tokens(sum(row[kind] for row in theirs), len(theirs))
    assert sum(each.exchanges for each in taken.capabilities) == network.exchanges
    shares = tuple((each.capability, each.exchanges) for each in taken.capabilities)
    assert shares == tuple(
        (name, round(share * network.exchanges)) for name, share in network.capabilities
    )
    assert sum(day.first_sent for day in taken.growth.daily) == len(holders)
    assert taken.price is None


def _words(prompt: str | None) -> int:
    return len(re.findall(r"\w+", prompt or ""))


def test_prices_are_put_on_what_the_logs_hold(plain: World, tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    entry = "input = 2\noutput = 8.5\ncached_input = 0.5"
    text = f'currency = "EUR"\nas_of = 2026-06-01\n[models."*"]\n{entry}\n'
    path.write_text(text, encoding="utf-8")
    rows = pa.concat_tables([pq.read_table(path) for path in plain.logs]).to_pylist()
    done = run(plain.logs, tmp_path / "rejects", accounts=plain.accounts, prices=path)
    assert done.findings.networks
    for network in done.findings.networks:
        answered = [
            row for row in rows if row["account_id"] in members(network) and row["status"] < 400
        ]
        whole, cached, output = (
            sum(row[name] for row in answered)
            for name in ("input_tokens", "cached_tokens", "output_tokens")
        )
        assert network.taken is not None
        assert network.taken.price is not None
        amount = float(network.taken.price.amount)
        assert amount == pytest.approx(((whole - cached) * 2 + cached * 0.5 + output * 8.5) / 1e6)
        assert network.taken.price.unpriced == ()
        assert network.taken.price.basis.file == "prices.toml"
    assert json.loads(_document(tmp_path / "out", done))["networks"][0]["taken"]["list_price"]


def test_a_finding_keeps_its_own_rules(plain_scan: Scan, quick: Scanned) -> None:
    for findings in (plain_scan.findings, quick.findings):
        seen: set[str] = set()
        for network in findings.networks:
            assert not seen & members(network)
            seen |= members(network)
            assert network.coordinated.established
            assert network.extraction.established == (network.verdict is Verdict.EXTRACTION)
            assert not network.attributed.established
            assert not network.used.established
            assert network.exchanges == sum(member.exchanges for member in network.members)
            volumes = [member.exchanges for member in network.members]
            assert volumes == sorted(volumes, reverse=True)
            picture = network.picture
            assert sum(count for _, count in picture.daily) == network.exchanges
            assert sum(picture.hours) == pytest.approx(1.0)
            assert sum(share for _, share in network.capabilities) == pytest.approx(1.0)
            assert picture.frame_words == ()
            for edge in picture.edges:
                assert 0 <= edge.member < len(network.members)
                assert 0 <= edge.thing < len(picture.things)


def _document(folder: Path, done: Scan) -> bytes:
    output = OutputFolder(folder)
    output.prepare()
    output.write(done.findings, done.run)
    return output.findings.read_bytes()


def test_the_same_scan_again_gives_the_same_bytes(
    plain: World, plain_scan: Scan, tmp_path: Path
) -> None:
    again = run(plain.logs, tmp_path / "rejects", accounts=plain.accounts)
    first = _document(tmp_path / "one", plain_scan)
    assert first == _document(tmp_path / "two", again)
    assert json.loads(first)["networks"]


def test_one_thread_or_files_in_another_order_change_nothing(
    plain: World, plain_scan: Scan, tmp_path: Path
) -> None:
    other = run(reversed(plain.logs), tmp_path / "r", accounts=plain.accounts, threads=1)
    first = _document(tmp_path / "one", plain_scan)
    assert first == _document(tmp_path / "two", other)


@pytest.mark.parametrize("phrase", [None, "another key altogether"])
def test_another_key_accuses_the_same_accounts(
    plain: World, plain_scan: Scan, tmp_path: Path, phrase: str | None
) -> None:
    other = run(plain.logs, tmp_path / "rejects", accounts=plain.accounts, secret=phrase)
    assert other.run.stable_key == (phrase is not None)
    # Which runs of words are sampled depends on the key, so the content layer moves a little and
    # a group near a threshold may be listed or not; who is accused, and what every other layer
    # says of it, does not.
    assert _accused(other.findings) == _accused(plain_scan.findings)
    assert _accused(other.findings)
    assert _beside_content(other.findings) == _beside_content(plain_scan.findings)


def _accused(findings: Findings) -> dict[str, object]:
    return {
        network.network_id: members(network)
        for network in findings.networks
        if network.verdict is Verdict.EXTRACTION
    }


def _beside_content(findings: Findings) -> dict[str, dict[str, float]]:
    return {
        network.network_id: {
            layer.layer: layer.lr.log10 for layer in network.layers if layer.layer != "content"
        }
        for network in findings.networks
        if network.verdict is Verdict.EXTRACTION
    }


def _with_accounts(
    plain: World, folder: Path, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Findings:
    table = pq.read_table(plain.accounts)
    changed = [record | change(record) for record in table.to_pylist()]
    path = folder / "accounts.parquet"
    pq.write_table(pa.Table.from_pylist(changed, table.schema), path)
    return run(plain.logs, folder / "rejects", accounts=path).findings


@pytest.mark.parametrize(
    "allowed", [{"contract": "distillation"}, {"organization_id": "org-north"}]
)
def test_what_is_declared_or_licensed_is_permitted(
    plain: World, tmp_path: Path, allowed: dict[str, Any]
) -> None:
    campaign = Scanned(plain, Findings).campaigns["north"]  # type: ignore[arg-type]
    findings = _with_accounts(
        plain, tmp_path, lambda record: allowed if record["account_id"] in campaign else {}
    )
    (theirs,) = [found for found in findings.networks if members(found) & campaign]
    assert theirs.verdict is Verdict.PERMITTED
    assert not theirs.extraction.established
    assert theirs.coordinated.established
    assert Verdict.EXTRACTION not in {network.verdict for network in findings.networks}


def test_exchanges_from_until_on_are_not_counted(plain: World, tmp_path: Path) -> None:
    rows = pa.concat_tables([pq.read_table(path) for path in plain.logs])
    until: datetime = at(30)
    before = rows.filter(pc.less(rows["time"], pa.scalar(until, rows["time"].type)))
    measured = run(plain.logs, tmp_path / "rejects", until=until).findings.measured
    assert 0 < measured.exchanges == before.num_rows < rows.num_rows
    assert measured.last == pc.max(before["time"]).as_py()
    edge = before["time"].to_pylist()[-1]
    exact = run(plain.logs, tmp_path / "rejects", until=edge).findings.measured
    assert exact.last is not None
    assert exact.last < edge
    nothing = run(plain.logs, tmp_path / "rejects", until=at(0) - timedelta(days=900)).findings
    assert nothing.measured.exchanges == 0
    assert nothing.networks == ()


def test_a_file_given_twice_is_counted_once_and_named(tmp_path: Path) -> None:
    rows = [{"exchange_id": f"e{n}", "account_id": f"a{n % 3}", "prompt": "hi"} for n in range(9)]
    first = write_log(tmp_path / "first.parquet", rows)
    second = write_log(tmp_path / "second.parquet", rows[4:])
    measured = run([first, second], tmp_path / "rejects").findings.measured
    assert measured.exchanges == 9
    assert measured.rejected == 5
    named = [json.loads(line) for line in (tmp_path / "rejects").read_text().splitlines()]
    assert [(row["file"], row["row"]) for row in named] == [(second, n) for n in range(1, 6)]
    assert {row["field"] for row in named} == {"exchange_id"}
    assert all("read before" in row["reason"] for row in named)


LITTLE: dict[str, list[dict[str, Any]]] = {
    "no exchange": [],
    "one exchange": [{"prompt": "hello"}],
    "one account": [{"prompt": f"question {n}", "exchange_id": f"e{n}"} for n in range(40)],
    "required fields only": [
        {"exchange_id": f"e{n}", "account_id": f"a{n % 40}"} for n in range(400)
    ],
    "empty texts": [
        {"exchange_id": f"e{n}", "account_id": f"a{n % 9}", "prompt": "", "system": "",
         "response": "", "source_ip": "", "user_agent": "", "tools": ""}
        for n in range(60)
    ],
    "all alike": [
        {"exchange_id": f"e{n}", "account_id": f"a{n % 12}", "prompt": "the very same words",
         "time": at(n // 12), "source_ip": "203.0.113.7"}
        for n in range(240)
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", LITTLE)
def test_little_to_go_by_is_no_accusation_and_no_crash(name: str, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.parquet", LITTLE[name])
    done = run([path], tmp_path / "rejects", show_text=True)
    assert done.findings.measured.exchanges == len(LITTLE[name])
    assert Verdict.EXTRACTION not in {network.verdict for network in done.findings.networks}
    assert json.loads(_document(tmp_path / "out", done))["version"] == 1


def test_text_is_shown_only_where_it_is_asked_for(plain: World, tmp_path: Path) -> None:
    shown = run(plain.logs, tmp_path / "rejects", accounts=plain.accounts, show_text=True)
    words = [words for found in shown.findings.networks for words in found.picture.frame_words]
    assert words
    assert all("…" in frame for frame in words if not frame.startswith("System prompt"))


def _numbers(findings: Findings) -> list[tuple[str, Verdict, tuple[str, ...], list[float]]]:
    told = []
    for network in findings.networks:
        claims = [network.coordinated.lr, network.extraction.lr]
        pieces = [lr for lr in claims if lr] + [layer.lr for layer in network.layers]
        pieces += [member.lr for member in network.members]
        told.append(
            (
                network.network_id,
                network.verdict,
                tuple(member.account_id for member in network.members),
                [value for lr in pieces for value in (lr.log10, lr.lower, lr.upper)]
                + [each.log10_lr_against for each in network.explanations]
                + [share for _, share in network.capabilities]
                + list(network.picture.hours),
            )
        )
    return told


@pytest.mark.usefixtures("spark")
def test_spark_finds_what_duckdb_finds(plain: World, plain_scan: Scan, tmp_path: Path) -> None:
    other = run(plain.logs, tmp_path / "rejects", accounts=plain.accounts, engine="spark")
    assert other.findings.measured == plain_scan.findings.measured
    assert other.findings.notes == plain_scan.findings.notes
    one, two = _numbers(plain_scan.findings), _numbers(other.findings)
    assert one
    assert [found[:3] for found in two] == [found[:3] for found in one]
    for (*_, values), (*_, others) in zip(one, two, strict=True):
        assert others == pytest.approx(values, abs=1e-6)
    for found, same in zip(plain_scan.findings.networks, other.findings.networks, strict=True):
        assert same.picture == found.picture
        assert same.taken == found.taken
