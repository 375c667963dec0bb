"""A LiteLLM proxy with a mocked model, in an environment of its own (`make litellm-env`).

Nothing leaves the machine: the model is LiteLLM's own mock, and the proxy listens on loopback.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
HOOK: Final = ROOT / "packages" / "gauger-litellm" / "gauger_litellm.py"
LITELLM: Final = ROOT / ".venv-litellm" / "bin" / "litellm"
_CONFIG: Final = """
model_list:
  - model_name: "*"
    litellm_params: {model: "openai/*", api_key: none, mock_response: "hello"}
litellm_settings:
  num_retries: 0
  CALLBACKS
general_settings:
  custom_auth: auth.authenticated
  use_x_forwarded_for: true
"""
_AUTH: Final = '''
"""A provider's own authentication, in place of its database: the key names the account."""
from litellm.proxy._types import UserAPIKeyAuth


async def authenticated(request, api_key):
    return UserAPIKeyAuth(api_key=api_key, user_id=api_key.removeprefix("sk-"))
'''


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def litellm(folder: Path, gauger: str | None, key: str = "", **environment: str) -> Iterator[str]:
    """A LiteLLM proxy whose hook asks `gauger`, or one without the hook; its URL."""
    if not LITELLM.is_file():
        raise FileNotFoundError("no `.venv-litellm`: run `make litellm-env`")
    folder.mkdir(parents=True, exist_ok=True)
    callbacks = "callbacks: gauger_litellm.gauger" if gauger is not None else "drop_params: true"
    (folder / "config.yaml").write_text(_CONFIG.replace("CALLBACKS", callbacks), encoding="utf-8")
    (folder / "auth.py").write_text(_AUTH, encoding="utf-8")
    shutil.copy(HOOK, folder)
    port = free_port()
    held = os.environ | {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "WARNING",
        "LITELLM_MODE": "PRODUCTION", "LITELLM_MASTER_KEY": f"sk-{secrets.token_hex(32)}",
        "GAUGER_URL": gauger or "", "GAUGER_KEY": key, "NO_PROXY": "*",
    } | environment  # fmt: skip
    for name in ("DATABASE_URL", "PYTHONPATH"):
        held.pop(name, None)
    command = [str(LITELLM), "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port),
               "--telemetry", "False"]  # fmt: skip
    log = folder / "litellm.log"
    with log.open("wb") as written:
        running = subprocess.Popen(command, cwd=folder, stdout=written, stderr=written, env=held)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{url}/health/liveliness", running, log)
        yield url
    finally:
        running.terminate()
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _wait(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(900):
        if running.poll() is not None:
            raise RuntimeError(f"the proxy ended: {log.read_text(encoding='utf-8')[-4000:]}")
        try:
            opener.open(url, timeout=5)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the proxy did not begin: {log.read_text(encoding='utf-8')[-4000:]}")
