"""Features of accounts that carry no meaning, and how well they tell one group from another.

What an operator does on purpose (its client, its hours, its frames, one set of parameters) is
left out or compared like with like. What is left should tell nobody apart.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import nnls
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict

Floats = npt.NDArray[np.float64]

IDS = ("exchange_id", "credential_id", "conversation_id")
PARAMETERS = ("temperature", "top_p", "max_tokens")
ENOUGH = 8
"""First turns of each account that are looked at."""
NULLS = ("credential_id", "ja4", "user_agent", "source_ip", "stream", "input_tokens", "latency_ms",
         "cached_tokens", "reasoning_tokens", "operation", "input_role")  # fmt: skip


def auc(values: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Probability that a labelled value exceeds an unlabelled one, ties counted half."""
    scores, marked = np.asarray(values, float), np.asarray(labels, bool)
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = int(marked.sum())
    total = ranks[marked].sum() - positives * (positives + 1) / 2
    return float(total / (positives * (len(marked) - positives)))


@dataclass(frozen=True)
class Table:
    """Features by account; `marked` accounts belong to a campaign."""

    names: list[str]
    values: Floats
    marked: npt.NDArray[np.bool_]

    def found(self, seed: int = 1) -> float:
        """Cross-validated AUC of a classifier, each account in one fold."""
        forest = RandomForestClassifier(
            80, min_samples_leaf=4, class_weight="balanced", random_state=seed
        )
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        scores = cross_val_predict(
            forest, self.values, self.marked, cv=folds, method="predict_proba"
        )
        return auc(scores[:, 1], self.marked)

    def telling(self) -> list[tuple[float, str]]:
        """Single features by how far their AUC is from a coin's, farthest first."""
        each = [abs(auc(column, self.marked) - 0.5) for column in self.values.T]
        return sorted(zip(each, self.names, strict=True), reverse=True)


def _hex(text: str | None) -> list[float]:
    """The leading number of an identifier, its length, and digits among its characters."""
    if text is None:
        return [0.5, 0.0, 0.0]
    body = text.rsplit("_", 1)[-1]
    digits = sum(letter.isdigit() for letter in body) / max(len(body), 1)
    return [int(body[:8], 16) / 16**8, float(len(text)), digits]


def _of_exchange(row: dict[str, object]) -> dict[str, float]:
    time, status = row["time"], row["status"]
    found: dict[str, float] = {
        "microsecond": time.microsecond / 1e6,  # type: ignore[attr-defined]
        "millisecond": float(time.microsecond % 1000 == 0),  # type: ignore[attr-defined]
        "last digit": float(time.microsecond % 10),  # type: ignore[attr-defined]
        "second": float(time.second),  # type: ignore[attr-defined]
        "failed": float(status != 200),
        "fault": float(status) if status != 200 else 0.0,  # type: ignore[arg-type]
        "finish": float(row["finish_reason"] is None),
        "answered": float((row["response"] is None) == (status == 200)),
    }
    if status == 200:
        found["latency digit"] = float(row["latency_ms"] % 10)  # type: ignore[operator]
        found["token digit"] = float(row["output_tokens"] % 10)  # type: ignore[operator]
    for name in IDS:
        for part, value in zip(("number", "length", "digits"), _hex(row[name]), strict=True):  # type: ignore[arg-type]
            if name != "conversation_id" or row[name] is not None:
                found[f"{name} {part}"] = value
    for name in NULLS:
        found[f"{name} null"] = float(row[name] is None)
    return found


def of_exchanges(exchanges: pa.Table, marked: set[str], ordinary: set[str]) -> Table:
    """Artefacts of first turns, as means by account over equally many exchanges of each."""
    rows = _alike_many(exchanges, marked | ordinary)
    made = [_of_exchange(row) for row in rows]
    usual = np.array([row["account_id"] in ordinary for row in rows])
    for name in PARAMETERS:
        plain = exchanges.filter(
            pc.invert(pc.is_in(exchanges["account_id"], pa.array(sorted(marked))))
        )
        known = set(plain[name].unique().to_pylist())
        for row, each in zip(rows, made, strict=True):
            each[f"{name} of nobody else"] = float(row[name] not in known)
    for each, late in zip(made, _lateness(rows, usual), strict=True):
        each["latency"] = late
    names = sorted(set().union(*made))
    values = np.array([[each.get(name, np.nan) for name in names] for each in made])
    _filled(values, usual)
    accounts = [row["account_id"] for row in rows[::ENOUGH]]
    means = values.reshape(-1, ENOUGH, len(names)).mean(axis=1)
    return Table(names, means, np.array([account in marked for account in accounts]))


def _filled(values: Floats, usual: npt.NDArray[np.bool_]) -> None:
    """Puts ordinary values where there are none, in place: what is null is looked at by itself."""
    rng = np.random.default_rng(1)
    for column in values.T:
        known = column[usual & ~np.isnan(column)]
        gaps = np.isnan(column)
        column[gaps] = rng.choice(known, int(gaps.sum()))


def _alike_many(exchanges: pa.Table, wanted: set[str]) -> list[dict[str, object]]:
    """The same number of first turns of each account, account by account.

    Means over more exchanges spread less: without this, a volume would pass for an artefact.
    """
    own: dict[object, list[dict[str, object]]] = defaultdict(list)
    first = pc.and_(
        pc.equal(exchanges["turn"], 1),
        pc.is_in(exchanges["account_id"], pa.array(sorted(wanted))),
    )
    for row in exchanges.filter(first).drop_columns(["prompt", "system", "tools"]).to_pylist():
        own[row["account_id"]].append(row)
    kept = (
        own[account][:ENOUGH] for account in sorted(own, key=str) if len(own[account]) >= ENOUGH
    )
    return [row for rows in kept for row in rows]


def _lateness(rows: list[dict[str, object]], usual: npt.NDArray[np.bool_]) -> Floats:
    """Log latency beyond what ordinary answers of that model and length take."""
    late = np.full(len(rows), np.nan)
    models: dict[object, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        if row["status"] == 200:
            models[row["request_model"]].append(at)
    for at in models.values():
        plain = [i for i in at if usual[i]]
        if len(plain) < 60:
            continue
        spent = np.array(
            [[1.0, rows[i]["output_tokens"], rows[i]["input_tokens"]] for i in at], float
        )
        took = np.array([rows[i]["latency_ms"] for i in at], float)
        # A start, and so much for each token: fitted to relative errors, as these are even.
        each, _ = nnls(spent[usual[at]] / took[usual[at], None], np.ones(len(plain)))
        expected = np.log(spent @ each)
        late[at] = np.log(took) - expected
    return late


def of_records(accounts: pa.Table, marked: set[str], ordinary: set[str]) -> Table:
    """Artefacts of account records; `accounts` in the order of its file."""
    names: list[str] = []
    values: list[list[float]] = []
    labels: list[bool] = []
    for position, row in enumerate(accounts.to_pylist()):
        if row["account_id"] not in marked | ordinary:
            continue
        found = _of_record(row) | {"position": float(position)}
        names = list(found)
        values.append(list(found.values()))
        labels.append(row["account_id"] in marked)
    return Table(names, np.array(values), np.array(labels))


def _of_record(row: dict[str, object]) -> dict[str, float]:
    box, _, domain = str(row["email"]).partition("@")
    made = row["created_at"]
    found = {
        "created microsecond": made.microsecond / 1e6,  # type: ignore[attr-defined]
        "created second": float(made.second),  # type: ignore[attr-defined]
        "created last digit": float(made.microsecond % 10),  # type: ignore[attr-defined]
        "box length": float(len(box)),
        "box digits": float(sum(letter.isdigit() for letter in box)),
        "box marks": float(sum(not letter.isalnum() for letter in box)),
        "box capitals": float(box != box.lower()),
        "domain length": float(len(domain)),
        "domain rank": float(("gmail.com", "outlook.com").index(domain))
        if domain in ("gmail.com", "outlook.com")
        else 2.0,
        "phone": float(row["phone_hash"] is None),
        "team": float(row["plan"] == "team"),
        "plus": float(row["plan"] == "plus"),
        "country": float(sum(map(ord, str(row["country"])))),
    }
    for name in ("email", "none", "phone", "id"):
        found[f"verified by {name}"] = float(row["verification"] == name)
    for name in ("account_id", "payment_fingerprint", "phone_hash"):
        for part, value in zip(("number", "length", "digits"), _hex(row[name]), strict=True):  # type: ignore[arg-type]
            if name != "phone_hash" or part != "length":
                found[f"{name} {part}"] = value
    for place, letter in enumerate(str(row["account_id"])[5:]):
        found[f"character {place}"] = float(int(letter, 16))
    return found
