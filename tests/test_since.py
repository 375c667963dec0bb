"""A scan of what changed since an earlier one, on simulated worlds: what it finds and keeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from exchanges import PHRASE, write_log
from gauger.find import changed
from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.evidence import Verdict
from gauger.model.finding import Findings, Network
from gauger.model.lineage import Descent
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import Scan, scan
from gauger.tell.output import OutputFolder
from gauger.world import World, simulate

PLAIN = Path(__file__).parent / "plain.toml"


def run(logs: Any, folder: Path, **choices: Any) -> Scan:
    """A scan whose results lie in the folder."""
    request = ScanRequest(**{"paths": tuple(map(str, logs)), "secret": PHRASE, **choices})
    output = OutputFolder(folder)
    output.prepare()
    with Rejects(output.rejects) as rejects:
        done = scan(request, rejects)
    output.write(done.findings, done.run, done.standing)
    return done


def edge(world: World, day: int) -> datetime:
    """So many days after the first exchange of a world."""
    times = pa.concat_tables([pq.read_table(path, columns=["time"]) for path in world.logs])
    first: datetime = pc.min(times["time"]).as_py()
    return first + timedelta(days=day)


def named(network: Network) -> set[str]:
    return {member.account_id for member in network.members}


def accused(findings: Findings) -> set[str]:
    found = [each for each in findings.networks if each.verdict is Verdict.EXTRACTION]
    return set().union(*map(named, found))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world with one campaign that does not hide."""
    return simulate(str(PLAIN), tmp_path_factory.mktemp("plain"), seed=1)


@pytest.fixture(scope="module")
def whole(plain: World) -> Scan:
    """Its scan, of everything."""
    return run(plain.logs, plain.truth.with_name("whole"), accounts=plain.accounts)


@pytest.fixture(scope="module")
def earlier(plain: World, whole: Scan) -> Path:
    """Results of a scan a day before the end."""
    folder = plain.truth.with_name("earlier")
    run(plain.logs, folder, accounts=plain.accounts, until=edge(plain, 4))
    return folder


def guilty(world: World) -> set[str]:
    rows = pq.read_table(world.truth).to_pylist()
    return {row["account_id"] for row in rows if row["campaign"]}


def test_where_everybody_is_weighed_it_finds_what_a_scan_of_everything_finds(
    plain: World, whole: Scan, earlier: Path, tmp_path: Path
) -> None:
    later = run(plain.logs, tmp_path, accounts=plain.accounts, since=earlier)
    counted = later.findings.measured
    assert counted.weighed is not None
    # In so small a world everybody is compared with who has sent more than one exchange.
    assert counted.weighed >= 0.9 * counted.accounts
    assert (counted.exchanges, counted.accounts) == (
        whole.findings.measured.exchanges,
        whole.findings.measured.accounts,
    )
    assert (counted.first, counted.last) == (
        whole.findings.measured.first,
        whole.findings.measured.last,
    )
    assert accused(later.findings) == accused(whole.findings) == guilty(plain)
    assert any("Weighed" in note for note in later.findings.notes)


def test_a_standing_network_keeps_its_id_and_the_accounts_that_were_not_weighed_again(
    plain: World, whole: Scan, earlier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "OF_ONE_NETWORK", 12)
    later = run(plain.logs, tmp_path, accounts=plain.accounts, since=earlier)
    (network,) = (each for each in later.findings.networks if accused(later.findings) & named(each))
    (same,) = (each for each in whole.findings.networks if named(each) == guilty(plain))
    assert named(network) == guilty(plain)
    assert later.findings.measured.weighed < len(pq.read_table(earlier / "activity.parquet"))
    assert network.lineage is not None
    assert network.lineage.descent is Descent.SAME
    assert "evidence of an earlier scan" in network.lineage.statement
    assert f"{len(guilty(plain))} accounts" in network.headline
    # What was taken is counted over all of them, as of now.
    assert network.exchanges == same.exchanges
    assert (network.first_seen, network.last_seen) == (same.first_seen, same.last_seen)
    assert network.output_tokens == same.output_tokens
    assert network.taken == same.taken
    assert network.picture.daily == same.picture.daily
    exchanges = {member.account_id: member.exchanges for member in same.members}
    assert {member.account_id: member.exchanges for member in network.members} == exchanges


def test_results_of_what_changed_can_be_gone_on_from(
    plain: World, earlier: Path, tmp_path: Path
) -> None:
    between = edge(plain, 4) + timedelta(hours=8)
    first = run(plain.logs, tmp_path / "a", accounts=plain.accounts, since=earlier, until=between)
    second = run(plain.logs, tmp_path / "b", accounts=plain.accounts, since=tmp_path / "a")
    assert accused(first.findings) == accused(second.findings) == guilty(plain)
    (one,), (two,) = ([n.network_id for n in f.findings.networks] for f in (first, second))
    assert one == two
    # What changed is counted from the last scan of everything.
    assert pq.read_table(tmp_path / "b" / "activity.parquet").equals(
        pq.read_table(earlier / "activity.parquet")
    )


def test_a_campaign_that_began_since_is_found(tmp_path: Path) -> None:
    world = simulate(str(PLAIN), tmp_path / "world", seed=3)
    bad = guilty(world)
    log = pa.concat_tables([pq.read_table(path) for path in world.logs])
    ours = pc.is_in(log["account_id"], pa.array(sorted(bad)))
    begun = edge(world, 2)
    late = pc.less(log["time"], pa.scalar(begun, log["time"].type))
    pq.write_table(log.filter(pc.invert(pc.and_(ours, late))), tmp_path / "log.parquet")
    logs = [tmp_path / "log.parquet"]
    before = run(logs, tmp_path / "before", accounts=world.accounts, until=begun)
    assert accused(before.findings) == set()
    later = run(logs, tmp_path / "later", accounts=world.accounts, since=tmp_path / "before")
    assert accused(later.findings) == bad


def test_what_was_read_again_counts_once(tmp_path: Path) -> None:
    rows = [{"exchange_id": f"e{n}", "account_id": f"a{n % 3}", "prompt": "hi"} for n in range(9)]
    first = write_log(tmp_path / "first.parquet", rows)
    more = [*rows[4:], {"exchange_id": "e9", "account_id": "a9", "prompt": "hi"}]
    second = write_log(tmp_path / "second.parquet", more)
    run([first], tmp_path / "earlier")
    later = run([first, second], tmp_path / "later", since=tmp_path / "earlier")
    counted = later.findings.measured
    assert (counted.exchanges, counted.accounts, counted.rejected) == (10, 4, 5)


def test_where_nobody_could_be_compared_with_everybody_is_weighed(tmp_path: Path) -> None:
    rows = [{"exchange_id": f"e{n}", "account_id": f"a{n}", "prompt": "hi"} for n in range(9)]
    log = write_log(tmp_path / "log.parquet", rows)
    run([log], tmp_path / "earlier")
    later = run([log], tmp_path / "later", since=tmp_path / "earlier")
    assert later.findings.measured.weighed == later.findings.measured.accounts == 9


def test_logs_that_hold_nothing_lose_nothing(plain: World, earlier: Path, tmp_path: Path) -> None:
    long_ago = edge(plain, -900)
    later = run(plain.logs, tmp_path, accounts=plain.accounts, since=earlier, until=long_ago)
    assert [each.accounts for each in later.findings.gone] == [len(guilty(plain))]
    assert later.standing.activity.equals(pq.read_table(earlier / "activity.parquet"))


def test_an_earlier_scan_that_cannot_be_gone_on_from(
    plain: World, earlier: Path, tmp_path: Path
) -> None:
    with pytest.raises(NothingToRead, match="no such folder"):
        run(plain.logs, tmp_path, since=tmp_path / "none")
    for name in ("findings.json", "members.parquet", "activity.parquet", "days.parquet"):
        (tmp_path / "held").mkdir(exist_ok=True)
        for path in earlier.iterdir():
            (tmp_path / "held" / path.name).write_bytes(path.read_bytes())
        (tmp_path / "held" / name).unlink()
        with pytest.raises((NothingToRead, UnreadableInput), match=name.replace(".", r"\.")):
            run(plain.logs, tmp_path / "out", since=tmp_path / "held")
        (tmp_path / "held" / name).write_bytes(b"PAR1 and nothing more")
        with pytest.raises(UnreadableInput, match=name.replace(".", r"\.")):
            run(plain.logs, tmp_path / "out", since=tmp_path / "held")


def test_sketches_that_were_kept_and_are_damaged(
    plain: World, earlier: Path, tmp_path: Path
) -> None:
    for path in earlier.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "compared.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(UnreadableInput, match=r"compared\.parquet"):
        run(plain.logs, tmp_path / "out", since=tmp_path)
    pq.write_table(pa.table({"exchange_key": [1]}), tmp_path / "compared.parquet")
    with pytest.raises(UnreadableInput, match="lacks `account_id`"):
        run(plain.logs, tmp_path / "out", since=tmp_path)


def test_what_was_kept_is_passed_on(plain: World, earlier: Path, tmp_path: Path) -> None:
    run(plain.logs, tmp_path / "later", accounts=plain.accounts, since=earlier)
    for name in ("activity.parquet", "days.parquet", "compared.parquet"):
        assert pq.read_table(tmp_path / "later" / name).equals(pq.read_table(earlier / name))


def test_of_who_changed_what_came_since_is_weighed_and_everything_is_told(
    plain: World, whole: Scan, earlier: Path, tmp_path: Path
) -> None:
    kept = pq.read_table(earlier / "compared.parquet", columns=["account_id"])["account_id"]
    activity = pq.read_table(earlier / "activity.parquet").to_pylist()
    assert {row["account_id"] for row in activity if row["kept"]} == set(kept.to_pylist())
    later = run(plain.logs, tmp_path, accounts=plain.accounts, since=earlier)
    sent = {m.account_id: m for each in whole.findings.networks for m in each.members}
    told = [m for each in later.findings.networks for m in each.members if m.account_id in sent]
    assert told
    for member in told:
        same = sent[member.account_id]
        assert (member.exchanges, member.input_tokens, member.output_tokens) == (
            same.exchanges, same.input_tokens, same.output_tokens,
        )  # fmt: skip
        assert (member.first_seen, member.last_seen) == (same.first_seen, same.last_seen)


@pytest.mark.usefixtures("spark")
def test_spark_finds_what_duckdb_finds(plain: World, earlier: Path, tmp_path: Path) -> None:
    choices = {"accounts": plain.accounts, "since": earlier}
    one = run(plain.logs, tmp_path / "duckdb", **choices)
    other = run(plain.logs, tmp_path / "spark", engine="spark", **choices)
    assert other.findings.measured == one.findings.measured
    assert [(each.network_id, named(each)) for each in other.findings.networks] == [
        (each.network_id, named(each)) for each in one.findings.networks
    ]
