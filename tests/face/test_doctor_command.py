"""`gauger doctor`: what it says of a deployment that is well, and of each thing that is not."""

from __future__ import annotations

import json
import os
import socket
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from act.policies import HEAD, RULES, index
from act.quotas.test_faults import started
from exchanges import PHRASE
from face.server.serving import Serving
from face.server.test_nginx import free_port, serving_on
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.act.cases.versions import put_policy
from gauger.act.decisions.decider import Known
from gauger.face.server import checking, checking_parts
from gauger.face.server.app import application
from gauger.face.server.checking import Checked, State
from gauger.face.server.options import ServeOptions
from gauger.face.server.service import Service
from needs import program

from .calling import Caller


@pytest.fixture(autouse=True)
def secret(gauger: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a deployment has it, in place of the bare environment that commands get."""
    del gauger
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)
    monkeypatch.delenv("GAUGER_KEY", raising=False)
    monkeypatch.chdir(tmp_path)


def said(gauger: Caller, *arguments: object) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and every check by its name."""
    called = gauger("doctor", "--json", *arguments)
    assert called.err == ""
    held = json.loads(called.out)
    states = [check["state"] for check in held["checks"]]
    assert held["worst"] in states
    for check in held["checks"]:
        assert check["found"]
        assert check["state"] == "ok" or check["remedy"], check
    return called.code, {check["name"]: check for check in held["checks"]}


def findings(folder: Path) -> Path:
    """A result folder of a network, without signatures."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from gauger.tell.members import MEMBERS_SCHEMA

    out = folder / "gauger-out"
    out.mkdir(mode=0o750)
    claim = {"established": True, "log10_lr": 3.5, "lower": 3.0, "upper": 3.9}
    network = {
        "network_id": "net-1", "verdict": "extraction",
        "claims": {"coordinated": claim, "extraction": claim},
    }  # fmt: skip
    (out / "findings.json").write_text(json.dumps({"version": 1, "networks": [network]}))
    row = {"network_id": "net-1", "account_id": "a", "belonging": "core", "marked": 1.0}
    pq.write_table(pa.Table.from_pylist([row], schema=MEMBERS_SCHEMA), out / "members.parquet")
    return out


def test_a_deployment_that_is_well(
    gauger: Caller, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    out = findings(tmp_path)
    service = Service(serving.options)
    service.decider.renew(Known(index()))
    monkeypatch.setenv("GAUGER_KEY", serving.keys[Scope.DECIDE])
    where = ("--findings", out, "--database", serving.options.database)
    with serving_on(application(service)) as port:
        code, checks = said(gauger, *where, "--url", f"http://127.0.0.1:{port}")
        shown = gauger("doctor", *where, "--url", f"127.0.0.1:{port}")
    failed = [check for check in checks.values() if check["state"] == "fail"]
    assert not failed
    assert code == 0
    assert "`allow`, median" in checks["decision"]["found"]
    assert checks["policy"]["found"] == "version 1, live for 100%, fails open"
    assert checks["findings"]["found"].startswith("1 accounts of 1 networks, 0 minutes old")
    assert checks["signatures"]["state"] == "warn"
    assert checks["database"]["found"].startswith("sqlite, at revision")
    assert shown.code == 0
    assert serving.keys[Scope.DECIDE] not in shown.out
    assert max(len(line) for line in shown.out.splitlines()) <= 80


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    """A database with keys and a policy."""
    return Serving(tmp_path)


def test_what_is_missing_is_said_with_what_to_do(
    gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GAUGER_SECRET")
    database = f"sqlite:///{tmp_path}/none.db"
    code, checks = said(
        gauger, "--findings", tmp_path / "nowhere", "--database", database, "--url",
        f"http://127.0.0.1:{free_port()}",
    )  # fmt: skip
    assert code == 1
    assert checks["secret"]["state"] == "fail"
    assert (checks["database"]["state"], checks["database"]["found"]) == (
        "fail", "it has no tables yet",
    )  # fmt: skip
    assert "there is no such file" in checks["findings"]["found"]
    assert "Connection refused" in checks["service"]["found"]
    assert not (tmp_path / "none.db").exists(), "a check makes nothing"


def test_keys_that_end_soon_and_a_policy_that_is_none(gauger: Caller, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/control.db"
    opened = open_database(database)
    assert said(gauger, "--database", database)[1]["keys"]["state"] == "fail"
    make_key(opened, "gateway", [Scope.DECIDE], timedelta(days=3))
    _, checks = said(gauger, "--database", database)
    assert checks["keys"]["state"] == "warn"
    assert checks["policy"]["found"] == "none is in force: everything is allowed"
    put_policy(opened, HEAD + RULES, "policy.toml")
    opened.dispose()
    assert said(gauger, "--database", database)[1]["policy"]["found"].startswith(
        "version 1, in shadow"
    )


def test_old_findings_and_signatures_of_another_secret(gauger: Caller, tmp_path: Path) -> None:
    out = findings(tmp_path)
    old = time.time() - 5 * 86_400
    os.utime(out / "findings.json", (old, old))
    _, checks = said(gauger, "--findings", out)
    assert checks["findings"]["state"] == "warn"
    assert checks["findings"]["found"].endswith("5 days old")
    out.chmod(0o777)
    _, checks = said(gauger, "--findings", out)
    assert checks["findings folder"]["state"] == "warn"


def test_redis_its_version_and_what_it_drops(
    gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import redis

    port = free_port()
    monkeypatch.setenv("GAUGER_QUOTAS", f"redis://:hidden@127.0.0.1:{port}")
    code, checks = said(gauger)
    assert (code, checks["Redis"]["state"]) == (1, "fail")
    assert "hidden" not in str(checks)
    monkeypatch.setenv("GAUGER_QUOTAS", f"redis://127.0.0.1:{port}")
    running = started(program("redis-server"), port, tmp_path)
    try:
        _, checks = said(gauger)
        assert checks["Redis"]["state"] == checks["Redis keeps"]["state"] == "ok"
        assert checks["Redis's clock"]["state"] == "ok"
        client = redis.Redis(port=port)
        client.config_set("maxmemory", "100mb")
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.close()
        assert said(gauger)[1]["Redis keeps"]["state"] == "warn"
    finally:
        running.kill()
        running.wait()


@pytest.mark.parametrize(
    ("apart", "state"), [(0.0, State.OK), (1.0, State.OK), (-10.0, State.WARN), (300.0, State.FAIL)]
)
def test_a_clock_that_is_apart(apart: float, state: State) -> None:
    assert checking.clock("x", 1000.0 + apart, 999.9, 1000.1).state is state


def test_a_service_that_refuses_or_hangs(
    gauger: Caller, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(serving.options)
    with serving_on(application(service)) as port:
        url = f"http://127.0.0.1:{port}"
        assert [c.state for c in checking_parts.service(url, None)] == [State.OK, State.WARN]
        wrong = list(checking_parts.service(url, serving.keys[Scope.READ]))[-1]
        assert (wrong.state, wrong.found) == (State.FAIL, "403, `not_allowed`")
    with socket.socket() as hanging:
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()
        monkeypatch.setattr("http.client.HTTPConnection.request", _late)
        found = list(checking_parts.service(f"127.0.0.1:{hanging.getsockname()[1]}", None))
    assert found[0].state is State.FAIL


def _late(*_: object, **__: object) -> None:
    raise TimeoutError("timed out")


def test_a_check_that_breaks_leaves_the_others() -> None:
    def broken() -> Any:
        raise RuntimeError("odd")
        yield

    assert checking.ran("x", broken) == [
        Checked("x", State.FAIL, "RuntimeError: odd", "see what it says, and try again")
    ]


def test_a_database_of_a_later_gauger(serving: Serving) -> None:
    import sqlalchemy as sa

    opened = open_database(serving.options.database)
    with opened.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'later'"))
    opened.dispose()
    (found,) = checking_parts.database(ServeOptions(serving.options.database))
    assert found.state is State.FAIL
    assert "`later`" in found.found


def test_a_database_that_is_away() -> None:
    options = ServeOptions(f"postgresql://postgres:hidden@127.0.0.1:{free_port()}/x")
    (found,) = checking.ran("database", lambda: checking_parts.database(options))
    assert found.state is State.FAIL
    assert "hidden" not in found.found
    assert found.remedy == "check the URL and that the database is there"
