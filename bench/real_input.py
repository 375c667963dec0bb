"""Real prompts through the real LiteLLM: what its logger writes is what gauger is given to scan.

Ordinary accounts ask what people asked (public sets of human-written prompts), each in its own
hours from its own address. One campaign deals out the prompts of public distillation sets over
its accounts, inside a few frames, without repeats. The model is mocked; the log records are
LiteLLM's own, put on a simulated clock. Prints recall, innocents accused and seconds.

    python bench/real_input.py --data DIR --out DIR
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

START = datetime(2026, 9, 1, tzinfo=UTC).timestamp()
DAYS = 10
DAY = 86_400.0
CAMPAIGN_ACCOUNTS = 40
CAMPAIGN_EXCHANGES = 60
FRAMES = (
    "You are an expert teacher. Explain your reasoning step by step, then give the final answer "
    "on a line that begins with 'Answer:'.\n\nTask: {task}",
    "Below is a task. Write out the complete reasoning step by step before the solution.\n\n"
    "### Task\n{task}\n\n### Reasoning",
    "Solve the following. Think aloud, explain your reasoning step by step and check each step, "
    'then output JSON with the keys "reasoning" and "answer".\n\n{task}',
)
AGENTS = (
    "OpenAI/Python 2.20.0", "OpenAI/Python 2.31.1", "OpenAI/Python 1.109.1", "OpenAI/JS 6.2.0",
    "OpenAI/JS 5.23.2", "AsyncOpenAI/Python 2.20.0", "python-requests/2.32.5", "curl/8.7.1",
    "LangChain/0.3.27", "axios/1.12.2", "Go-http-client/2.0", "okhttp/5.1.0",
)  # fmt: skip
MODELS = ("gpt-4o", "gpt-4o", "gpt-4o", "gpt-4o-mini", "gpt-4.1")


@dataclass(frozen=True, slots=True)
class Task:
    """A prompt of a data set, with the function schemas and the answer that came with it."""

    prompt: str
    tools: list[dict[str, Any]] | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks, as the proxy's metadata would name it."""

    name: str
    addresses: tuple[str, ...]
    agent: str
    model: str
    temperature: float | None
    system: str | None = None
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One exchange to be made: what LiteLLM is asked and when the log shall say it was."""

    account: Account
    at: float
    messages: list[dict[str, Any]]
    answer: str
    tools: list[dict[str, Any]] | None = None


def main() -> int:
    """Write the logs, scan them, print the figures; 0 if the scan ran."""
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=root.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write-only", action="store_true", help="stop before the scan")
    chosen = parser.parse_args()

    chance = random.Random(chosen.seed)
    campaign = campaign_calls(chosen.data, chance)
    innocents = innocent_calls(chosen.data, chance)
    calls = sorted(campaign + innocents, key=lambda call: call.at)
    logs = chosen.out / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    write_logs(calls, logs / "litellm.ndjson")
    truth = {
        "campaign": sorted({call.account.name for call in campaign}),
        "innocent": sorted({call.account.name for call in innocents}),
        "exchanges": len(calls),
    }
    (chosen.out / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    print(
        f"wrote {len(calls)} exchanges: {len(truth['campaign'])} campaign accounts, "
        f"{len(truth['innocent'])} innocent, {time.perf_counter() - began:.0f} s"
    )
    return 0 if chosen.write_only else scan(logs, chosen.out / "scan", truth)


def scan(logs: Path, out: Path, truth: dict[str, Any]) -> int:
    """Run `gauger scan` as its user would, and hold what it found against the truth."""
    command = Path(sys.executable).with_name("gauger")
    if not command.exists():
        print(f"there is no `{command}`: install gauger, or use --write-only", file=sys.stderr)
        return 2
    began = time.perf_counter()
    done = subprocess.run([str(command), "scan", str(logs), "--out", str(out)], check=False)
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 1):
        print(f"the scan failed with exit status {done.returncode}", file=sys.stderr)
        return done.returncode
    findings = json.loads((out / "findings.json").read_text())
    accused = {
        account
        for network in findings["networks"]
        if network["verdict"] == "extraction"
        for account in network["accounts"]
    }
    coordinated = {a for network in findings["networks"] for a in network["accounts"]}
    campaign = set(truth["campaign"])
    measured = findings["measured"]
    print(f"read            {measured['exchanges']} exchanges, {measured['rejected']} rejected")
    print(f"recall          {len(accused & campaign) / len(campaign):.3f}")
    print(f"recall, linked  {len(coordinated & campaign) / len(campaign):.3f}")
    print(f"innocents accused   {len(accused - campaign)} of {len(truth['innocent'])}")
    print(f"innocents linked    {len(coordinated - campaign)} of {len(truth['innocent'])}")
    print(f"seconds         {seconds:.1f}")
    return 0


def campaign_calls(data: Path, chance: random.Random) -> list[Call]:
    """Distillation prompts dealt out like cards; a balancer spreads them over the day."""
    tasks = _distinct([*alpaca(data), *gorilla(data)])
    chance.shuffle(tasks)
    pool = tuple(f"45.{chance.randint(60, 90)}.{n}.{chance.randint(2, 250)}" for n in range(12))
    accounts = [
        Account(_account_name(chance), pool, AGENTS[0], "gpt-4o", 1.0)
        for _ in range(CAMPAIGN_ACCOUNTS)
    ]
    dealt = tasks[: CAMPAIGN_ACCOUNTS * CAMPAIGN_EXCHANGES]
    step = DAYS * DAY / len(dealt)
    calls = []
    for number, task in enumerate(dealt):
        text = chance.choice(FRAMES).format(task=task.prompt)
        at = START + number * step + chance.expovariate(1 / 20)
        account = accounts[number % CAMPAIGN_ACCOUNTS]
        answer = f"Step 1: read the task.\n{task.answer}"
        calls.append(Call(account, at, [{"role": "user", "content": text}], answer))
    return calls


def innocent_calls(data: Path, chance: random.Random) -> list[Call]:
    """What people asked, each prompt by one account; one in fifty is asked by another too."""
    chatted = _distinct(list(organic(data)))
    chance.shuffle(chatted)
    # An agent's functions belong to one product, so its tasks stay with one account.
    agents = sorted(_distinct(list(bfcl(data))), key=lambda task: json.dumps(task.tools))
    calls: list[Call] = []
    for tasks in (chatted, agents):
        place = 0
        while place < len(tasks):
            share = tasks[place : place + chance.randint(3, 15)]
            place += len(share)
            if chance.random() < 0.3:
                share.append(chance.choice(chatted))
            calls += _visits(_ordinary(chance), share, chance)
    return calls


def _ordinary(chance: random.Random) -> Account:
    first = chance.choice((24, 62, 77, 81, 93, 109, 151, 186, 203, 212))
    network = f"{first}.{chance.randint(0, 255)}.{chance.randint(0, 255)}"
    addresses = tuple(
        f"{network}.{chance.randint(2, 250)}" for _ in range(chance.choice((1, 1, 1, 2, 3)))
    )
    own = f"You serve the customers of shop {chance.randint(1, 999)}."
    system = chance.choice((None, None, "You are a helpful assistant.", own))
    return Account(
        _account_name(chance),
        addresses,
        chance.choice(AGENTS),
        chance.choice(MODELS),
        chance.choice((None, None, 0.0, 0.2, 0.7, 1.0)),
        system,
        chance.random() < 0.3,
    )


def _visits(account: Account, tasks: list[Task], chance: random.Random) -> list[Call]:
    """A person's exchanges: a few sittings in their own waking hours, some of them dialogues."""
    calls: list[Call] = []
    zone = chance.choice((-8, -5, 0, 1, 1, 3, 8, 9)) * 3_600
    at = 0.0
    history: list[dict[str, Any]] = []
    for task in tasks:
        if not calls or chance.random() < 0.4:
            hour = min(max(chance.gauss(14, 3.5), 6), 24) * 3_600
            at = START + chance.randrange(DAYS) * DAY + hour - zone
            history = []
        at += chance.lognormvariate(4.5, 1.0)
        if not history or chance.random() < 0.6:
            history = [{"role": "system", "content": account.system}] if account.system else []
        history = [*history, {"role": "user", "content": task.prompt}]
        failed = chance.random() < 0.01
        answer = task.answer or f"An answer about {' '.join(task.prompt.split()[:12])}."
        calls.append(
            Call(account, at, history, "litellm.RateLimitError" if failed else answer, task.tools)
        )
        if not failed:
            history = [*history, {"role": "assistant", "content": answer}]
    return calls


def write_logs(calls: list[Call], path: Path) -> None:
    """Make each call through LiteLLM and write what its logger received, in order of time."""
    # Otherwise the package looks for a price list on the network when imported.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm
    from litellm.integrations.custom_logger import CustomLogger

    payloads: dict[str, dict[str, Any]] = {}

    class Capture(CustomLogger):  # type: ignore[misc]
        def log_success_event(
            self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any
        ) -> None:
            payload = kwargs["standard_logging_object"]
            payloads[payload["litellm_call_id"]] = payload

        log_failure_event = log_success_event

    litellm.callbacks = [Capture()]
    litellm.suppress_debug_info = True
    chance = random.Random(1)
    with path.open("w") as log:
        for start in range(0, len(calls), 500):
            part = calls[start : start + 500]
            for number, call in enumerate(part, start):
                _complete(litellm, call, f"call-{number}", chance)
            _await(payloads, len(part))
            for number, call in enumerate(part, start):
                log.write(_record(payloads[f"call-{number}"], call) + "\n")
            payloads.clear()


def _complete(litellm: Any, call: Call, identity: str, chance: random.Random) -> None:
    account = call.account
    arguments: dict[str, Any] = {"temperature": account.temperature, "tools": call.tools}
    try:
        answer = litellm.completion(
            model=account.model,
            messages=call.messages,
            mock_response=_mock(call),
            stream=account.stream,
            litellm_call_id=identity,
            # What the proxy puts there once it knows whose key it was.
            metadata={
                "user_api_key_hash": f"{random.Random(account.name).getrandbits(128):032x}",
                "user_api_key_user_id": account.name,
                "requester_ip_address": chance.choice(account.addresses),
                "user_agent": account.agent,
            },
            _skip_mcp_handler=True,  # it would import a package that is not installed
            **{name: value for name, value in arguments.items() if value is not None},
        )
        if account.stream:
            list(answer)
    except litellm.exceptions.RateLimitError:
        return


def _mock(call: Call) -> str | dict[str, Any]:
    """Streams and failures are mocked by text alone; else LiteLLM would count 10 and 20 tokens."""
    if call.account.stream or call.answer.startswith("litellm."):
        return call.answer
    asked = sum(len(message["content"]) for message in call.messages) // 4 + 3
    answered = len(call.answer) // 4 + 1
    message = {"role": "assistant", "content": call.answer}
    return {
        "model": call.account.model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
        },
    }


def _await(payloads: dict[str, Any], wanted: int) -> None:
    """LiteLLM calls its loggers from threads of its own."""
    until = time.monotonic() + 60
    while len(payloads) < wanted:
        if time.monotonic() > until:
            raise TimeoutError(f"LiteLLM logged {len(payloads)} of {wanted} calls")
        time.sleep(0.01)


def _record(payload: dict[str, Any], call: Call) -> str:
    """The payload on the simulated clock, with the address where the proxy repeats it."""
    took = 0.4 + len(call.answer) / 200
    moved = {"startTime": call.at, "endTime": call.at + took, "completionStartTime": call.at + 0.4}
    agent = {"user_agent": call.account.agent}
    return json.dumps({**payload, **moved, **agent}, default=str, ensure_ascii=False)


def alpaca(data: Path) -> Iterator[Task]:
    """Instructions that were put to a teacher model, with its answers."""
    for path in (
        data / "distil-alpaca5k" / "alpaca_5000.json",
        data / "distil-codealpaca" / "code_alpaca_2k.json",
    ):
        for item in json.loads(path.read_text()):
            asked = "\n\n".join(part for part in (item["instruction"], item["input"]) if part)
            yield Task(asked, answer=item["output"])


def gorilla(data: Path) -> Iterator[Task]:
    """Tasks for a library's API; the sets write them in several ways."""
    pattern = re.compile(r"###\s*Instruction:\s*(.+?)\n|'Instruction':\s*[\"'](.+?)[\"'],")
    for path in sorted((data / "distil-gorilla").glob("*.json")):
        for line in path.read_text().split("\n"):
            if not line.strip():
                continue
            found = pattern.search(json.loads(line)["code"])
            if found:
                yield Task((found[1] or found[2]).strip())


def organic(data: Path) -> Iterator[Task]:
    """Prompts that people wrote, in English and Chinese."""
    for path in sorted((data / "organic-arena-hard").glob("*.jsonl")):
        for item in _lines(path):
            turn = item["turns"][0]
            yield Task(turn if isinstance(turn, str) else turn["content"])
    for path in sorted((data / "organic-oasst").glob("*.jsonl")):
        yield from (Task(text) for text in _lines(path))
    for path in sorted((data / "organic-oasst").glob("*.json")):
        yield from (Task(item["instruction"]) for item in json.loads(path.read_text()))
    for path in sorted((data / "organic-instructionwild").glob("*.jsonl")):
        yield from (Task(item["instruction"]) for item in _lines(path))
    for item in _lines(data / "organic-selfinstruct252" / "user_oriented_instructions.jsonl"):
        instance = item["instances"][0]
        yield Task(f"{item['instruction']}\n\n{instance['input']}".strip())


def bfcl(data: Path) -> Iterator[Task]:
    """Requests that people made of agents, with the functions these offered."""
    for path in sorted((data / "organic-bfcl-live").glob("*.json")):
        for item in _lines(path):
            said = [turn["content"] for turn in item["question"][0] if turn["role"] == "user"]
            tools = [{"type": "function", "function": function} for function in item["function"]]
            if said:
                yield Task(said[-1], tools)


def _lines(path: Path) -> Iterator[Any]:
    for line in path.read_text().split("\n"):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            # Hand-written sets hold a few lines with stray backslashes.
            print(f"left out a line of {path.name} that is not JSON", file=sys.stderr)


def _distinct(tasks: list[Task]) -> list[Task]:
    """Each prompt once: unrelated accounts must not share more than people do."""
    return list({task.prompt: task for task in tasks if task.prompt.strip()}.values())


def _account_name(chance: random.Random) -> str:
    return f"user_{chance.getrandbits(40):010x}"


if __name__ == "__main__":
    sys.exit(main())
