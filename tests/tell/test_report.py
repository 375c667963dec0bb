"""What the report says, what it never says, and that nothing in it comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from gauger.model.evidence import (
    Bridge,
    LayerEvidence,
    LogLR,
    Robustness,
    Verdict,
    Weighed,
)
from gauger.model.finding import Belonging, Findings
from gauger.tell.calibration_words import CLLR, UNCALIBRATED, population_words
from gauger.tell.report import InputFile, render_report, write_report

from .page_text import Page
from .sample import CALIBRATION, large_findings, nothing_found, sample_findings, sample_run
from .strategies import HOSTILE
from .strategies import findings as any_findings

EMBEDDED = 1
SCRIPTS = 2


def sections(page: Page) -> int:
    return page.count("article")


def test_the_visible_text_is_as_agreed(golden: Callable[[str, str], None]) -> None:
    golden("report.txt", Page(render_report(sample_findings(14), sample_run())).text)


def test_a_calm_page_where_nothing_was_found(golden: Callable[[str, str], None]) -> None:
    text = Page(render_report(nothing_found(), sample_run())).text
    golden("nothing_found.txt", text)
    assert "No network established" in text
    assert "Absence of a finding is not proof of absence." in text


def test_the_top_says_measured_found_not_established_in_that_order() -> None:
    text = Page(render_report(sample_findings(), sample_run())).text
    places = [text.index(f"\n{title}\n") for title in ("Measured", "Found", "Not established")]
    assert places == sorted(places)


@pytest.mark.parametrize("found", [sample_findings(), nothing_found()], ids=["found", "nothing"])
def test_the_calibration_is_stated_and_no_posterior_is(found: Findings) -> None:
    text = Page(render_report(found, sample_run())).text
    assert "“shipped”, version 1" in text
    assert "Cllr 0.052" in text
    assert CLLR in text
    assert "uncalibrated" not in text.lower()
    assert not re.search(r"guilt|posterior probability|\d% (likely|probable|certain)", text)


def test_findings_without_a_calibration_are_marked_at_every_lr() -> None:
    found = sample_findings()
    text = Page(render_report(replace(found, calibration=None), sample_run())).text
    assert UNCALIBRATED in text
    withheld = replace(CALIBRATION, withheld=True)
    held = Page(render_report(replace(found, calibration=withheld), sample_run())).text
    assert "Uncalibrated: the calibration is withheld" in held
    assert "so nothing is established" in held
    for each in (text, held):
        # The list of networks, and of each its claims, layers, accounts and so on.
        assert each.count("uncalibrated") > 4 * len(found.networks)


def test_a_withheld_calibration_says_why_nothing_is_found() -> None:
    found = nothing_found()
    assert "No group of accounts stands out" in Page(render_report(found, sample_run())).text
    held = replace(found, calibration=replace(CALIBRATION, withheld=True))
    text = Page(render_report(held, sample_run())).text
    assert "No group of accounts stands out" not in text
    assert "the calibration does not fit this population" in text


def test_what_lies_outside_of_the_calibration_is_said_once() -> None:
    found = sample_findings()
    said = population_words(CALIBRATION)
    assert "“alike in pause”, “shared client”" in said
    noted = replace(found, notes=(*found.notes, said))
    assert Page(render_report(noted, sample_run())).text.count(said) == 1


def test_bounds_are_explained_where_there_are_some() -> None:
    found = sample_findings()
    network = found.networks[0]
    alone = replace(found, networks=(network,))
    text = Page(render_report(alone, sample_run())).text
    assert "when any one layer is left out" in text
    assert "no margin of error" in text
    flat = LogLR(2.0, 2.0, 2.0)
    claims = {
        "coordinated": replace(network.coordinated, lr=flat),
        "extraction": replace(network.extraction, lr=flat),
    }
    bare = replace(found, networks=(replace(network, **claims),))
    text = Page(render_report(bare, sample_run())).text
    assert "when any one layer is left out" not in text
    assert "no margin of error" not in text
    unknown = Page(render_report(replace(alone, calibration=None), sample_run())).text
    assert "when any one layer is left out" not in unknown


def test_what_is_left_without_a_layer_is_told_from_too_little() -> None:
    found = sample_findings()
    network = found.networks[0]

    def told(robust: Robustness | None) -> str:
        changed = replace(found, networks=(replace(network, robustness=robust),))
        return Page(render_report(changed, sample_run())).text

    assert "How firm this is" not in told(None)
    assert "too little" not in told(network.robustness)
    thin = Robustness((("content", 0.4), ("timing", 2.0)), Bridge(12, 80, 1.96, ("content",)), ())
    text = told(thin)
    assert "without content\n+0.4\ntoo little\nwithout timing\n+2.0\n" in text
    assert (
        "A part of 12 accounts holds to the other 80 mostly by content; median log10 LR of its "
        "accounts for belonging there: +1.9."
    ) in text
    assert "do not come apart into parts" in told(replace(thin, bridge=None))


def test_accounts_are_told_apart_by_how_surely_they_belong() -> None:
    found = sample_findings()
    members = found.networks[0].members
    surely = (Belonging.CORE, Belonging.LIKELY, Belonging.LIKELY)
    three = tuple(
        replace(member, belonging=each, marked=part)
        for member, each, part in zip(members[:3], surely, (1.0, 0.32, None), strict=True)
    )
    network = replace(found.networks[0], members=three)
    html = render_report(replace(found, networks=(network,)), sample_run())
    text = Page(html).text
    assert "1 core, 2 likely" in text
    assert "For 1 of 3 accounts that is less than half" in text
    besides = "32% of its exchanges carry what marks the network: it may serve other people besides"
    assert f'data-tip="{besides}"' in html


def test_nobody_of_whom_one_cannot_tell_is_accused() -> None:
    found = sample_findings()
    members = found.networks[0].members[:4]
    doubtful = replace(members[0], account_id="perhaps-me", belonging=Belonging.CANNOT_TELL)
    network = replace(found.networks[0], members=(doubtful, *members[1:]), undecided=())
    html = render_report(replace(found, networks=(network,)), sample_run())
    page = Page(html)
    before, after = page.text.split("1 account of which one cannot tell")
    assert "perhaps-me" not in before
    assert "It is not accused" in after.split("perhaps-me")[0]
    data = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html)
    assert data is not None
    assert "perhaps-me" not in data[1]


def test_many_of_whom_one_cannot_tell_are_counted() -> None:
    found = sample_findings()
    many = tuple(replace(found.networks[0].members[0], account_id=f"o{n}") for n in range(450))
    network = replace(found.networks[0], undecided=many)
    text = Page(render_report(replace(found, networks=(network,)), sample_run())).text
    assert "450 accounts of which one cannot tell" in text
    assert "250 more in findings.json." in text.replace("\n", " ")


def test_an_lr_at_its_bound_is_said_once() -> None:
    found = sample_findings()
    members = found.networks[0].members
    capped = tuple(replace(member, lr=LogLR(3.2, 3.2, 3.2)) for member in members)
    network = replace(found.networks[0], members=capped)
    text = Page(render_report(replace(found, networks=(network,)), sample_run())).text
    assert "+3.2\nat the bound" in text
    assert "+3.2 to +3.2" not in text
    assert "as far as comparison with the accounts outside can carry it" in text
    assert "at the bound" not in Page(render_report(found, sample_run())).text.lower()


def test_alikeness_above_1_is_not_shown() -> None:
    found = sample_findings()
    layer = LayerEvidence(
        "timing",
        LogLR(2, 1, 2),
        "All accounts keep the same hours.",
        (Weighed("alike in hour", "hours", 1.234, 0.5, 0.7, 0.9, 0.01, 100),),
    )
    network = replace(found.networks[0], layers=(layer,))
    html = render_report(replace(found, networks=(network,)), sample_run())
    assert "1.23" not in html


def test_permitted_networks_stand_apart_and_accuse_nobody() -> None:
    text = Page(render_report(sample_findings(), sample_run())).text
    assert "One extraction network established" in text
    assert text.index("net-b07c3e") < text.index("nothing is alleged") < text.rindex("net-19d8aa")
    alone = replace(
        sample_findings(),
        networks=tuple(
            network
            for network in sample_findings().networks
            if network.verdict is Verdict.PERMITTED
        ),
    )
    assert "No network established" in Page(render_report(alone, sample_run())).text


@pytest.mark.parametrize("make", [sample_findings, nothing_found, large_findings])
def test_nothing_is_fetched_from_anywhere(make: Callable[[], Findings]) -> None:
    html = render_report(make(), sample_run())
    for tag, attributes in Page(html).elements:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            reference = attributes.get(name) or "#"
            assert reference.startswith("#"), f"<{tag} {name}={reference!r}>"
    assert not re.search(r"https?://|@import|url\((?!#)", html)


@settings(deadline=None, max_examples=60)
@given(any_findings)
def test_any_findings_make_a_page_that_runs_only_our_scripts(found: Findings) -> None:
    page = Page(render_report(found, sample_run()))
    assert page.count("script") == SCRIPTS + EMBEDDED * sections(page)
    assert page.count("img") == 0
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_account_cannot_write_markup_or_hide(hostile: str, tmp_path: Path) -> None:
    found = sample_findings()
    member = replace(found.networks[0].members[0], account_id=hostile, ties=(hostile,))
    network = replace(
        found.networks[0],
        network_id=hostile,
        headline=hostile,
        members=(member, *found.networks[0].members[1:]),
    )
    run = replace(sample_run(), inputs=(InputFile(hostile, hostile, 1, None),))
    write_report(replace(found, networks=(network,)), tmp_path / "report.html", run)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(html)
    assert page.count("script") == SCRIPTS + EMBEDDED
    assert "\u202e" not in html
    assert "\u0007" not in html


def test_twenty_five_thousand_accounts_fit(tmp_path: Path) -> None:
    found = large_findings()
    write_report(found, tmp_path / "report.html", sample_run())
    assert (tmp_path / "report.html").stat().st_size < 6_000_000
    text = Page((tmp_path / "report.html").read_text(encoding="utf-8")).text
    assert "all 8,333 are in members.parquet" in text


def test_many_networks_are_counted_where_they_are_not_shown() -> None:
    found = sample_findings(3)
    many = tuple(
        replace(found.networks[index % 3], network_id=f"net-{index}") for index in range(1_500)
    )
    html = render_report(replace(found, networks=many), sample_run())
    page = Page(html)
    assert sections(page) == 40
    assert "600 more in findings.json." in page.text.replace("\n", " ")
    assert len(html) < 6_000_000


def test_the_same_findings_give_the_same_page() -> None:
    pages = {render_report(sample_findings(), sample_run()) for _ in range(2)}
    assert len(pages) == 1
