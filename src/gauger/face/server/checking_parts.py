"""Checks of what a service leans on: its database, Redis, and the service itself as it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from gauger.act.quotas.storage import MEMORY
from gauger.face.server.checking import NEAR, Checked, State, clock, fail, now, ok, warn
from gauger.face.server.options import ServeOptions

OLDEST_REDIS: Final = (6, 2)
QUESTIONS: Final = 50
LATE: Final = 0.005
_ACCOUNT: Final = "gauger-doctor"
"""An account that nobody has, so that its questions change nothing."""


def database(options: ServeOptions) -> Iterator[Checked]:
    """Whether it can be reached and is at the revision, its clock, its keys and its policy."""
    import sqlalchemy as sa

    from gauger.act.cases.database import open_database, revisions

    at, head = revisions(options.database)
    if at is None:
        yield fail(
            "database", "it has no tables yet", "`gauger keys add` or `gauger serve` makes them"
        )
        return
    if at != head:
        yield fail(
            "database",
            f"its tables are at `{at}`, not at `{head}`",
            "`gauger serve` brings older ones up to date; later ones need their version",
        )
        return
    opened = open_database(options.database)
    try:
        yield ok("database", f"{opened.dialect.name}, at revision `{at}`")
        if opened.dialect.name == "postgresql":
            asked = now()
            with opened.connect() as connection:
                theirs = float(
                    connection.execute(
                        sa.text("SELECT extract(epoch FROM clock_timestamp())")
                    ).scalar_one()
                )
            yield clock("database's clock", theirs, asked, now())
        yield from _keys(opened)
        yield _policy(opened)
    finally:
        opened.dispose()


def _keys(opened: Any) -> Iterator[Checked]:
    from gauger.act.cases.keys import Scope, read_keys

    at = datetime.now(UTC)
    held = [key for key in read_keys(opened).keys.values() if key.holds(at)]
    if not any(Scope.DECIDE in key.scopes for key in held):
        yield fail("keys", "none allows to decide", "`gauger keys add NAME --scope decide`")
        return
    ending = [key for key in held if key.expires is not None and key.expires - at < NEAR]
    if ending:
        first = min(ending, key=lambda key: key.expires or at)
        yield warn(
            "keys",
            f"`{first.key_id}` ends {first.expires:%Y-%m-%d}",
            "`gauger keys add` another, and give it to whoever has that one",
        )
    else:
        yield ok("keys", f"{len(held)} hold, none ends within {NEAR.days} days")


def _policy(opened: Any) -> Checked:
    from gauger.act.cases.versions import policy_in_force

    policy = policy_in_force(opened)
    if policy.version == 0:
        return warn("policy", "none is in force: everything is allowed", "`gauger policy put FILE`")
    fails = "fails open" if policy.fails_open else "fails closed"
    live = "in shadow" if policy.live_share <= 0 else f"live for {policy.live_share:.0%}"
    return ok("policy", f"version {policy.version}, {live}, {fails}")


def quotas(options: ServeOptions) -> Iterator[Checked]:
    """Whether Redis can be reached, is new enough, keeps what it is given, and its clock."""
    if options.quotas == MEMORY:
        said = "in the process: enough for one process, not for several"
        yield ok("quotas", said)
        return
    import redis

    client: Any = redis.Redis.from_url(
        options.quotas, socket_timeout=2, socket_connect_timeout=2, decode_responses=True
    )
    try:
        info = client.info()
    except redis.RedisError:
        where = urlsplit(options.quotas)
        yield fail(
            "Redis",
            f"`{where.hostname}:{where.port}`: no answer",
            "start it, or correct `GAUGER_QUOTAS`",
        )
        return
    version = str(info["redis_version"])
    new = tuple(int(part) for part in version.split(".")[:2]) >= OLDEST_REDIS
    yield Checked(
        "Redis",
        State.OK if new else State.FAIL,
        f"version {version}",
        None if new else f"take {'.'.join(map(str, OLDEST_REDIS))} or newer",
    )
    evicts = str(info.get("maxmemory_policy", "?"))
    kept = evicts == "noeviction" or not info.get("maxmemory")
    yield Checked(
        "Redis keeps",
        State.OK if kept else State.WARN,
        f"`maxmemory-policy {evicts}`",
        None if kept else "set `noeviction`: what it drops is quota given anew",
    )
    asked = now()
    seconds, micros = client.time()
    yield clock("Redis's clock", seconds + micros / 1e6, asked, now())
    client.close()


def service(url: str, key: str | None, presented: str = "x-api-key") -> Iterator[Checked]:
    """Whether a service answers there, and how fast it decides; asks of an account nobody has."""
    import http.client

    parts = urlsplit(url if "//" in url else f"http://{url}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=5)
    try:
        status, _ = _asked(connection, "GET", f"{parts.path.rstrip('/')}/healthz", {})
        if status != 200:
            yield fail("service", f"`/healthz` says {status}", "is it a gauger?")
            return
        yield ok("service", f"answers on `{parts.netloc}`")
        if key is None:
            yield warn("decision", "not asked for: no key was given", "put one into `GAUGER_KEY`")
            return
        yield _decided(connection, parts.path.rstrip("/"), {presented: key})
    except OSError as error:
        yield fail(
            "service",
            f"`{parts.netloc}`: {error.strerror or error}",
            "start `gauger serve`, or correct `--url`",
        )
    finally:
        connection.close()


def _decided(connection: Any, path: str, headers: dict[str, str]) -> Checked:
    took = []
    for _ in range(QUESTIONS):
        began = time.perf_counter()
        status, body = _asked(connection, "POST", f"{path}/v1/decide", headers)
        took.append(time.perf_counter() - began)
        if status != 200:
            code = body.get("error", {}).get("code", "?")
            return fail(
                "decision", f"{status}, `{code}`", "give a key of scope `decide` that holds"
            )
    took.sort()
    median, late = took[len(took) // 2], took[-max(1, len(took) // 50)]
    said = (
        f"`{body.get('answer')}`, median {median * 1e3:.2f} ms, {late * 1e3:.2f} at the 98th of 100"
    )
    if str(body.get("reason", "")).startswith("failed"):
        return fail(
            "decision",
            f"{said}, `{body['reason']}`",
            "see `gauger_failures_total` and the service's log",
        )
    if median > LATE:
        return warn("decision", said, "give it a core of its own, or ask from nearer")
    return ok("decision", said)


def _asked(
    connection: Any, method: str, path: str, headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    body = None if method == "GET" else json.dumps({"account_id": _ACCOUNT})
    connection.request(method, path, body, {**headers, "content-type": "application/json"})
    said = connection.getresponse()
    text = said.read(100_000)
    try:
        held = json.loads(text)
    except ValueError:
        held = {}
    return said.status, held if isinstance(held, dict) else {}
