"""CloudTrail's record of a call to Bedrock: from where, with what, by which key."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from gauger.read.sources.paths import first

SERVICE = "bedrock.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Caller:
    """What CloudTrail adds to an exchange. Millions are held at once: texts are shared."""

    source_ip: str | None
    user_agent: str | None
    credential: str | None
    principal: str | None


def is_trail(record: Mapping[str, Any]) -> bool:
    """Whether a record is a file of CloudTrail's, or one event of it."""
    held = record.get("Records")
    if isinstance(held, list):
        return bool(held) and isinstance(held[0], dict) and _is_event(held[0])
    return _is_event(record)


def events_of(record: Mapping[str, Any]) -> Iterator[Any]:
    """The events of a record, which may be a whole file."""
    held = record.get("Records")
    if isinstance(held, list):
        yield from held
    else:
        yield record


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Who called, as the service saw it."""
    source = first(event, "sourceIPAddress")
    # A service that calls for somebody is named in place of an address, and as the agent.
    direct = _is_address(source)
    return Caller(
        source_ip=_shared(source) if direct else None,
        user_agent=_shared(first(event, "userAgent")) if direct else None,
        credential=_shared(first(event, "userIdentity.accessKeyId")),
        principal=_shared(
            first(
                event,
                "userIdentity.arn",
                "userIdentity.sessionContext.sessionIssuer.arn",
                "userIdentity.principalId",
            )
        ),
    )


def _is_event(record: Mapping[str, Any]) -> bool:
    return "eventSource" in record and "eventName" in record and "eventTime" in record


def _is_address(value: Any) -> bool:
    try:
        ip_address(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


def _shared(value: Any) -> str | None:
    return sys.intern(value) if isinstance(value, str) else None
