"""What was taken in plain words: each figure with what it rests on and what it cannot say."""

from __future__ import annotations

from typing import Final

from gauger.find.profiles.prompts import MIN_ITEM_TOKENS
from gauger.model.prices import ListPrice
from gauger.model.taken import Breadth, Growth, Pace, Richness, Taken, Tokens
from gauger.tell.report.wording import amount, day, moment, plural, share, short

DOES_NOT_SAY: Final = (
    "It is a lower bound on what the operator took: an account of the operator that was not found "
    "is not counted.",
    "It counts all that these accounts sent, whatever it was for: traffic for other purposes on "
    "the same accounts is in it.",
    "Distinct prompts are not distinct skills: one task in other words counts twice, and a "
    "thousand prompts may ask for one skill.",
    "It does not say that the answers were kept or used.",
)

TASKS_BASIS: Final = (
    f"Counted from keyed fingerprints. A task is a distinct prompt of {MIN_ITEM_TOKENS} words or "
    "more; a sample is an exchange that asked for one and was not refused. A step that carries a "
    "tool's result back is no sample, nor is a shorter prompt."
)
SOURCE_BASIS: Final = (
    "Coverage is the Good-Turing estimate, 1 − once / samples (Good 1953); the size is the Chao1 "
    "lower bound from the tasks that came once and twice (Chao 1984). Both take the samples to be "
    "drawn at random from one source, which a dataset worked through in order is not."
)
NO_PRICES: Final = "No price list was given (`--prices`), so no price is stated."

_PACE: Final = {
    Pace.GROWING: "Still growing",
    Pace.SLOWING: "Slowing down",
    Pace.FLAT: "Hardly growing any more",
}


def tokens_words(taken: Taken) -> str:
    """The sums, and how many exchanges they rest on."""
    kinds = (
        ("input", taken.input_tokens),
        ("output", taken.output_tokens),
        ("reasoning", taken.reasoning_tokens),
    )
    said = [_tokens(name, tokens, taken.exchanges) for name, tokens in kinds]
    refused = (
        f" {plural(taken.refused, 'exchange was', 'exchanges were')} refused, and gave nothing."
        if taken.refused
        else ""
    )
    return f"Counted from the records: {'; '.join(said)}.{refused}"


def _tokens(name: str, tokens: Tokens, exchanges: int) -> str:
    if tokens.total is None:
        return f"{name} tokens are not known, since no exchange states them"
    said = f"{short(tokens.total)} {name} tokens"
    if tokens.stated_by == exchanges:
        return f"{said}, stated by every exchange"
    return f"{said}, stated by {short(tokens.stated_by)} of {plural(exchanges, 'exchange')}"


def tasks_words(taken: Taken) -> str:
    """How many distinct tasks, and how often they were sampled."""
    found = taken.richness
    if not found.tasks:
        return "No exchange asked for a task."
    said = (
        f"{plural(found.tasks, 'distinct task')} in {plural(found.samples, 'sample')}, of "
        f"{plural(taken.exchanges, 'exchange')}."
    )
    if found.tasks == found.samples:
        return f"{said} No task came twice."
    each = amount(found.samples / found.tasks)
    often = "hardly more than one sample" if each == "1" else f"{each} samples"
    return (
        f"{said} On average {often} a task; "
        f"{_part(taken.repeated)} of the tasks came more than once, {_part(taken.across)} from "
        "two accounts or more."
    )


def _part(part: float | None) -> str:
    return share(part) if part else "none"


def source_words(found: Richness) -> str:
    """What the estimates say of one source of tasks, or why they say nothing."""
    if not found.samples:
        return "No exchange asked for a task."
    if found.coverage is None or found.samples == found.tasks:
        return "No task came twice, so the size of the source cannot be estimated."
    if found.at_least is None:
        return (
            f"Only {short(found.samples - found.tasks)} of {plural(found.samples, 'sample')} asked "
            "for a task again: too few to estimate the size of the source."
        )
    again = (
        f"One more sample would ask for a task that was taken already with a chance of "
        f"{share(found.coverage)}"
    )
    if found.planned is not None:
        return (
            f"Nearly every task came exactly {short(found.planned)} times, as a plan would send "
            f"it. {again}; that says how far the plan has come, not how large the source is."
        )
    if found.once == 0:
        return f"Every task came twice or more: by this measure all {short(found.tasks)} are taken."
    size = f"The source holds at least {short(round(found.at_least))} tasks{_interval(found)}."
    return f"{again}. {size}"


def _interval(found: Richness) -> str:
    if found.lower is None or found.upper is None:
        return ""
    return f" (95% interval {short(round(found.lower))} to {short(round(found.upper))})"


def breadth_words(breadth: Breadth) -> str:
    """How many capabilities, and over how many the exchanges really spread."""
    known = f"the {breadth.known} capabilities that gauger tells apart by their words"
    if breadth.effective is None:
        return f"No exchange shows any of {known}."
    return (
        f"{breadth.covered} of {known}. The exchanges spread over them as over "
        f"{breadth.effective:.1f} in equal shares (exp of the Shannon entropy, Hill 1973). "
        "Exchanges that show none of them are left out."
    )


def growth_words(growth: Growth) -> str:
    """Whether unseen tasks keep coming."""
    if growth.pace is None or growth.since is None:
        return (
            "Too few samples, or too close together, to compare the end with what came before."
            if growth.daily
            else "No exchange asked for a task."
        )
    return (
        f"{_PACE[growth.pace]}: of the last {share(growth.share or 0.0)} of the samples, sent "
        f"since {moment(growth.since)}, {share(growth.fresh_last or 0.0)} asked for a task that "
        f"had not been sent before; of those before, {share(growth.fresh_before or 0.0)}."
    )


def price_words(price: ListPrice | None) -> str:
    """The amount, and what it rests on."""
    if price is None:
        return NO_PRICES
    basis = price.basis
    uncounted = sum(each.use.uncounted for each in price.priced)
    at_full = sum(
        each.use.cached_tokens for each in price.priced if each.price.cached_input is None
    )
    said = [
        f"{price_of(price)}: the tokens that answered exchanges state, at the prices of "
        f"{day(basis.as_of)} in `{basis.file}` (SHA-256 {basis.sha256[:12]}…). No discount, tier "
        "or batch rate is applied.",
    ]
    if uncounted:
        said.append(
            f"{plural(uncounted, 'exchange lacks', 'exchanges lack')} a count of tokens, and "
            "what is not stated is not priced."
        )
    if at_full:
        said.append(
            f"{short(at_full)} cached input tokens are priced like any input, since the list has "
            "no price for them."
        )
    return " ".join(said)


def unpriced_words(price: ListPrice) -> str:
    """What the list has no price for; empty where it has one for every model."""
    if not price.unpriced:
        return ""
    tokens = sum(use.input_tokens + use.output_tokens for use in price.unpriced)
    models = plural(len(price.unpriced), "model")
    return f"Not in the sum: {short(tokens)} tokens of {models} without a price."


def price_of(price: ListPrice) -> str:
    """`EUR 1,234.56`, in fewer digits where nobody would look for the last ones."""
    large = price.amount >= 10_000
    written = short(round(price.amount)) if large else f"{price.amount:,.2f}"
    return f"{price.basis.currency} {written}"
