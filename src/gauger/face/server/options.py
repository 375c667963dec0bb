"""What a service was asked to be; everything else it reads while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gauger.act.quotas.quotas import MEMORY


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
    secret: str | None = field(default=None, repr=False)
