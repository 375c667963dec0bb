"""What gauger's hook adds to a request of a LiteLLM proxy.

python -m bench.live.litellm_proxy --out DIR [--requests N]

Two proxies with a mocked model, one with the hook, asked in turn over a kept connection each, so
that whatever else the machine does falls on both alike. `gauger serve` knows a million accounts;
those that are asked about are strangers, as nearly everybody is, and all of them show their
request with the question. Needs `make litellm-env`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from bench.live.decisions import POLICY, _wait, findings
from bench.live.proxy import free_port, litellm
from bench.truth.worlds import SECRET
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.act.cases.versions import put_policy

WARM = 50


class Asking:
    """One kept connection to a proxy."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def ask(self, number: int) -> float:
        """Milliseconds of one request."""
        body = json.dumps(
            {
                "model": "large", "max_tokens": 256, "temperature": 0.7,
                "messages": [
                    {"role": "system", "content": "You are a patient tutor. " * 20},
                    {"role": "user", "content": f"Explain question {number}. " * 40},
                ],
            }
        )  # fmt: skip
        headers = {
            "content-type": "application/json", "authorization": f"Bearer sk-stranger-{number}",
        }  # fmt: skip
        began = time.perf_counter()
        self._connection.request("POST", "/v1/chat/completions", body, headers)
        said = self._connection.getresponse()
        said.read()
        took = (time.perf_counter() - began) * 1e3
        if said.status != 200:
            raise RuntimeError(f"the proxy said {said.status}")
        return took


def measure(out: Path, requests: int) -> dict[str, float]:
    """Medians of both, and of what the one adds to the other, request by request."""
    folder = out / "decisions"
    findings(folder)
    database = f"sqlite:///{out}/proxy.db"
    Path(f"{out}/proxy.db").unlink(missing_ok=True)
    opened = open_database(database)
    key = make_key(opened, "bench", [Scope.DECIDE])
    put_policy(opened, POLICY, "bench")
    opened.dispose()
    port = free_port()
    program = "from gauger.face.cli import main; main()"
    options = ["--findings", str(folder), "--port", str(port), "--database", database, "-q"]
    command = [sys.executable, "-c", program, "serve", *options]
    running = subprocess.Popen(command, env=os.environ | {"GAUGER_SECRET": SECRET})
    try:
        _wait(port)
        url = f"http://127.0.0.1:{port}"
        with (
            litellm(out / "with", url, key, GAUGER_TIMEOUT="5") as with_hook,
            litellm(out / "without", None) as without,
        ):
            one, other = Asking(with_hook), Asking(without)
            for number in range(WARM):
                one.ask(number)
                other.ask(number)
            took = []
            for number in range(WARM, WARM + requests):
                # Each is asked first half of the time.
                if number % 2:
                    first = one.ask(number)
                    took.append((first, other.ask(number)))
                else:
                    first = other.ask(number)
                    took.append((one.ask(number), first))
            pairs = np.array(took)
    finally:
        running.terminate()
        running.wait(30)
    return {
        "with_ms": float(np.median(pairs[:, 0])),
        "without_ms": float(np.median(pairs[:, 1])),
        "added_ms": float(np.median(pairs[:, 0]) - np.median(pairs[:, 1])),
        "added_p95_ms": float(np.quantile(pairs[:, 0], 0.95) - np.quantile(pairs[:, 1], 0.95)),
    }


if __name__ == "__main__":
    options = argparse.ArgumentParser(
        prog="python -m bench.live.litellm_proxy", description=__doc__
    )
    options.add_argument("--out", type=Path, default=Path("bench-out"))
    options.add_argument("--requests", type=int, default=1000)
    chosen = options.parse_args()
    print(measure(chosen.out.absolute(), chosen.requests))
