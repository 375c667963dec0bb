"""Asks gauger about every request of a LiteLLM proxy, and answers as it says.

    litellm_settings:
      callbacks: gauger_litellm.gauger

It runs in LiteLLM's environment and needs nothing that is not there. Whatever goes wrong lets the
request through and is counted.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections import Counter
from typing import Any, Final, NamedTuple

import aiohttp
from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger

LOG: Final = logging.getLogger("gauger")
LARGEST: Final = 250_000
"""Bytes of a question with its exchange; a larger exchange is not shown."""
FAILURES: Final = 3
"""Failures in a row after which gauger is left alone for a moment."""
PAUSE: Final = 1.0
_STATUS: Final = {"slow": 429, "step-up": 403, "hold": 403}
_WORDS: Final = {
    "slow": "Your requests are slowed for now.",
    "step-up": "Please verify your account to go on.",
    "hold": "This account is on hold.",
}
_PARAMETERS: Final = ("temperature", "top_p", "tools", "stream")
_LARGEST_OUTPUT: Final = ("max_completion_tokens", "max_tokens", "max_output_tokens")


class Options(NamedTuple):
    """What the environment says; the README names the variables.

    No dataclass: LiteLLM loads a file beside its configuration without making it a module that a
    dataclass could be found in.
    """

    url: str = "http://127.0.0.1:8470"
    key: str = ""
    timeout: float = 0.05
    account: tuple[str, ...] = ("user_id", "token")
    show: bool = True

    @classmethod
    def from_environment(cls) -> Options:
        """Raises ValueError for a time that is none."""
        held, unset = os.environ, cls()
        return cls(
            url=held.get("GAUGER_URL", unset.url).rstrip("/"),
            key=held.get("GAUGER_KEY", ""),
            timeout=float(held.get("GAUGER_TIMEOUT", unset.timeout)),
            account=tuple(held.get("GAUGER_ACCOUNT", ",".join(unset.account)).split(",")),
            show=held.get("GAUGER_SHOW", "yes").lower() not in ("no", "false", "0"),
        )

    def __repr__(self) -> str:
        """Without the key."""
        return f"Options(url={self.url!r})"


class GaugerHook(CustomLogger):
    """One per process of the proxy; its connections are kept."""

    def __init__(self, options: Options | None = None) -> None:
        super().__init__()
        self.options = options or Options.from_environment()
        self.counted: Counter[str] = Counter()
        """Answers, and requests that were let through without one by the kind of error."""
        self._client: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failures = 0
        self._missed = 0
        self._asked_again = 0.0
        self._warned = 0.0

    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: str
    ) -> None:
        """Raises HTTPException for whom the policy does not allow; LiteLLM answers with it."""
        del cache, call_type
        account = self._account(user_api_key_dict)
        if account is None:
            self.counted["no_account"] += 1
            return
        decision = await self._ask(self._question(account, user_api_key_dict, data))
        if decision is None:
            return
        answer = str(decision.get("answer"))
        self.counted[answer] += 1
        if answer in _STATUS:
            raise refusal(answer, decision)

    async def _ask(self, question: bytes) -> dict[str, Any] | None:
        """The decision; null where none came in time."""
        if time.monotonic() < self._asked_again:
            self._miss("paused")
            return None
        missed = self._missed
        headers = {"x-gauger-missed": str(missed)} if missed else None
        try:
            client = self._connected()
            url = f"{self.options.url}/v1/decide"
            async with (
                asyncio.timeout(self.options.timeout),
                client.post(url, data=question, headers=headers) as said,
            ):
                if said.status != 200:
                    raise ConnectionError(f"status {said.status}")
                decision = json.loads(await said.read())
        except Exception as error:
            # Whatever it was: a provider's customers must not wait for what watches over them.
            self._failed(error)
            return None
        self._failures = 0
        self._missed -= missed
        return decision if isinstance(decision, dict) else {}

    def _connected(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._loop = loop
            self._client = aiohttp.ClientSession(
                headers={"x-gauger-key": self.options.key, "content-type": "application/json"},
                # As many connections as questions at once; kept for less long than gauger does.
                connector=aiohttp.TCPConnector(limit=256, keepalive_timeout=60),
                # One time limit stands around the whole question.
                timeout=aiohttp.ClientTimeout(total=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._client

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            self._asked_again = time.monotonic() + PAUSE
        kind = type(error).__name__
        self._miss(kind)
        now = time.monotonic()
        if now - self._warned > 60 or not self._warned:
            self._warned = now
            refused = f" ({error})" if isinstance(error, ConnectionError) else ""
            LOG.warning("gauger did not answer, requests are let through: %s%s", kind, refused)

    def _miss(self, kind: str) -> None:
        self._missed += 1
        self.counted[f"failed_open:{kind}"] += 1

    def _account(self, key: Any) -> str | None:
        for name in self.options.account:
            held = getattr(key, name, None)
            if isinstance(held, str) and held:
                return held
        return None

    def _question(self, account: str, key: Any, data: dict[str, Any]) -> bytes:
        question: dict[str, Any] = {"account_id": account[:512]}
        organization = getattr(key, "org_id", None) or getattr(key, "team_id", None)
        if isinstance(organization, str):
            question["organization_id"] = organization[:512]
        if isinstance(data.get("model"), str) and data["model"]:
            question["model"] = data["model"][:512]
        largest = next((data[n] for n in _LARGEST_OUTPUT if isinstance(data.get(n), int)), None)
        if largest is not None and 0 <= largest <= 10**9:
            question["tokens"] = largest
        bare = json.dumps(question).encode()
        if not self.options.show:
            return bare
        try:
            shown = json.dumps({**question, "exchange": exchange(data, largest)}).encode()
        except (TypeError, ValueError):
            return bare
        return shown if len(shown) <= LARGEST else bare


def exchange(data: dict[str, Any], largest: int | None) -> dict[str, Any]:
    """The request as LiteLLM's log will have it."""
    metadata = data.get("metadata") or data.get("litellm_metadata") or {}
    headers = (data.get("proxy_server_request") or {}).get("headers") or {}
    held = {
        "messages": data.get("messages") or data.get("input"),
        "system": data.get("system") or data.get("instructions"),
        "max_tokens": largest,
        "source_ip": metadata.get("requester_ip_address"),
        "user_agent": headers.get("user-agent"),
        **{name: data.get(name) for name in _PARAMETERS},
    }
    return {name: value for name, value in held.items() if value not in (None, "")}


def refusal(answer: str, decision: dict[str, Any]) -> HTTPException:
    """What the customer gets: the answer, until when and the ways back; no network, no evidence."""
    words = _WORDS[answer]
    for name, says in (("verification", "Verify"), ("appeal", "If this is wrong")):
        if decision.get(name):
            words += f" {says}: {decision[name]}"
    headers = {"x-gauger-answer": answer}
    if answer == "slow":
        headers["retry-after"] = str(decision.get("retry_after") or 1)
    kept = ("reason", "expires", "appeal", "verification")
    error = {"error": words, "type": f"account_{answer.replace('-', '_')}"}
    return HTTPException(
        _STATUS[answer], {**error, **{name: decision.get(name) for name in kept}}, headers
    )


gauger = GaugerHook()
"""What `callbacks` names."""
