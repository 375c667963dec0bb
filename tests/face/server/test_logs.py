"""What a service writes into its log: codes, and nobody's words, address, mailbox or key."""

from __future__ import annotations

import io
import json
import logging
import threading
from pathlib import Path

import httpx
import pytest

from act.policies import HEAD, LIVE, RULES
from exchanges import PHRASE
from face.server.running import process
from face.server.serving import Serving
from gauger.act.cases.approvals import approve
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.act.cases.versions import put_policy
from gauger.face.server import logs, watching
from gauger.face.server.logs import JSON, TEXT, logging_to
from gauger.face.server.service import Service

PROMPT = "Tell me about the orchard of my grandmother"
ADDRESS = "198.51.100.77"
MAILBOX = "ana.lovelace@customer.example"


@pytest.mark.parametrize("form", [JSON, TEXT])
def test_a_replay_leaves_no_word_address_mailbox_or_key(tmp_path: Path, form: str) -> None:
    database = f"sqlite:///{tmp_path}/control.db"
    opened = open_database(database)
    key = make_key(opened, MAILBOX, [Scope.DECIDE])
    suspended = f"""
[[suspension]]
account = "{MAILBOX}"
people = ["ana@provider.example", "bo@provider.example"]
until = 2099-01-01
reason = "case 12"
"""
    put_policy(opened, HEAD + LIVE + RULES + suspended, "policy.toml")
    for person in ("ana@provider.example", "bo@provider.example"):
        approve(opened, person)
    opened.dispose()
    exchange = {"prompt": PROMPT, "system": PROMPT, "source_ip": ADDRESS, "user_agent": ADDRESS}
    request_id = "0af7651916cd43dd"
    with (
        process(tmp_path, "--database", database, "--log-format", form) as base,
        httpx.Client(base_url=base, timeout=30) as client,
    ):
        bearing = {"x-api-key": key, "x-forwarded-for": ADDRESS, "x-request-id": request_id}
        for account in (MAILBOX, ADDRESS, "acct"):
            said = client.post(
                "/v1/decide", json={"account_id": account, "exchange": exchange}, headers=bearing
            )
            assert said.status_code == 200
            assert said.headers["x-request-id"] == request_id
        odd = {**bearing, "x-request-id": MAILBOX}
        broken = client.post("/v1/decide", content=PROMPT.encode(), headers=odd)
        assert MAILBOX not in broken.headers["x-request-id"]
        client.post("/v1/decide", json={"account_id": MAILBOX}, headers={"x-api-key": key + "x"})
        client.get(f"/{MAILBOX}/{ADDRESS}", headers=bearing)
    text = (tmp_path / "serve.log").read_text(encoding="utf-8")
    for word in (PROMPT, "orchard", ADDRESS, MAILBOX, "lovelace", key, key.split("_")[2], PHRASE):
        assert word not in text
    lines = [line for line in text.splitlines() if "decided" in line]
    assert len(lines) == 1, "who is let through leaves no line"
    if form == JSON:
        line = json.loads(lines[0])
        assert (line["answer"], line["reason"]) == ("hold", "suspended_by_people")
        assert line["request_id"] == request_id
        assert line["level"] == "info"
        assert line["time"].endswith("Z")
    else:
        assert "reason=suspended_by_people" in lines[0]
        assert f"request_id={request_id}" in lines[0]


def test_an_error_is_told_by_its_kind_and_place_not_its_message() -> None:
    written = io.StringIO()
    with logging_to(written, JSON):
        try:
            raise ValueError(f"cannot parse {PROMPT}")
        except ValueError:
            logging.getLogger("a.library").exception("Exception in an application\n")
    line = json.loads(written.getvalue())
    assert line["where"].startswith("ValueError at test_an_error_is_told")
    assert PROMPT not in written.getvalue()
    assert "\n" not in written.getvalue().rstrip("\n")


def test_a_log_that_nobody_reads_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "WAITING", 5)
    reading = threading.Event()

    class Stuck(io.StringIO):
        """A pipe whose reader is away."""

        def write(self, text: str) -> int:
            """Waits until somebody reads."""
            reading.wait(20)
            return super().write(text)

    stuck = Stuck()
    with logging_to(stuck, TEXT) as held:
        for number in range(50):
            logging.getLogger("gauger.serve").info("line %d", number)
        assert held.dropped >= 40
        reading.set()
    assert stuck.getvalue().count("line") == 50 - held.dropped


def test_a_log_whose_reader_never_comes_back_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "WAITING", 2)
    monkeypatch.setattr(logs, "PATIENCE", 0.1)
    reading = threading.Event()

    class Gone(io.StringIO):
        """A pipe whose reader is gone."""

        def write(self, text: str) -> int:
            """Waits for nobody."""
            reading.wait(60)
            return len(text)

    with logging_to(Gone(), TEXT):
        for number in range(9):
            logging.getLogger("gauger.serve").info("line %d", number)
    reading.set()


def test_a_flood_of_decisions_leaves_no_more_lines_than_are_written_in_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "MOST_LINES", 3)
    monkeypatch.setattr(watching, "monotonic", lambda: 7.5)
    suspended = """
[[suspension]]
account = "acct"
people = ["ana@provider.example", "bo@provider.example"]
until = 2099-01-01
reason = "case 12"
"""
    serving = Serving(tmp_path, policy=HEAD + LIVE + RULES + suspended)

    async def flood(client: httpx.AsyncClient, service: Service) -> tuple[list[str], str]:
        for person in ("ana@provider.example", "bo@provider.example"):
            approve(service.database, person)
        await service.refresh()
        said = [await client.post("/v1/decide", json={"account_id": "acct"}) for _ in range(10)]
        return [each.json()["answer"] for each in said], service.measures.text().decode()

    with caplog.at_level(logging.INFO, "gauger.decisions"):
        answers, figures = serving.run(flood, scope=Scope.DECIDE)
    assert answers == ["hold"] * 10
    assert len([each for each in caplog.records if each.name == "gauger.decisions"]) == 3
    assert "gauger_decisions_unwritten_total 7.0" in figures
