"""How often strangers send the same runs of words: real prompts beside simulated ones.

`python bench/world_text.py --data DIR` sketches both exactly as linkage does (head, tail and
sampled runs; whole prompts of 8 tokens or more), deals them to accounts of equal size, and prints
the tables of docs/world_text.md. DIR is laid out as `gauger simulate --prompts` wants it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import sparse

from gauger.find.profiles.prompts import MIN_ITEM_TOKENS
from gauger.read.sketch.key import SketchKey
from gauger.read.sketch.texts import sketch_column
from gauger.world import simulate
from gauger.world.campaigns.content import Dataset
from gauger.world.text.corpora import Corpora, read_corpora
from gauger.world.text.frames import purpose
from gauger.world.text.lexicon import lexicon
from gauger.world.text.prompt_files import SUFFIXES, prompts_of

KEY = SketchKey.from_secret("the same in every run of this bench")
DEALS = 5
"""Real prompts are dealt this often; figures are means over the deals."""
OPENINGS = 1200
"""Prompts whose first words are compared for variety."""
LEAST = 200
"""Prompts that a set needs to be shown by itself."""
TALKERS = frozenset({"chat", "developer", "vpn", "office", "reseller"})
AGENTS = frozenset({"agent_tool", "agent_plugin"})
WORLD = """
about = "Unrelated people over a month, busy enough to compare"
[population]
accounts = 1100
days = 28
start = 2026-04-20
exchanges_per_account = 120
[ordinary]
chat = 30
developer = 20
vpn = 4
agent_tool = 12
agent_plugin = 3
"""

Accounts = list[list[str]]


@dataclass(frozen=True)
class Sharing:
    """What unrelated accounts of one size have in common."""

    name: str
    prompts: int
    accounts: int
    prompt_pairs: float
    account_pairs: float
    mean_runs: float
    most_runs: int
    by_two: float
    by_five: float
    whole: float


@dataclass(frozen=True)
class Richness:
    """How varied prompts are: lengths in tokens, distinct words and runs of an equal amount."""

    name: str
    lengths: tuple[int, int, int, int]
    words: int
    runs: float
    openings: float


@dataclass(frozen=True)
class Prints:
    """Fingerprints by prompt, as rows (prompt, run); `whole` is the prompt's own, or 0."""

    prompt: NDArray[np.int64]
    run: NDArray[np.int64]
    whole: NDArray[np.int64]
    tokens: NDArray[np.int32]


def prints_of(texts: list[str]) -> Prints:
    """What linkage sees of each text."""
    made = sketch_column(pa.array(texts, pa.string()), KEY)
    rows, runs = [], []
    for kept in (made.head, made.tail, made.runs):
        lengths = kept.value_lengths().to_numpy()
        rows.append(np.repeat(np.arange(len(texts)), lengths))
        runs.append(kept.flatten().to_numpy())
    whole = np.where(made.tokens >= MIN_ITEM_TOKENS, made.whole.to_numpy(zero_copy_only=False), 0)
    return Prints(np.concatenate(rows), np.concatenate(runs), whole.astype(np.int64), made.tokens)


def _held(who: NDArray[np.int64], things: NDArray[np.int64], total: int) -> sparse.csr_matrix:
    """Who holds what, as a matrix of 0 and 1."""
    _, columns = np.unique(things, return_inverse=True)
    held = sparse.csr_matrix(
        (np.ones(len(who), np.int32), (who, columns)), (total, columns.max(initial=0) + 1)
    )
    held.data[:] = 1
    return held


def _in_common(held: sparse.csr_matrix) -> NDArray[np.int64]:
    """For each pair that shares anything, how many things."""
    common = sparse.triu(held @ held.T, 1)
    return np.asarray(common.data, np.int64)


def sharing(name: str, accounts: Accounts) -> Sharing:
    """Runs that the accounts share, by pair of prompts, by pair of accounts and by run."""
    texts = [text for account in accounts for text in account]
    owner = np.repeat(np.arange(len(accounts)), [len(account) for account in accounts])
    prints = prints_of(texts)
    by_prompt = _in_common(_held(prints.prompt, prints.run, len(texts)))
    held = _held(owner[prints.prompt], prints.run, len(accounts))
    common = _in_common(held)
    pairs = len(accounts) * (len(accounts) - 1) / 2
    holders = np.asarray(held.sum(axis=0)).ravel()
    long = np.flatnonzero(prints.whole)
    wholes = _in_common(_held(owner[long], prints.whole[long], len(accounts)))
    return Sharing(
        name,
        len(texts),
        len(accounts),
        len(by_prompt) / (len(texts) * (len(texts) - 1) / 2),
        len(common) / pairs,
        float(common.sum() / pairs),
        int(common.max(initial=0)),
        float((holders >= 2).mean()),
        float((holders >= 5).mean()),
        len(wholes) / pairs,
    )


def richness(name: str, texts: list[str], tokens: int) -> Richness:
    """Variety of an amount of text that is the same for all."""
    prints = prints_of(texts)
    within = np.cumsum(prints.tokens) <= tokens
    words = {
        word
        for text, here in zip(texts, within.tolist(), strict=True)
        if here
        for word in re.findall(r"[^\W\d_]+", text.lower())
    }
    here = within[prints.prompt]
    first = {" ".join(text.lower().split()[:3]) for text in texts[:OPENINGS]}
    low, middle, high, top = (int(np.quantile(prints.tokens, q)) for q in (0.1, 0.5, 0.9, 0.99))
    return Richness(
        name,
        (low, middle, high, top),
        len(words),
        len(np.unique(prints.run[here])) / max(int(here.sum()), 1),
        len(first) / min(len(texts), OPENINGS),
    )


def dealt(texts: list[str], size: int, limit: int, seed: int) -> Accounts:
    """Pseudo-accounts: texts dealt at random, so many to each."""
    order = list(texts)
    random.Random(seed).shuffle(order)
    whole = len(order) // size
    return [order[i * size : (i + 1) * size] for i in range(min(whole, limit))]


def mean(deals: list[Sharing]) -> Sharing:
    """The mean over deals of one set."""

    def over(get: Callable[[Sharing], float]) -> float:
        return float(np.mean([get(each) for each in deals]))

    first = deals[0]
    return Sharing(
        first.name,
        first.prompts,
        first.accounts,
        over(lambda s: s.prompt_pairs),
        over(lambda s: s.account_pairs),
        over(lambda s: s.mean_runs),
        max(s.most_runs for s in deals),
        over(lambda s: s.by_two),
        over(lambda s: s.by_five),
        over(lambda s: s.whole),
    )


def openings(folder: Path, kinds: frozenset[str], language: str) -> dict[str, list[str]]:
    """First prompts of conversations of ordinary accounts, by account."""
    truth = pq.read_table(folder / "truth.parquet").to_pylist()
    kind = {row["account_id"]: row["kind"] for row in truth}
    found: dict[str, list[str]] = {}
    for path in sorted((folder / "logs").glob("*.parquet")):
        table = pq.read_table(path, columns=["account_id", "prompt", "turn", "input_role"])
        for row in table.to_pylist():
            plain = row["turn"] == 1 and row["input_role"] == "user"
            text = row["prompt"]
            if plain and kind[row["account_id"]] in kinds and _in(text, language):
                found.setdefault(row["account_id"], []).append(text)
    return found


def _in(text: str, language: str) -> bool:
    chinese = sum("一" <= letter <= "鿿" for letter in text)
    return chinese * 4 > len(text) if language == "zh" else text.isascii()


def simulated(sent: dict[str, list[str]], size: int, limit: int, chance: random.Random) -> Accounts:
    """As many openings of each account as real prompts were dealt to one."""
    enough = [chance.sample(texts, size) for texts in sent.values() if len(texts) >= size]
    return chance.sample(enough, min(limit, len(enough)))


def datasets(seed: int) -> Iterator[tuple[str, list[str]]]:
    """Tasks of simulated campaigns, bare of frames."""
    for name in ("instructions", "reasoning", "agentic"):
        wanted = purpose(name)
        made = Dataset(seed, lexicon().topics("en", wanted.fields), graded=False)
        yield f"simulated {name} campaign", made.items(np.arange(6000)).texts.tolist()


def hands(folder: Path, corpora: Corpora) -> Iterator[tuple[str, list[str]]]:
    """People's English prompts by the folder they come from, as one copied list can rule a mean."""
    people = set(corpora.people)
    for each in sorted(folder.glob("organic-*")):
        files = sorted(path for path in each.rglob("*") if path.suffix in SUFFIXES)
        texts = dict.fromkeys(p.text for path in files for p in prompts_of(path))
        own = [text for text in texts if text in people]
        if len(own) >= LEAST:
            yield f"real people, English: {each.name}", own


def real_sets(corpora: Corpora) -> Iterator[tuple[str, list[str]]]:
    """Each real set, by role."""
    yield "real people, English: all", list(corpora.people)
    yield "real people, Chinese", list(corpora.chinese)
    yield "real agent requests", list(corpora.agents)
    for name, texts in corpora.datasets:
        yield f"real distillation set {name}", list(texts)


def table(rows: list[Sharing]) -> str:
    """The sharing table as Markdown."""
    head = (
        "| accounts of | accounts | two prompts share a run | two accounts share a run "
        "| runs in common, mean | most | runs held by 2 or more | by 5 or more | same prompt |"
    )
    lines = [head, "| --- |" + " ---: |" * 8]
    lines += [
        f"| {r.name} | {r.accounts} | {r.prompt_pairs:.5%} | {r.account_pairs:.1%} "
        f"| {r.mean_runs:.3f} | {r.most_runs} | {r.by_two:.2%} | {r.by_five:.2%} | {r.whole:.2%} |"
        for r in rows
    ]
    return "\n".join(lines)


def variety(rows: list[Richness], tokens: int) -> str:
    """The table of variety as Markdown."""
    lines = [
        f"| prompts of | tokens: 10% | 50% | 90% | 99% | distinct words in {tokens:,} tokens "
        "| distinct runs | distinct openings of 3 words |",
        "| --- |" + " ---: |" * 7,
    ]
    lines += [
        f"| {r.name} | {' | '.join(map(str, r.lengths))} | {r.words:,} | {r.runs:.1%} "
        f"| {r.openings:.1%} |"
        for r in rows
    ]
    return "\n".join(lines)


def main() -> int:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--size", type=int, default=20, help="prompts of one account")
    parser.add_argument("--accounts", type=int, default=99, help="accounts at most")
    parser.add_argument("--tokens", type=int, default=15_000, help="text compared for variety")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", type=Path, metavar="DIR", help="a world already simulated")
    given = parser.parse_args()
    size, limit = given.size, given.accounts
    shared: list[Sharing] = []
    varied: list[Richness] = []
    chance = random.Random(given.seed)
    corpora = read_corpora(given.data)
    for name, texts in (*hands(given.data, corpora), *real_sets(corpora)):
        deals = [sharing(name, dealt(texts, size, limit, seed)) for seed in range(DEALS)]
        shared.append(mean(deals))
        varied.append(richness(name, chance.sample(texts, len(texts)), given.tokens))
    with tempfile.TemporaryDirectory() as room:
        folder = given.world or Path(room) / "world"
        if given.world is None:
            scenario = Path(room) / "people.toml"
            scenario.write_text(WORLD, encoding="utf-8")
            simulate(str(scenario), folder, seed=given.seed)
        for name, kinds, language in (
            ("simulated people, English", TALKERS, "en"),
            ("simulated people, Chinese", TALKERS, "zh"),
            ("simulated agent requests", AGENTS, "en"),
        ):
            sent = openings(folder, kinds, language)
            shared.append(sharing(name, simulated(sent, size, limit, chance)))
            if name == "simulated people, English":
                # Curated sets hold no "hi" and no "test".
                worded = {
                    who: [t for t in texts if len(t.split()) > 2] for who, texts in sent.items()
                }
                few = simulated(worded, size, limit, chance)
                shared.append(sharing(f"{name}, prompts of 3 words or more", few))
            said = [text for texts in sent.values() for text in texts]
            varied.append(richness(name, chance.sample(said, min(len(said), 6000)), given.tokens))
    for name, texts in datasets(given.seed):
        shared.append(sharing(name, dealt(texts, size, limit, given.seed)))
        varied.append(richness(name, texts, given.tokens))
    print(f"Accounts of {size} prompts each; {DEALS} deals of the real sets.\n")
    print(table(shared), end="\n\n")
    print(variety(varied, given.tokens))
    return 0


if __name__ == "__main__":
    sys.exit(main())
