"""What a service was asked to be; everything else it reads while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gauger.act.quotas.storage import MEMORY


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """One process; all replicas have the same."""

    database: str
    findings: Path | None = None
    """Results of the latest scan, taken in anew whenever they change."""
    quotas: str = MEMORY
    account_header: str = "x-gauger-account"
    """Set by the gateway, for who it has authenticated; never passed on from a client."""
    model_header: str = "x-gauger-model"
    tier_header: str = "x-gauger-tier"
    organization_header: str = "x-gauger-organization"
    """Set by the gateway as well, where a policy asks for them."""
    guardrail_account: str = "user_api_key_user_id"
    """The field of LiteLLM's `request_data` that names the account."""
    disposable_domains: Path | None = None
    """Domains of disposable e-mail addresses beside the packaged ones."""
    refresh: float = 5.0
    """Seconds between looks at keys, policy and findings."""
    lake: str | None = None
    """Where exchanges that come in go; null for a service that takes in none."""
    spool: Path = Path("gauger-serve/spool")
    """Where they wait, on a disk of this machine."""
    account_field: str | None = None
    """Dotted path of the field that names the account in what comes in."""
    scan_every: float | None = 10.0
    """Seconds between the end of a scan and the next one, at least; null for no scans."""
    memory: str = "3GB"
    threads: int = 2
    spill: Path | None = None
    """What scans may use, as `gauger scan` has it."""
    secret: str | None = field(default=None, repr=False)
