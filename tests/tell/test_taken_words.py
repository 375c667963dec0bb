"""Every figure of what was taken says what it rests on, and none says more than it can."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gauger.model.taken import Growth, Richness, Taken
from gauger.tell.report import render_report
from gauger.tell.report.taken_words import (
    DOES_NOT_SAY,
    growth_words,
    price_words,
    source_words,
    tasks_words,
    unpriced_words,
)
from gauger.tell.taken_document import taken_document
from gauger.weigh.richness import Frequencies, richness

from .page_text import Page
from .sample import nothing_found, sample_findings, sample_run
from .sample_taken import dealt, sampled


def _of(*counts: tuple[int, int]) -> Richness:
    return richness(Frequencies.of(counts))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (_of(), "No exchange asked for a task."),
        (_of((1, 500)), "No task came twice, so the size of the source cannot be estimated."),
        (_of((1, 500), (2, 1)), "Only 1 of 502 samples asked for a task again: too few"),
        (_of((4, 500)), "Nearly every task came exactly 4 times, as a plan would send it."),
        (_of((2, 9), (3, 9), (4, 9)), "Every task came twice or more"),
        (_of((1, 40), (2, 20), (3, 9)), "The source holds at least 106 tasks (95% interval"),
    ],
)
def test_what_the_counts_can_carry_is_said(found: Richness, words: str) -> None:
    assert words in source_words(found)


def test_a_plan_is_no_size_in_the_table() -> None:
    network = sample_findings().networks[1]
    planned = replace(sampled(), richness=_of((4, 500)), capabilities=())
    html = render_report(
        replace(sample_findings(), networks=(replace(network, taken=planned),)), sample_run()
    )
    assert "all\n5,204\n1.04 million\n500\n4\n100%\n—\n" in Page(html).text


def test_the_document_holds_a_basis_or_a_statement_for_every_estimate() -> None:
    for taken in (dealt(), sampled()):
        document = taken_document(taken)
        for name in ("tokens", "tasks", "source", "list_price"):
            assert document[name]["basis"], name
        for part in (document["source"], document["breadth"], document["growth"]):
            assert part["statement"].endswith(".")
        assert all(each["statement"] for each in document["capabilities"])
        assert document["does_not_say"] == list(DOES_NOT_SAY)
        assert any("lower bound" in each for each in document["does_not_say"])
        assert any("not distinct skills" in each for each in document["does_not_say"])
        json.dumps(document, allow_nan=False)


def test_an_amount_is_given_with_file_digest_and_day_and_what_it_leaves_out() -> None:
    taken = dealt()
    assert taken.price is not None
    words = price_words(taken.price)
    assert "EUR 571.28" in words
    assert "1 June 2026 in `prices.toml` (SHA-256 3ab13ab13ab1…)" in words
    assert "12 exchanges lack a count of tokens" in words
    assert "40,000 cached input tokens are priced like any input" in words
    assert unpriced_words(taken.price) == (
        "Not in the sum: 2.21 million tokens of 1 model without a price."
    )
    document = taken_document(taken)["list_price"]
    assert (document["amount"], document["as_of"]) == (571.28, "2026-06-01")
    assert document["sha256"] == taken.price.basis.sha256
    assert [use["model"] for use in document["unpriced"]] == ["example-unknown"]


def test_no_price_list_is_said() -> None:
    assert "No price list was given" in price_words(None)
    assert taken_document(sampled())["list_price"] == {"amount": None, "basis": price_words(None)}


def test_models_without_a_price_are_named_up_to_a_number_and_then_counted() -> None:
    taken = dealt()
    assert taken.price is not None
    use = taken.price.unpriced[0]
    many = tuple(replace(use, model=f"<b>model-{n}") for n in range(11))
    network = replace(
        sample_findings().networks[0],
        taken=replace(taken, price=replace(taken.price, unpriced=many)),
    )
    html = render_report(replace(sample_findings(), networks=(network,)), sample_run())
    text = Page(html).text
    assert "<b>model-7" in text
    assert "<b>model-8" not in text
    assert "and 3 models more, in findings.json" in text


def test_tasks_name_what_was_no_sample() -> None:
    assert "17,540 samples, of 18,214 exchanges. No task came twice." in tasks_words(dealt())
    rarely = replace(sampled(), richness=_of((1, 8_000), (2, 1)), repeated=0.0001, across=0.0)
    assert "On average hardly more than one sample a task; under 0.1% of" in tasks_words(rarely)
    assert "none from two accounts" in tasks_words(rarely)
    assert "On average 1.81 samples a task; 36% of the tasks" in tasks_words(sampled())
    empty: Taken = replace(sampled(), richness=_of(), repeated=None, across=None)
    assert tasks_words(empty) == "No exchange asked for a task."


def test_growth_that_cannot_be_compared_is_not() -> None:
    said = growth_words(replace(dealt().growth, pace=None, since=None))
    assert said.startswith("Too few samples")
    nothing = Growth((), None, None, None, None, None)
    assert growth_words(nothing) == "No exchange asked for a task."


def test_a_report_without_networks_says_nothing_of_what_was_taken() -> None:
    assert "What was taken" not in Page(render_report(nothing_found(), sample_run())).text
