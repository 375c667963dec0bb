"""Content: prompts are one dataset dealt out, in the same frames.

Null: groups of accounts that share a thing or nothing. Customers of one tool share its frame and
still differ in subject and vocabulary; a dealt dataset makes accounts interchangeable.
Defeated by: giving every account a subject of its own; no recurring frame at all.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.layer import Layer
from gauger.weigh.statistics import Alikeness, Breadth, Dealing, InCommon, Sharing, Typical

CONTENT: Final = Layer(
    "content",
    (
        Alikeness("wording", "how far wording tells accounts apart"),
        Sharing("wording", "the same runs of words in different accounts"),
        Alikeness("capability", "how far what is asked for tells accounts apart"),
        InCommon("frames", "frames in common", "uncommon runs of words that another account sends"),
        InCommon("items", "items in common", "prompts that another account of the group sends"),
        Dealing("items", "reach of items", "how widely a prompt that meets again is held"),
        Typical(
            "shared_item_share",
            "items met again",
            "prompts that several other accounts send as well",
            telling=-1,
        ),
        Breadth("capability", "breadth", "how many capabilities are asked for"),
        Typical(
            "own_wording",
            "own vocabulary",
            "runs of words that recur within one account and nowhere else",
            telling=-1,
        ),
    ),
    "the logs hold too few prompts in these accounts",
    phrases={
        "alike in wording": "which account sent a prompt hardly shows in its wording",
        "shared wording": "different accounts send the same runs of words",
        "frames in common": "different accounts send the same uncommon runs of words",
        "items in common": "prompts of one account come again in others",
        "reach of items": "each account meets a part of its own of what comes again",
        "items met again": "hardly any prompt is one that many accounts send",
        "breadth": "many capabilities are asked for",
        "alike in capability": "every account asks for the same mix of capabilities",
        "own vocabulary": "accounts have hardly any vocabulary of their own",
    },
)
