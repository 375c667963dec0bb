"""The sketch of an exchange: what is kept once its text is dropped.

Fingerprints are keyed 64-bit hashes in signed integers, because engines lack unsigned ones;
null means that the log held nothing to hash.
"""

from __future__ import annotations

from enum import IntFlag
from typing import Final

import pyarrow as pa

from gauger.model.exchange import TIME


class Mark(IntFlag):
    """What the words of an exchange ask for, in any of the lexicon's languages."""

    REASONING = 1
    RUBRIC = 2
    PAIRS = 4
    REACTION = 8


FINGERPRINT: Final = pa.int64()
FINGERPRINTS: Final = pa.list_(pa.field("item", FINGERPRINT, nullable=False))

SKETCH_SCHEMA: Final = pa.schema(
    [
        ("exchange_key", FINGERPRINT),
        ("account_key", FINGERPRINT),
        ("account_id", pa.string()),
        ("time", TIME),
        ("request_model", pa.string()),
        ("model", FINGERPRINT),
        ("organization_id", pa.string()),
        ("credential", FINGERPRINT),
        ("conversation", FINGERPRINT),
        ("turn", pa.int32()),
        ("operation", pa.string()),
        ("input_role", pa.string()),
        ("input_images", pa.int32()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("reasoning_tokens", pa.int64()),
        ("cached_tokens", pa.int64()),
        ("stream", pa.bool_()),
        ("finish_reason", pa.string()),
        ("status", pa.int32()),
        ("latency_ms", pa.int64()),
        # Text, sketched.
        ("system", FINGERPRINT),
        ("system_runs", FINGERPRINTS),
        ("prompt", FINGERPRINT),
        ("prompt_tokens", pa.int32()),
        ("head", FINGERPRINTS),
        ("tail", FINGERPRINTS),
        ("runs", FINGERPRINTS),
        ("marks", pa.int32()),
        ("capability", pa.int32()),
        ("script", pa.int32()),
        ("response_tokens", pa.int32()),
        ("response_structured", pa.bool_()),
        # Settings and origin, hashed.
        ("tools", FINGERPRINT),
        ("parameters", FINGERPRINT),
        ("client", FINGERPRINT),
        ("address", FINGERPRINT),
        ("range", FINGERPRINT),
        ("block", FINGERPRINT),
        # Where the record stands in the input.
        ("source_file", pa.int32()),
        ("source_row", pa.int64()),
    ]
)
"""Columns of a sketch.

`range` is the address's /24 (IPv6: /48) and `block` its /16 (IPv6: /32). `head` and `tail` are
the runs at the ends of the prompt, `runs` a consistent sample of all its runs. `prompt` is the
whole prompt with its digits. `prompt_tokens` and `response_tokens` count words, or characters in
unspaced scripts, as the sketch cuts them. `capability` and `script` are codes.
"""

TEXT_FIELDS: Final = (pa.field("system_text", pa.string()), pa.field("prompt_text", pa.string()))
"""Added to the schema only where the user asked for text to be kept."""
