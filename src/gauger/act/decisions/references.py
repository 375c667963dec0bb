"""References of cases: what an affected customer can name, and nobody can guess or read."""

from __future__ import annotations

import hashlib
import secrets

from gauger.model.decision import Reason


class References:
    """Keyed digests of account, network and reason: the same case has the same reference at every
    replica that has the same secret."""

    def __init__(self, secret: str | None) -> None:
        """Without a secret references hold as long as this process runs."""
        key = secrets.token_bytes(32) if secret is None else secret.encode()
        self._key = hashlib.blake2b(key, digest_size=32, person=b"gauger.case").digest()

    def of(self, account_id: str, network_id: str | None, reason: Reason) -> str:
        """The reference of one case."""
        said = "\0".join((account_id, network_id or "", reason.value)).encode("utf-8", "replace")
        return hashlib.blake2b(said, key=self._key, digest_size=12).hexdigest()
