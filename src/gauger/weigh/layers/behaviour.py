"""Behaviour: the same settings, the same shapes, nobody reading the answers.

Null: ordinary groups, among them users of one tool, whose settings are the tool's.
Defeated by: settings varied per account, and scripted replies that depend on the answer.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.layer import Layer
from gauger.weigh.statistics import Alikeness, Sharing, Typical

BEHAVIOUR: Final = Layer(
    "behaviour",
    (
        Alikeness("parameters", "how far settings tell accounts apart"),
        Sharing("client", "the same client fingerprint in different accounts"),
        Alikeness("prompt length", "how far the length of prompts tells accounts apart"),
        Alikeness("answer length", "how far the length of answers tells accounts apart"),
        Alikeness("turn", "how far the length of conversations tells accounts apart"),
        Typical("reaction_share", "reactions", "prompts that react to an answer", telling=-1),
        Typical("first_turn_share", "single turns", "exchanges that open a conversation"),
        Typical("answer_tokens", "long answers", "tokens of an answer"),
        Typical("tool_share", "tool loops", "exchanges that hand a tool's result back", telling=-1),
        Typical("brevity", "brief use", "one over the number of exchanges", telling=-1),
        Typical("repeat_share", "repeats", "prompts that an account sends again", telling=-1),
    ),
    "the logs hold neither settings nor lengths",
    phrases={
        "alike in parameters": "all accounts use the same settings",
        "shared client": "different accounts show the same client fingerprint",
        "alike in prompt length": "prompts have the same lengths in every account",
        "alike in answer length": "answers have the same lengths in every account",
        "alike in turn": "conversations have the same lengths in every account",
        "reactions": "nobody reacts to the answers",
        "single turns": "nearly every exchange opens a conversation",
        "long answers": "answers are long",
        "tool loops": "no agent hands results of tools back",
        "brief use": "accounts go on, where a trial would end",
        "repeats": "no account sends a prompt again",
    },
)
