"""The provider's secret, without which a fingerprint says nothing about its text."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from gauger.model.errors import UsageError

MIN_SECRET_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class SketchKey:
    """128 bits that key every fingerprint; `stable` says whether the next run has the same."""

    low: int
    high: int
    stable: bool

    @classmethod
    def random(cls) -> SketchKey:
        """A key for this run only: its fingerprints cannot be matched with any other run's."""
        return cls(secrets.randbits(64), secrets.randbits(64), stable=False)

    @classmethod
    def from_secret(cls, secret: str) -> SketchKey:
        """The key that a provider's secret stands for, the same in every run.

        Raises UsageError where the secret is too short to withstand guessing.
        """
        if len(secret) < MIN_SECRET_CHARACTERS:
            raise UsageError(
                "the secret for fingerprints is too short",
                f"{len(secret)} characters",
                f"set `GAUGER_SECRET` to {MIN_SECRET_CHARACTERS} characters or more",
            )
        digest = hashlib.blake2b(secret.encode(), digest_size=16, person=b"gauger.sketch").digest()
        return cls(
            int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little"), stable=True
        )

    def __repr__(self) -> str:
        # A key must not reach a log by way of a traceback or a debug print.
        return f"SketchKey(stable={self.stable})"
