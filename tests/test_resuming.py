"""A scan that stopped after accounts were tied goes on there, and only the same scan does."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

import gauger.scan
from exchanges import PHRASE
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.resuming import _Unpickler
from gauger.scan import Scan, scan
from gauger.tell.findings import findings_document
from gauger.world import World, simulate

PLAIN = Path(__file__).parent / "plain.toml"


class Killed(BaseException):
    """Stands for a kill: nobody handles it."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world with one campaign that does not hide."""
    return simulate(str(PLAIN), tmp_path_factory.mktemp("plain"), seed=1)


def run(world: World, spill: Path | None, **choices: Any) -> Scan:
    paths = tuple(map(str, world.logs))
    given = {"accounts": world.accounts, "secret": PHRASE, "spill": spill, **choices}
    with Rejects(world.truth.with_name("rejects")) as rejects:
        return scan(ScanRequest(paths, **given), rejects)


def stopped(world: World, spill: Path | None, **choices: Any) -> list[Path]:
    """Stops a scan as it begins to weigh; what it left in the folder."""

    def kill(*_: Any, **__: Any) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gauger.scan, "establish", kill)
        with pytest.raises(Killed):
            run(world, spill, **choices)
    return [] if spill is None else list(spill.iterdir())


def test_it_goes_on_where_it_was(plain: World, tmp_path: Path) -> None:
    (left,) = stopped(plain, tmp_path)
    assert left.stat().st_mode & 0o077 == 0
    resumed = run(plain, tmp_path)
    assert not list(tmp_path.iterdir())
    assert "tie accounts to what they share" not in {step.step for step in resumed.run.steps}
    assert findings_document(resumed.findings) == findings_document(run(plain, None).findings)


def test_another_scan_does_not_go_on_from_it(plain: World, tmp_path: Path) -> None:
    stopped(plain, tmp_path)
    done = run(plain, tmp_path, accounts=None)
    assert "tie accounts to what they share" in {step.step for step in done.run.steps}
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"\x80\x05", b"not what it was"])
def test_what_is_damaged_is_worked_out_anew(plain: World, tmp_path: Path, damage: bytes) -> None:
    (left,) = stopped(plain, tmp_path)
    left.write_bytes(damage)
    done = run(plain, tmp_path)
    assert "tie accounts to what they share" in {step.step for step in done.run.steps}
    assert not list(tmp_path.iterdir())


def test_nothing_is_kept_where_no_folder_was_named_or_the_key_is_random(
    plain: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert stopped(plain, None) == []
    assert stopped(plain, tmp_path / "spill", secret=None) == []


class Evil:
    """What a file of somebody else might hold."""

    def __init__(self, call: Any, *given: Any) -> None:
        self.made = call, given

    def __reduce__(self) -> Any:
        return self.made


@pytest.mark.parametrize("call", [os.system, eval, __import__])
def test_a_file_that_names_anything_else_is_refused(tmp_path: Path, call: Any) -> None:
    path = tmp_path / "held"
    path.write_bytes(pickle.dumps(Evil(call, "1")))
    with path.open("rb") as file, pytest.raises(pickle.UnpicklingError, match="none of ours"):
        _Unpickler(file).load()


def test_a_name_that_reaches_what_our_modules_import_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "held"
    names = [b"gauger.find.linkage.ties", b"np.load"]
    texts = b"".join(b"\x8c" + bytes([len(name)]) + name for name in names)
    path.write_bytes(b"\x80\x04" + texts + b"\x93.")
    with path.open("rb") as file, pytest.raises(pickle.UnpicklingError, match="none of ours"):
        _Unpickler(file).load()
