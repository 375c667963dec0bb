"""Real prompts by role: what people asked, what was asked to distil a model, a benchmark.

A folder holds folders of prompt files, and a prefix says what each is for: `organic-` (people's
own prompts), `distil-` (datasets made to train on), `benign-` (a benchmark). Others are passed
over. No prompt is in two roles: what a benchmark or a dataset holds is nobody's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gauger.model.errors import UsageError
from gauger.world.text.prompt_files import NOT_PROMPTS, SUFFIXES, Prompt, prompts_of

ROLES: Final = ("organic", "distil", "benign")


@dataclass(frozen=True, slots=True)
class Corpora:
    """Distinct prompts by role.

    `people` and `chinese` are people's own, `agents` those that came with functions to call;
    `datasets` goes by folder name without its prefix.
    """

    people: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    datasets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    benchmark: tuple[str, ...] = ()

    @property
    def organic(self) -> int:
        """How many prompts people wrote."""
        return len(self.people) + len(self.chinese) + len(self.agents)


NO_CORPORA: Final = Corpora()


def read_corpora(folder: Path) -> Corpora:
    """All prompts below a folder; the same files give the same order.

    Raises UsageError where there is no such folder or none of its folders has a known prefix,
    InputError where a file cannot be read.
    """
    roles = {role: _folders(folder, role) for role in ROLES}
    if not any(roles.values()):
        known = ", ".join(f"`{role}-`" for role in ROLES)
        raise UsageError(
            "folder of prompts", f"`{folder}`", f"name one with folders that begin with {known}"
        )
    organic = [prompt for each in roles["organic"] for prompt in _read(each)]
    benchmark = [prompt for each in roles["benign"] for prompt in _read(each)]
    asked = {p.question: p for p in organic if p.question is not None}
    # Runs of a benchmark often hold answers only, and name the question that another file has.
    known_questions = (p if p.text else asked.get(p.question or "", p) for p in benchmark)
    taken: set[str] = set()
    items = _distinct(known_questions, taken)
    datasets = tuple(
        (each.name.removeprefix("distil-"), tuple(p.text for p in _distinct(_read(each), taken)))
        for each in roles["distil"]
    )
    own = _distinct(organic, taken)
    return Corpora(
        tuple(p.text for p in own if not p.tools and _script(p.text) == "latin"),
        tuple(p.text for p in own if not p.tools and _script(p.text) == "chinese"),
        tuple(p.text for p in own if p.tools and _script(p.text) == "latin"),
        datasets,
        tuple(p.text for p in items),
    )


def _folders(folder: Path, role: str) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.is_dir() and _role(each) == role)


def _role(folder: Path) -> str:
    return folder.name.partition("-")[0]


def _read(folder: Path) -> Iterable[Prompt]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES and path.name.lower() not in NOT_PROMPTS:
            yield from prompts_of(path)


def _distinct(prompts: Iterable[Prompt], taken: set[str]) -> list[Prompt]:
    """Each text once, case and spaces aside, and none of those already taken."""
    kept: list[Prompt] = []
    for prompt in prompts:
        plain = " ".join(prompt.text.lower().split())
        if plain and plain not in taken:
            taken.add(plain)
            kept.append(prompt)
    return kept


def _script(text: str) -> str:
    """`latin`, `chinese`, or `other`, by the share of letters."""
    letters = [letter for letter in text if letter.isalpha()]
    han = sum("一" <= letter <= "鿿" for letter in letters)
    plain = sum(letter < "ɐ" for letter in letters)
    if han * 4 > len(letters):
        return "chinese"
    return "latin" if plain * 10 >= len(letters) * 9 else "other"
