"""Infrastructure: the same or rotating address ranges behind accounts that should not know each
other.

Null: ordinary groups, among them offices behind one exit, users of a VPN and customers of a
platform. Addresses that a client asserts about itself are weighed no differently here; the run
says when a source holds such.
Defeated by: one lasting residential exit per account.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.layer import Layer
from gauger.weigh.statistics import Alikeness, InCommon, Sharing, Typical

INFRASTRUCTURE: Final = Layer(
    "infrastructure",
    (
        Sharing("range", "the same address ranges in different accounts"),
        Alikeness("range", "how far the address range tells accounts apart"),
        Sharing("block", "the same address blocks in different accounts"),
        Alikeness("block", "how far the address block tells accounts apart"),
        InCommon("origin", "origins in common", "uncommon addresses that another account uses"),
        Typical("range_churn", "changing ranges", "address ranges used on a day"),
    ),
    "the logs hold no client addresses",
    phrases={
        "shared range": "different accounts come from the same address ranges",
        "alike in range": "accounts rotate over one pool of address ranges",
        "shared block": "different accounts come from the same address blocks",
        "origins in common": "different accounts come from the same uncommon addresses",
        "changing ranges": "accounts change address ranges all the time",
        "alike in block": "accounts rotate over one pool of address blocks",
    },
)
