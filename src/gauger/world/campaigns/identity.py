"""Axis `identity`: from one card and numbered e-mails to aged accounts bought one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gauger.world.people.persona import Record
from gauger.world.people.records import DAY, mailbox, one, token
from gauger.world.place.countries import by_code
from gauger.world.text import names


def records(
    level: int, rng: np.random.Generator, ordinary: list[Record], start: int, joins: list[float]
) -> list[Record]:
    """The accounts' records; `ordinary` are those of unrelated people, `joins` first days.

    0: one card, numbered e-mails, one batch; 1: few cards, e-mails numbered by batch, sign-ups
    in batches; 2: a card for each account, sign-ups over weeks; 3: aged accounts, as they are.
    """
    if level == 3:
        return ordinary
    many = len(ordinary)
    batches = 1 if level == 0 else 2 + many // 30
    cards = [token(rng, "pm_") for _ in range(1 if level == 0 else 2 + many // 25)]
    stems = [names.firm(rng) for _ in range(batches)]
    domains = (
        ["gmail.com"] if level == 0 else ["gmail.com", f"{names.firm(rng)}.com", "outlook.com"]
    )
    moments = np.sort(rng.uniform(3, 21, batches))
    plan = one(rng, ("payg", "plus", "team"))
    made: list[Record] = []
    for i, record in enumerate(ordinary):
        batch = i * batches // many
        if level == 2:
            before, card = rng.uniform(1, 56), token(rng, "pm_")
            # Bought or made one by one: nothing in the address says that others were as well.
            email = f"{mailbox(rng)}@{one(rng, by_code(record.country).mail)}"
        else:
            before, card = moments[batch] - 0.0015 * i * (1 + rng.random()), one(rng, cards)
            email = f"{stems[batch]}{i + 1:03d}@{domains[batch % len(domains)]}"
        joined = max(joins[i], 0.0)
        if joined > 0 and level < 2:
            before = 0.05 + 0.3 * rng.random()
        created = start + int((joined - before) * DAY)
        made.append(
            replace(
                record,
                created_at=created,
                email=email,
                payment=card,
                plan=plan if level < 2 else (record.plan if record.plan != "free" else "payg"),
                organization_id=None,
            )
        )
    return made
