"""Content: prompts are one dataset dealt out, in the same frames.

Null: groups of accounts that share a thing or nothing. Customers of one tool share its frame and
still differ in subject and vocabulary; a dealt dataset makes accounts interchangeable.
Defeated by: giving every account a subject of its own; no recurring frame at all.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.layer import Layer
from gauger.weigh.statistics import Alikeness, Sharing, Typical

CONTENT: Final = Layer(
    "content",
    (
        Alikeness("wording", "how far wording tells accounts apart"),
        Sharing("wording", "the same runs of words in different accounts"),
        Alikeness("capability", "how far what is asked for tells accounts apart"),
        Typical(
            "own_wording",
            "own vocabulary",
            "runs of words that recur within one account and nowhere else",
            telling=-1,
        ),
    ),
    "the logs hold too few prompts in these accounts",
    explained_by_a_tool=True,
    phrases={
        "alike in wording": "which account sent a prompt hardly shows in its wording",
        "shared wording": "different accounts send the same runs of words",
        "alike in capability": "every account asks for the same mix of capabilities",
        "own vocabulary": "accounts have hardly any vocabulary of their own",
    },
)
