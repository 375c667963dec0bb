"""A policy tried on stored traffic: logs, kept sketches or a lake, replayed against findings."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gauger import engine as engines
from gauger.act.cases.memory import Memory
from gauger.act.decisions.decide import FORGOTTEN
from gauger.act.decisions.loading import load_index
from gauger.act.decisions.replay import PolicyReplay, replay
from gauger.act.policy.policy import Policy
from gauger.act.policy.reading import read_policy
from gauger.act.signatures.files import read_signatures
from gauger.act.signatures.keys import check_of, key_of
from gauger.act.signatures.recogniser import Recogniser
from gauger.at_hand import scratch, sketches_of, without_repeats
from gauger.model.errors import UsageError
from gauger.model.progress import Progress, Silence
from gauger.model.run import ScanRequest
from gauger.model.signature import SIGNATURES, Signatures
from gauger.read.accounts import read_accounts
from gauger.read.sketched import Sketched, table_of
from gauger.read.sources import Rejects
from gauger.recording import Steps


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """A policy, the findings that it decides by, the traffic, the policy in force if any, and whom
    people have cleared."""

    policy: Path
    findings: Path
    traffic: ScanRequest
    against: Policy | None = None
    memory: Memory = FORGOTTEN


def try_policy(
    request: TrialRequest, rejects: Rejects, progress: Progress | None = None
) -> PolicyReplay:
    """What the policy would have answered. Raises a GaugerError for anything that cannot be
    read."""
    policy = read_policy(request.policy)
    index = load_index(request.findings)
    signatures = _signatures(request)
    traffic = request.traffic
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(traffic.spill))
        steps = Steps(progress or Silence(), folder / "spill")
        sketched = sketches_of(traffic, rejects, folder / "made", steps)
        if not sketched.exchanges:
            raise UsageError(
                "there is no traffic to replay", "no exchange", "name logs, sketches or a lake"
            )
        records = read_accounts(traffic.accounts, rejects) if traffic.accounts else None
        with steps.step("start the engine"):
            engine = stack.enter_context(
                engines.start(
                    traffic.engine, folder, memory=traffic.memory, threads=traffic.threads
                )
            )
        with steps.step("replay"):
            sketches = table_of(sketched, engine, traffic.until, folder)
            sketches = without_repeats(engine, sketches, sketched, rejects).sketches
            recogniser = _recogniser(signatures, sketched, traffic.secret)
            return replay(
                engine, sketches, records, index, policy, request.against, recogniser,
                request.memory,
            )  # fmt: skip


def _signatures(request: TrialRequest) -> Signatures | None:
    if not (request.findings / SIGNATURES).is_file():
        return None
    return read_signatures(request.findings)


def _recogniser(
    signatures: Signatures | None, sketched: Sketched, secret: str | None
) -> Recogniser | None:
    """One that knows the networks of the findings as they were found; null where signatures and
    sketches are not of the secret at hand."""
    check = check_of(sketched)
    key = None if check is None else key_of(secret, check)
    if signatures is None or key is None or check != signatures.key_check:
        return None
    # Stored traffic is replayed as if it came now: a signature of its time has not ended.
    last = max((each.last_seen for each in signatures.signatures), default=signatures.made)
    return Recogniser(signatures, key, min(last, signatures.made))
