"""What is said of a sign-up and accuses nobody: any of it has an ordinary explanation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gauger.act.accounts.bursts import Burst
from gauger.act.accounts.disposable import is_disposable
from gauger.model.signup import NetworkClass, Proof, Signal, SignalCode, SignUp, Tie

_HOSTED: Final = {
    NetworkClass.HOSTING: "a hosting provider's", NetworkClass.VPN: "a VPN's",
    NetworkClass.PROXY: "a proxy's", NetworkClass.TOR: "a Tor exit's",
}  # fmt: skip
PROOFS: Final = {
    Proof.OWN_PAYMENT: "a payment instrument in the customer's own name",
    Proof.OWN_PHONE: "a phone number that no other account has",
    Proof.LASTING_EMAIL: "an address at a domain of the customer's, confirmed by a message",
    Proof.OWN_NETWORK: "signing in once from the customer's own connection",
    Proof.ORGANIZATION: "the organization that the account belongs to, confirmed by it",
    Proof.PURPOSE: "what the model is for, and who runs the account",
}
"""What would verify an account, in words."""
_PROOF_OF: Final = {
    "payment": Proof.OWN_PAYMENT, "phone": Proof.OWN_PHONE, "email root": Proof.LASTING_EMAIL,
    "network address": Proof.OWN_NETWORK,
}  # fmt: skip


def signals_of(
    sign_up: SignUp, domains: frozenset[str], bursts: Sequence[Burst], alone: Sequence[str]
) -> tuple[Signal, ...]:
    """Everything there is to say; `alone` are things shared with a network by themselves."""
    said = []
    if sign_up.email and is_disposable(sign_up.email, domains):
        words = "The e-mail address is of a domain that gives addresses away for a while."
        said.append(Signal(SignalCode.DISPOSABLE_EMAIL, words))
    if sign_up.network_class in _HOSTED:
        words = f"The address at sign-up is {_HOSTED[sign_up.network_class]}."
        said.append(Signal(SignalCode.HOSTING_NETWORK, words))
    declared, seen = sign_up.country, sign_up.seen_country
    if declared and seen and declared.strip().upper() != seen.strip().upper():
        words = "The country at sign-up is not the one that is declared."
        said.append(Signal(SignalCode.COUNTRY_MISMATCH, words))
    said += [Signal(SignalCode.SIGNUP_BURST, burst.statement) for burst in bursts]
    if alone:
        words = f"One thing is shared with a known network, which is no tie: {', '.join(alone)}."
        said.append(Signal(SignalCode.SHARES_ONE_THING, words))
    return tuple(said)


def proofs_for(ties: Sequence[Tie], signals: Sequence[Signal]) -> tuple[Proof, ...]:
    """What would verify an account of which this was found; nothing where nothing was."""
    wanted: set[Proof] = set()
    for tie in ties:
        wanted |= {_PROOF_OF[thing] for thing in tie.shares if thing in _PROOF_OF}
        wanted |= {Proof.ORGANIZATION, Proof.PURPOSE}
    codes = {signal.code for signal in signals}
    if SignalCode.DISPOSABLE_EMAIL in codes:
        wanted.add(Proof.LASTING_EMAIL)
    if codes & {SignalCode.HOSTING_NETWORK, SignalCode.COUNTRY_MISMATCH}:
        wanted.add(Proof.OWN_NETWORK)
    if SignalCode.SIGNUP_BURST in codes:
        wanted.add(Proof.ORGANIZATION)
    return tuple(proof for proof in Proof if proof in wanted)


def statement_of(tie: Tie) -> str:
    """A tie in a sentence, for people."""
    things = ", ".join(tie.shares)
    if tie.network_id is not None and tie.lr is not None:
        return (
            f"The sign-up shares {things} with accounts of network {tie.network_id} "
            f"({tie.verdict}): log10 LR {tie.lr.log10:.1f}, at least {tie.lr.lower:.1f}; "
            f"{tie.support} support."
        )
    whose = "" if tie.network_id is None else f", all of network {tie.network_id}"
    return (
        f"{tie.accounts} accounts that were closed{whose} share {things} with the sign-up; "
        f"{tie.support} support."
    )
