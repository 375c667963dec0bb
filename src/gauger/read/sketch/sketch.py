"""The one place where exchanges become sketches: a pure function of a batch and a key.

A row's sketch depends on nothing but that row and the key, so batch boundaries, order and
engine cannot change it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gauger.model.sketch import FINGERPRINTS, SKETCH_SCHEMA, TEXT_FIELDS, Mark
from gauger.read.sketch.addresses import address_prints
from gauger.read.sketch.columns import (
    combined_fingerprint,
    distinct_fingerprints,
    fingerprints,
)
from gauger.read.sketch.key import SketchKey
from gauger.read.sketch.lexicon import OTHER, lexicon
from gauger.read.sketch.texts import SketchedTexts, count_column, sketch_column

_CARRIED = (
    "account_id", "time", "request_model", "organization_id", "turn", "operation", "input_role",
    "input_images", "input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "stream",
    "finish_reason", "status", "latency_ms", "source_file", "source_row",
)  # fmt: skip
_TEXT_KEPT = 600
"""Characters of a text that are kept where the user asks for text: enough to read a frame."""


def sketch(batch: pa.RecordBatch, key: SketchKey, *, keep_text: bool = False) -> pa.RecordBatch:
    """Sketch of every exchange of a batch of LOCATED_SCHEMA, in the same order."""
    column = {name: batch.column(name) for name in batch.schema.names}
    prompt = sketch_column(column["prompt"], key)
    encoded = column["system"].dictionary_encode()
    system = sketch_column(encoded.dictionary, key)
    response_tokens, structured = count_column(column["response"])
    origin = address_prints(column["source_ip"], key)
    columns: dict[str, pa.Array] = {name: column[name] for name in _CARRIED}
    columns |= {
        "exchange_key": distinct_fingerprints(column["exchange_id"], key),
        "account_key": fingerprints(column["account_id"], key),
        "model": fingerprints(column["request_model"], key),
        "credential": fingerprints(column["credential_id"], key),
        "conversation": fingerprints(column["conversation_id"], key),
        "system": pc.take(system.whole, encoded.indices),
        "system_runs": pc.take(_joined(system), encoded.indices),
        "prompt": prompt.whole,
        "prompt_tokens": pa.array(prompt.tokens),
        "head": prompt.head,
        "tail": prompt.tail,
        "runs": prompt.runs,
        "marks": pa.array(prompt.marks | _system_marks(system, encoded.indices)),
        "capability": pa.array(_capability(prompt, column)),
        "script": pa.array(prompt.script),
        "response_tokens": pa.array(response_tokens),
        "response_structured": pa.array(structured),
        "tools": fingerprints(column["tools"], key),
        "parameters": combined_fingerprint(
            [column[name] for name in ("temperature", "top_p", "max_tokens", "stream")], key
        ),
        "client": combined_fingerprint(
            [fingerprints(column["ja4"], key), fingerprints(column["user_agent"], key)], key
        ),
        "address": origin.address,
        "range": origin.range,
        "block": origin.block,
    }
    schema = SKETCH_SCHEMA
    if keep_text:
        for field, name in zip(TEXT_FIELDS, ("system", "prompt"), strict=True):
            schema = schema.append(field)
            columns[field.name] = pc.utf8_slice_codeunits(column[name], 0, _TEXT_KEPT)
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def capability_name(code: int) -> str:
    """The word for a capability code."""
    return lexicon().capabilities[code]


def _joined(system: SketchedTexts) -> pa.Array:
    """Head and tail runs of each system prompt in one list."""
    if not len(system.head):
        return pa.array([], FINGERPRINTS)
    heads = system.head.value_lengths().to_numpy()
    tails = system.tail.value_lengths().to_numpy()
    offsets = np.zeros(len(heads) + 1, np.int32)
    np.cumsum(heads + tails, out=offsets[1:])
    values = np.empty(int(offsets[-1]), np.int64)
    starts = np.repeat(offsets[:-1] - np.concatenate(([0], np.cumsum(heads)[:-1])), heads)
    values[starts + np.arange(heads.sum())] = system.head.flatten().to_numpy()
    starts = np.repeat(offsets[:-1] + heads - np.concatenate(([0], np.cumsum(tails)[:-1])), tails)
    values[starts + np.arange(tails.sum())] = system.tail.flatten().to_numpy()
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values)).cast(FINGERPRINTS)


def _system_marks(
    system: SketchedTexts, indices: pa.Array
) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    # A system prompt may ask for graded or reasoned answers; it never reacts to one.
    asked = system.marks & ~np.int32(Mark.REACTION)
    if not len(asked):
        return np.zeros(len(indices), np.int32)
    return np.asarray(
        pc.fill_null(pc.take(pa.array(asked), indices), 0).to_numpy(zero_copy_only=False), np.int32
    )


def _capability(
    prompt: SketchedTexts, column: dict[str, pa.Array]
) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """The prompt's own capability; else tools or a tool's result say that an agent is at work."""
    names = lexicon().capabilities
    agentic = names.index("agentic and tool use")
    works = np.asarray(
        pc.or_kleene(
            pc.is_valid(column["tools"]),
            pc.fill_null(pc.equal(column["input_role"], "tool"), False),
        ).to_numpy(zero_copy_only=False),
        np.bool_,
    )
    undecided = prompt.capability == names.index(OTHER)
    return np.where(undecided & works, np.int32(agentic), prompt.capability)
