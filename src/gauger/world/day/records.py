"""Turns a day's exchanges into canonical records: identifiers, tokens, parameters, places, faults.

Every column is filled by one rule for all accounts, so that no identifier, null or format can
tell a campaign from anyone else.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from scipy.special import ndtr

from gauger.model.exchange import EXCHANGE_SCHEMA, TIME
from gauger.world.day.rows import Rows
from gauger.world.day.texts import Said
from gauger.world.people.cast import Bools, Cast
from gauger.world.people.fitted import ANSWERS, PREAMBLE
from gauger.world.place.clients import AGENTS, CLIENTS, JA4
from gauger.world.place.models import NAMES, NEW, REASONS, SPEEDS
from gauger.world.text.lexicon import Floats, Ints, Texts

_FAULTS = np.array([429, 429, 429, 500, 529, 400], dtype=np.int32)
_STREAM = np.array([client.stream for client in CLIENTS])
_APP = np.array([client.family in {"browser", "phone"} for client in CLIENTS])
_SPEED = np.array(SPEEDS)
_REASONS = np.array(REASONS)


LENGTH_SPREAD: Final = 0.7
"""Spread of the log lengths that texts are written to."""
TOOL: Final = 240.0
"""Tokens of a tool's schema, of which logs hold the name."""
CACHED_FROM: Final = 1024
CACHE_BLOCK: Final = 128
"""Prefixes are cached from so many tokens on, in blocks; both figures are assumed."""


def _written(drawn: Floats, usual: Floats, tooled: Bools) -> Floats:
    """Tokens of answers: the longer the text, the more, by the law fitted to the kind of use.

    Who works with tools gets answers as coding requests do, mostly short and now and then long.
    """
    rank = ndtr((drawn - usual) / LENGTH_SPREAD)
    code, talk = ANSWERS["code"].beyond(rank), ANSWERS["conversation"].beyond(rank)
    tokens: Floats = np.exp(usual + np.where(tooled, code, talk))
    return tokens


def _ids(rng: np.random.Generator, prefix: str, n: int, size: int = 10) -> list[str]:
    text = rng.bytes(n * size).hex()
    step = 2 * size
    return [prefix + text[i : i + step] for i in range(0, n * step, step)]


def _lengths(texts: Texts) -> Floats:
    return np.array([len(text) if text else 0 for text in texts], dtype=np.float64)


def _earlier(rows: Rows, spent: Floats) -> Floats:
    """Tokens of the earlier turns of each conversation."""
    if not len(rows):
        return spent
    before = np.cumsum(spent) - spent
    earlier: Floats = before - before[rows.opening()]
    return earlier


def _places(rng: np.random.Generator, cast: Cast, rows: Rows) -> Ints:
    """The index of each exchange's address in the book; one place for each session."""
    sessions = int(rows.session[-1]) + 1 if len(rows) else 0
    who, day = rows.account, np.floor(rows.moment)
    u, away = rng.random(sessions)[rows.session], rng.random(sessions)[rows.session]
    turn = np.floor(day / cast.period[who] + cast.phase[who] * 8).astype(np.int64)
    home = cast.home[who] + turn % cast.home_count[who]
    opened = np.floor(day / cast.away_period[who]).astype(np.int64) * cast.away_window[who]
    offset = (opened + (u * cast.away_window[who]).astype(np.int64)) % cast.away_count[who]
    chosen: Ints = np.where(away < cast.away_share[who], cast.away[who] + offset, home)
    return chosen


def _clients(rng: np.random.Generator, cast: Cast, rows: Rows) -> Ints:
    sessions = int(rows.session[-1]) + 1 if len(rows) else 0
    return cast.clients.pick(rows.account, rng.random(sessions)[rows.session] ** 1.6)


def _shown(values: Ints | Floats, keep: Bools, kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind, mask=~keep, from_pandas=False)


def tabulate(
    rng: np.random.Generator,
    cast: Cast,
    rows: Rows,
    said: Said,
    usual: Floats,
    book: pa.Array,
    credentials: list[tuple[str, ...]],
    start: int,
) -> pa.Table:
    """A day's exchanges as a canonical table, in no particular order.

    `usual` is the log tokens of an answer that each row's account or operator usually gets.
    """
    n, who = len(rows), rows.account
    client = _clients(rng, cast, rows)
    app = _APP[client]
    loyal = rng.random(n) < cast.loyalty[who]
    chosen = np.where(rows.moment >= cast.adopts[who], NEW, cast.model[who])
    model = np.where(loyal, chosen, cast.other_model[who])
    drawn = _FAULTS[rng.integers(0, len(_FAULTS), n)]
    status = np.where(rng.random(n) < 0.011, drawn, 200).astype(np.int32)
    well = status == 200
    wide = np.array([4.0 if text.isascii() else 1.7 for text in said.prompt])
    asked = _lengths(said.prompt) / wide + 3.0
    named = np.array([0 if text is None else text.count('"') // 2 for text in said.tools])
    always = _lengths(said.system) / 4.0 + TOOL * named + np.where(app, PREAMBLE, 0.0)
    written = np.maximum(_written(said.output, usual, named > 0), _lengths(said.response) / 5.0)
    limit = cast.max_tokens[who]
    cut = (limit > 0) & ~app & (written > limit)
    written = np.where(cut, limit, np.maximum(written, 1.0))
    thought = rng.random(n) < 0.9 * _REASONS[model]
    reasoning = np.where(thought, np.exp(6.0 + 0.8 * rng.standard_normal(n)), 0.0)
    history = _earlier(rows, np.where(well, asked + written, asked))
    prefix = always + history
    whole = asked + prefix
    kept_ready = (prefix >= CACHED_FROM) & (rng.random(n) < 0.7)
    cached = np.where(kept_ready, np.floor(prefix / CACHE_BLOCK) * CACHE_BLOCK, 0.0)
    output = np.where(well, written + reasoning, 0.0)
    spoke = rng.lognormal(-0.6, 0.45, n) + output / (_SPEED[model] * rng.lognormal(0, 0.18, n))
    operation = np.where(app, "chat", cast.operation[who])
    conversation = pa.array(_ids(rng, "conv_", n, 8))
    opening = rows.opening() if n else np.zeros(0, dtype=np.int64)
    kept = rows.many | app
    finish = np.where(
        cut,
        "length",
        np.where(said.tools.astype(bool) & (rng.random(n) < 0.6), "tool_calls", "stop"),
    )
    keys = [
        options[0]
        if len(options) == 1 or u < 0.7
        else options[1 + int((u - 0.7) / 0.3001 * (len(options) - 1))]
        for options, u in zip(
            (credentials[i] for i in who.tolist()), rng.random(n).tolist(), strict=True
        )
    ]
    turn = np.where(kept, np.where(rows.many, rows.step, 0) + 1, 1)
    columns = {
        "exchange_id": pa.array(_ids(rng, "ex_", n)),
        "time": pa.array(start + (rows.moment * 86_400e6).astype(np.int64), TIME),
        "account_id": cast.ids.take(pa.array(who)),
        "request_model": pa.array(NAMES).take(pa.array(model)),
        "organization_id": cast.organizations.take(pa.array(who)),
        "credential_id": pa.array(keys, pa.string()),
        "conversation_id": conversation.take(pa.array(opening, mask=~kept)),
        "turn": pa.array(turn, pa.int32()),
        "operation": pa.array(operation.tolist(), pa.string()),
        "system": pa.array(said.system.tolist(), pa.string()),
        "prompt": pa.array(said.prompt.tolist(), pa.string()),
        "input_role": pa.array(np.where(said.tool, "tool", "user").tolist(), pa.string()),
        "input_images": pa.array(
            (app & (rng.random(n) < cast.images[who])).astype(np.int32), pa.int32()
        ),
        "response": pa.array(said.response.tolist(), pa.string(), mask=~well),
        "input_tokens": pa.array(whole.astype(np.int64)),
        "output_tokens": pa.array(output.astype(np.int64)),
        "reasoning_tokens": pa.array(np.where(well, reasoning, 0.0).astype(np.int64)),
        "cached_tokens": pa.array(np.minimum(cached, whole).astype(np.int64)),
        "temperature": _shown(
            cast.temperature[who], ~np.isnan(cast.temperature[who]) & ~app, pa.float64()
        ),
        "top_p": _shown(cast.top_p[who], ~np.isnan(cast.top_p[who]) & ~app, pa.float64()),
        "max_tokens": _shown(limit, (limit > 0) & ~app, pa.int64()),
        "tools": pa.array(said.tools.tolist(), pa.string()),
        "stream": pa.array((rng.random(n) < _STREAM[client]) & (operation != "batch")),
        "source_ip": book.take(pa.array(_places(rng, cast, rows))),
        "user_agent": pa.array(AGENTS).take(pa.array(client)),
        "ja4": pa.array(JA4).take(pa.array(client)),
        "finish_reason": pa.array(finish.tolist(), pa.string(), mask=~well),
        "status": pa.array(status),
        "latency_ms": pa.array((spoke * 1000 * np.where(well, 1.0, 0.1)).astype(np.int64)),
    }
    return pa.table(columns, schema=EXCHANGE_SCHEMA)
