"""The few rules of the house that a reader should not have to check."""

from __future__ import annotations

import ast
import importlib
import inspect
import tomllib
from pathlib import Path

import pytest

import gauger
from gauger.model import errors
from gauger.settings import Settings

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "gauger"
FILES = sorted(SRC.rglob("*.py"))
NAMES = [str(path.relative_to(SRC)) for path in FILES]
LONGEST = 400

FORBIDDEN = {
    "model": {""},
    "engine": {"read", "find", "weigh", "tell", "act", "prove", "face", "world"},
    "read": {"find", "weigh", "tell", "act", "prove", "face", "world"},
    "find": {"weigh", "tell", "act", "prove", "face", "world", "read.sources"},
    "weigh": {"engine", "read.sources", "tell", "act", "prove", "face", "world"},
    "tell": {"act", "prove", "face", "world"},
    "act": {"face", "world"},
    "world": {"engine", "read", "find", "weigh", "tell", "act", "prove", "face"},
    "": {"face"},
}
"""What a folder may not import; `model` nothing of ours, and nobody `face` but face."""

MADE = [
    errors.UsageError("the time is no time", "`x`", "write it as 2026-06-05"),
    errors.InputError("log", "it is damaged", "give a whole one"),
    errors.NothingToRead("log", "it holds no record", "name a file"),
    errors.UnknownFormat("log", "no source knows it", "name its format"),
    errors.UnreadableInput("log", "it is locked", "unlock it"),
    errors.OutputError("out", "the disk is full", "free some space"),
    errors.LakeError("./lake", "its catalog is away", "start it"),
    errors.DatabaseError("sqlite:///x.db", "it is locked", "wait"),
    errors.EngineError("duckdb", "read", "it failed", "give it memory"),
    errors.MissingExtra("the engine `spark`", "spark"),
]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> set[str]:
    """Modules of ours that a file imports, wherever in the file, without the leading name."""
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            named.add(node.module or "")
            named |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("gauger.") for name in named if name.startswith("gauger.")}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_follow_the_flow(path: Path) -> None:
    parts = path.relative_to(SRC).parts
    folder = parts[0] if len(parts) > 1 else ""
    if folder == "face":
        return
    forbidden = FORBIDDEN[folder]
    own = {"model"} if folder == "model" else set()
    for name in _imports(_tree(path)):
        if name.split(".")[0] in own:
            continue
        crossed = {
            each for each in forbidden if not each or name == each or name.startswith(f"{each}.")
        }
        assert not crossed, f"imports `gauger.{name}`"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_module_is_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_is_printed_past_the_console(path: Path) -> None:
    for node in ast.walk(_tree(path)):
        called = node.func if isinstance(node, ast.Call) else None
        assert not (isinstance(called, ast.Name) and called.id == "print"), f"line {node.lineno}"


def _undocumented(body: list[ast.stmt], within: str, protocol: bool = False) -> list[str]:
    missing: list[str] = []
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_") or protocol:
            continue
        if isinstance(node, ast.ClassDef):
            bases = {getattr(base, "id", "") for base in node.bases}
            missing += _undocumented(node.body, f"{within}{node.name}.", "Protocol" in bases)
        elif within and _says_itself(node):
            continue
        if not ast.get_docstring(node):
            missing.append(f"{within}{node.name}")
    return missing


def _says_itself(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A method that its class's protocol documents: the `name` and `of` of a statistic."""
    return method.name in ("name", "of")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_everything_public_says_what_it_is_for(path: Path) -> None:
    tree = _tree(path)
    assert ast.get_docstring(tree), "module"
    assert not _undocumented(tree.body, "")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_module_can_be_imported(path: Path) -> None:
    parts = path.relative_to(SRC).with_suffix("").parts
    importlib.import_module(".".join(["gauger", *[part for part in parts if part != "__init__"]]))


def _all_errors(root: type[Exception]) -> set[type[Exception]]:
    return {root}.union(*(_all_errors(child) for child in root.__subclasses__()))


def test_every_error_is_among_those_checked() -> None:
    ours = {
        kind for kind in _all_errors(errors.GaugerError) if kind.__module__.startswith("gauger.")
    }
    assert ours - {errors.GaugerError} == {type(error) for error in MADE}
    tree = errors.__doc__ or ""
    assert all(kind.__name__ in tree for kind in ours)


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
def test_an_error_says_what_where_and_what_to_do(error: errors.GaugerError) -> None:
    message = str(error)
    assert message[0] in "`" or message[0].islower()
    assert not message.endswith(".")
    assert "\n" not in message
    fields = list(inspect.signature(type(error)).parameters)
    assert fields
    for name in fields:
        assert str(getattr(error, name)) in message, name


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == gauger.__version__


def _told() -> str:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_told(name: str) -> None:
    told = _told()
    assert f"GAUGER_{name.upper()}" in told or f"`{name}`" in told
