"""The canonical exchange: one request to a model and its response, whatever the log was.

Field names follow OpenTelemetry GenAI and ECS where these have one.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

TIME: Final = pa.timestamp("us", tz="UTC")

EXCHANGE_SCHEMA: Final = pa.schema(
    [
        ("exchange_id", pa.string()),
        ("time", TIME),
        ("account_id", pa.string()),
        ("request_model", pa.string()),
        ("organization_id", pa.string()),
        ("credential_id", pa.string()),
        ("conversation_id", pa.string()),
        ("turn", pa.int32()),
        ("operation", pa.string()),
        ("system", pa.string()),
        ("prompt", pa.string()),
        ("input_role", pa.string()),
        ("input_images", pa.int32()),
        ("response", pa.string()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("reasoning_tokens", pa.int64()),
        ("cached_tokens", pa.int64()),
        ("temperature", pa.float64()),
        ("top_p", pa.float64()),
        ("max_tokens", pa.int64()),
        ("tools", pa.string()),
        ("stream", pa.bool_()),
        ("source_ip", pa.string()),
        ("user_agent", pa.string()),
        ("ja4", pa.string()),
        ("finish_reason", pa.string()),
        ("status", pa.int32()),
        ("latency_ms", pa.int64()),
    ]
)
"""Columns of a canonical exchange, in order; all but the first four may be null.

`turn` counts from 1. `prompt` is the text of the last user message only: earlier ones belong
to earlier turns. `input_role` is `user`, or `tool` where the request ends in a tool's result.
`operation` is `chat`, `text_completion`, `batch` or `embeddings`. `input_tokens` is the whole
input, cached part included; `cached_tokens` is the part of it that was read from a cache.
"""

REQUIRED: Final = ("exchange_id", "time", "account_id", "request_model")
"""Fields without which an exchange cannot be counted; a record that lacks one is rejected."""

LINKING_FIELDS: Final = (
    "organization_id",
    "credential_id",
    "conversation_id",
    "system",
    "prompt",
    "response",
    "temperature",
    "tools",
    "source_ip",
    "user_agent",
    "ja4",
)
"""Fields that can tie accounts together; a source says which of them it can never fill."""

LOCATED_SCHEMA: Final = EXCHANGE_SCHEMA.append(pa.field("source_file", pa.int32())).append(
    pa.field("source_row", pa.int64())
)
"""A canonical exchange with the place it was read from: index of the file in the run's list of
inputs, and its line (from 1) in a text format or row (from 1) in a columnar one."""
