"""A signature: what marks the accounts of an established network, in keyed fingerprints only.

It holds no text, no address and no account, and says nothing without the provider's secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.evidence import LogLR, Verdict
from gauger.model.signup import ClosedAccounts

SIGNATURE_VERSION: Final = 1
"""Rises whenever a signature would be read in another way than before."""

SIGNATURES: Final = "signatures.json"
TRAITS: Final = "signatures.parquet"
"""Files of a result folder: what is said of every signature, and its traits."""
CLOSED: Final = "closed.parquet"
"""What accounts closed before held, beside them."""

FAMILY_KINDS: Final = {
    "content": ("frame", "system", "item", "subject"),
    "infrastructure": ("address", "range", "block"),
    "identity": ("payment", "phone", "email"),
    "behaviour": ("tools", "parameters", "client", "model", "form", "asked", "answered"),
}
"""Kinds of trait that one ordinary cause would explain together, by family: a tool gives settings
and client, and also the form and the length of what it sends."""

FAMILIES: Final = tuple(FAMILY_KINDS)
TRAIT_KINDS: Final = tuple(kind for kinds in FAMILY_KINDS.values() for kind in kinds)
FAMILY_OF: Final = np.array(
    [number for number, kinds in enumerate(FAMILY_KINDS.values()) for _ in kinds]
)
"""Position in FAMILIES of every kind of TRAIT_KINDS."""

RECORDED: Final = frozenset({"payment", "phone", "email"})
"""Kinds that come from an account's record and not from what it sends."""

LIFETIME: Final = timedelta(days=90)
"""How long after it was last seen within the network a trait marks it."""
SHORT_LIFETIME: Final = timedelta(days=30)
"""The same for infrastructure: a provider gives an address to somebody else."""


@dataclass(frozen=True)
class Traits:
    """What marks one network; parallel arrays, in ascending order of `kind` and `print`.

    `kind` is a position in TRAIT_KINDS; `members` of the network hold the trait as a habit, and
    `outsiders` of everybody else at all. Times are microseconds since the epoch, within the
    network.
    """

    kind: NDArray[np.int8]
    print: NDArray[np.int64]
    members: NDArray[np.int32]
    outsiders: NDArray[np.int32]
    first_seen: NDArray[np.int64]
    last_seen: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a score in one family is worth after so many exchanges.

    A score at least `floors[c]` and below the next one is worth `log10[c]`; `members` and
    `outsiders` count who of those replayed had it. Floors start at 0, for nothing that marks the
    network; log10 LRs never fall.
    """

    family: str
    exchanges: int
    floors: tuple[float, ...]
    log10: tuple[float, ...]
    members: tuple[int, ...]
    outsiders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """How a signature would have done on the accounts it was made of, each left out of it.

    Of `members` and `outsiders` with at least so many exchanges, those recognised by then.
    """

    exchanges: int
    members: int
    members_recognised: int
    outsiders: int
    outsiders_recognised: int


@dataclass(frozen=True, slots=True)
class Signature:
    """What marks one network, what it is worth, and until when it holds."""

    network_id: str
    verdict: Verdict
    coordinated: LogLR | None
    extraction: LogLR | None
    accounts: int
    """Members that it was made of."""
    outsiders: int
    """Accounts in the same logs that belong to other operators or to none."""
    last_seen: datetime
    traits: Traits
    worth: tuple[Worth, ...]
    trials: tuple[Trial, ...]
    recognises: bool
    """Whether its trials allow it to recognise anybody."""

    @property
    def expires(self) -> datetime:
        """When the last of its traits has ceased to mark the network."""
        return self.last_seen + LIFETIME


@dataclass(frozen=True, slots=True)
class Signatures:
    """All signatures of one scan, of one key."""

    made: datetime
    key_check: str
    """A keyed digest of a constant: equal for equal keys, and of no use without one."""
    signatures: tuple[Signature, ...]
    without: tuple[str, ...] = ()
    """Kinds of trait that could not be made, for want of a record or of the secret."""
    closed: ClosedAccounts | None = None
    """Null where no record says that an account was closed."""
