"""Signals are said and bounded: disposable e-mail, network class, countries, bursts of sign-ups."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from act.accounts.made import KEY, STRANGER
from act.quotas.test_faults import started
from gauger.act.accounts import bursts as module
from gauger.act.accounts.bursts import Burst, Bursts
from gauger.act.accounts.disposable import disposable_domains, is_disposable
from gauger.act.accounts.prints import prints_of
from gauger.act.accounts.signals import proofs_for, signals_of
from gauger.model.errors import UnreadableInput
from gauger.model.signup import NetworkClass, Proof, SignUp
from needs import program

DOMAINS = disposable_domains()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("x@mailinator.com", True), ("x@MAILINATOR.com.", True), ("x@sub.mailinator.com", True),
        ("x@gmail.com", False), ("x@mailinator.com.example", False), ("x@com", False), ("x", False),
        ("@", False), ("mailinator.com@gmail.com", False),
    ],
)  # fmt: skip
def test_disposable_domains_are_known_with_those_below_them(email: str, said: bool) -> None:
    assert is_disposable(email, DOMAINS) == said


def test_a_provider_adds_its_own_and_takes_some_out(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("# ours\nThrowaway.example  # seen in May\n!mailinator.com\n", encoding="utf-8")
    domains = disposable_domains(own)
    assert is_disposable("x@throwaway.example", domains)
    assert not is_disposable("x@mailinator.com", domains)
    with pytest.raises(UnreadableInput):
        disposable_domains(tmp_path / "none")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"email": "x@mailinator.com"}, ["disposable_email"]),
        ({"network_class": NetworkClass.HOSTING}, ["hosting_network"]),
        ({"network_class": NetworkClass.RESIDENTIAL}, []),
        ({"seen_country": "DE"}, ["country_mismatch"]),
        ({"seen_country": " fr"}, []),
        ({"seen_country": "DE", "country": None}, []),
    ],
)
def test_what_is_said_of_a_sign_up(changes: dict[str, object], codes: list[str]) -> None:
    said = signals_of(replace(STRANGER, **changes), DOMAINS, (), ())  # type: ignore[arg-type]
    assert [signal.code for signal in said] == codes
    assert bool(proofs_for((), said)) == bool(codes)


def test_a_burst_asks_for_an_organization() -> None:
    said = signals_of(STRANGER, DOMAINS, [Burst("range", 30)], ())
    assert proofs_for((), said) == (Proof.ORGANIZATION,)
    assert "30 accounts" in said[0].statement


def counted(bursts: Bursts, sign_ups: Sequence[SignUp]) -> list[tuple[Burst, ...]]:
    """Counts them one after the other."""

    async def all_of() -> list[tuple[Burst, ...]]:
        said = [await bursts.count(each.account_id, prints_of(each, KEY)) for each in sign_ups]
        await bursts.close()
        return said

    return asyncio.run(all_of())


def signing_up(many: int) -> list[SignUp]:
    """Accounts that share a payment instrument and nothing else."""
    return [
        SignUp(f"acct_{n}", payment_fingerprint="pm_1", email=f"someone@x{n}.example")
        for n in range(many)
    ]  # fmt: skip


def test_accounts_are_counted_once_however_often_they_are_checked() -> None:
    said = counted(Bursts(), [*signing_up(2), *signing_up(2), *signing_up(3)])
    assert said == [()] * 6 + [(Burst("payment", 3),)]


def test_a_day_later_it_is_no_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    bursts, first = Bursts(), signing_up(4)
    assert counted(bursts, first)[-1] == (Burst("payment", 4),)
    later = module.time.monotonic() + module.WINDOW + 1
    monkeypatch.setattr(module.time, "monotonic", lambda: later)
    assert counted(bursts, [replace(first[0], account_id="other")]) == [()]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "THINGS", 50)
    bursts = Bursts()
    assert counted(bursts, signing_up(200))[-1] == (Burst("payment", 64),)
    strangers = [replace(each, payment_fingerprint=f"pm_{n}") for n, each in
                 enumerate(signing_up(300))]  # fmt: skip
    counted(bursts, strangers)
    assert len(bursts._held) <= 50


def test_while_redis_is_away_the_process_counts_for_itself() -> None:
    bursts = Bursts("redis://127.0.0.1:1")
    assert counted(bursts, signing_up(3))[-1] == (Burst("payment", 3),)
    assert bursts.away == 1, "it is not asked again with every sign-up"


def test_replicas_on_one_redis_count_together(tmp_path: Path) -> None:
    server, port = program("redis-server"), free_port()
    running = started(server, port, tmp_path)
    try:
        first, second = (Bursts(f"redis://127.0.0.1:{port}") for _ in range(2))
        accounts = signing_up(80)

        async def story() -> list[tuple[Burst, ...]]:
            said = []
            for number, each in enumerate(accounts):
                by = (first, second)[number % 2]
                said.append(await by.count(each.account_id, prints_of(each, KEY)))
            again = await second.count("acct_0", prints_of(accounts[0], KEY))
            await first.close()
            await second.close()
            return [*said, again]

        said = asyncio.run(story())
        assert said[:3] == [(), (), (Burst("payment", 3),)]
        assert said[-1] == (Burst("payment", 64),)
        assert first.away == second.away == 0
    finally:
        running.kill()
        running.wait()
