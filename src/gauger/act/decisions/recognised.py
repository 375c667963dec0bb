"""An account that was recognised by its first exchanges, as policies know accounts."""

from __future__ import annotations

from gauger.act.decisions.index import Index
from gauger.act.signatures.recogniser import Recognition
from gauger.model.decision import KnownAccount, KnownNetwork, Place
from gauger.model.evidence import LogLR


def as_known(recognition: Recognition, index: Index) -> KnownAccount:
    """As one of the network that it was recognised as; of a network that only a signature
    remembers no claims are known."""
    network = index.network(recognition.network_id)
    if network is None:
        network = KnownNetwork(
            recognition.network_id, recognition.verdict, None, None, 0,
            f"signatures.json#{recognition.network_id}",
        )  # fmt: skip
    lower = min(recognition.remains, recognition.log10)
    return KnownAccount(
        recognition.account_id,
        network,
        Place.RECOGNISED,
        LogLR(recognition.log10, lower, recognition.log10),
    )
