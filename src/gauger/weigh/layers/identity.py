"""Identity: shared payment instruments, numbered e-mails, sign-ups in a burst.

Null: ordinary groups, among them classes that sign up in one week and employees of one domain.
Defeated by: aged accounts bought one by one, each with a card of its own.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.layer import Layer
from gauger.weigh.statistics import Clumping, Typical

IDENTITY: Final = Layer(
    "identity",
    (
        Clumping("payment", "shared payment", "one payment instrument behind several accounts"),
        Clumping("email", "shared e-mail root", "e-mails that differ in their digits only"),
        Clumping("signup_day", "sign-ups on one day", "accounts made on the same day"),
        Clumping(
            "signup_fortnight", "sign-ups in one fortnight", "accounts made in the same weeks"
        ),
        Typical("dormancy", "dormant accounts", "days from sign-up to first use (logarithm)"),
    ),
    "no account records were given (`--accounts`)",
    phrases={
        "shared payment": "the same payment instruments pay for different accounts",
        "shared e-mail root": "e-mails differ in their digits only",
        "sign-ups on one day": "accounts were made on the same days",
        "dormant accounts": "accounts lay unused long after they were made",
        "sign-ups in one fortnight": "accounts were made within the same weeks",
    },
)
