"""The report in a real browser, opened from a file with no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gauger.tell.report import write_report

from .sample import large_findings, nothing_found, sample_findings, sample_run
from .strategies import HOSTILE


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for name, found in (
        ("sample", sample_findings()),
        ("nothing", nothing_found()),
        ("large", large_findings()),
    ):
        write_report(found, folder / f"{name}.html", sample_run())
    return folder


class Opened:
    """Opens a report and remembers everything it complained of or asked the network for."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.context = browser.new_context(offline=True)
        self.folder = folder
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def page(self, name: str, width: int = 1280) -> Page:
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.goto((self.folder / f"{name}.html").as_uri())
        return page


@pytest.fixture
def opened(browser: Browser, reports: Path) -> Iterator[Opened]:
    each = Opened(browser, reports)
    yield each
    assert each.complaints == []
    assert all(url.startswith("file:") for url in each.requests)
    each.context.close()


@pytest.mark.parametrize("name", ["sample", "nothing", "large"])
@pytest.mark.parametrize("width", [1280, 768, 390])
def test_the_page_never_scrolls_sideways(opened: Opened, name: str, width: int) -> None:
    page = opened.page(name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_theme_can_be_chosen_and_is_kept(opened: Opened) -> None:
    page = opened.page("sample")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    dark = page.evaluate(ground)
    assert dark != light
    # What a page keeps is on its way to the browser for a moment, and a reload may overtake it.
    for _ in range(50):
        page.reload()
        if page.evaluate(ground) == dark:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(ground) == dark
    page.click("#theme")
    assert page.evaluate(ground) == light


def test_the_member_table_filters_sorts_and_pages(opened: Opened) -> None:
    page = opened.page("large")
    part = page.locator("[data-members]").first
    rows = part.locator("tbody tr")
    assert rows.count() == 25
    assert "1 to 25 of 5,000" in part.locator(".status").inner_text()
    first = rows.first.inner_text()
    part.locator(".next").click()
    assert rows.first.inner_text() != first
    wanted = rows.first.locator(".id").inner_text()
    part.locator(".filter").fill(wanted.upper())
    assert rows.count() == 1
    assert rows.first.locator(".id").inner_text() == wanted
    part.locator(".filter").fill("no such account")
    assert "No account matches" in rows.first.inner_text()
    part.locator(".filter").fill("")
    part.locator("th[data-sort=lr] button").click()
    values = [float(text) for text in part.locator("tbody .lr").all_inner_texts()]
    assert values == sorted(values, reverse=True)
    part.locator("th[data-sort=lr] button").click()
    values = [float(text) for text in part.locator("tbody .lr").all_inner_texts()]
    assert values == sorted(values)


def test_accounts_are_sorted_by_how_surely_they_belong(opened: Opened) -> None:
    part = opened.page("sample").locator("[data-members]").first
    part.locator("th[data-sort=belonging] button").click()
    assert set(part.locator("tbody .surely").all_inner_texts()) == {"core"}
    part.locator("th[data-sort=belonging] button").click()
    assert set(part.locator("tbody .surely").all_inner_texts()[:5]) == {"likely"}
    part.locator("th[data-sort=marked] button").click()
    assert part.locator("tbody tr").first.locator("td:nth-child(4)").inner_text() == "31%"


def test_no_row_of_accounts_is_cut(opened: Opened) -> None:
    page = opened.page("sample")
    part = page.locator(".members-scroll").first
    assert part.evaluate("box => box.scrollHeight <= box.clientHeight + 1")


def test_paper_says_which_accounts_it_holds(opened: Opened) -> None:
    page = opened.page("large")
    words = page.locator(".still-status").first
    assert words.is_hidden()
    page.emulate_media(media="print")
    assert words.inner_text() == "Showing 1 to 25 of 5,000."


def test_script_and_server_lay_out_the_same_rows(browser: Browser, opened: Opened) -> None:
    scripted = opened.page("sample").locator("tbody tr:has(.dot-line)")
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto((opened.folder / "sample.html").as_uri())
    still = plain.locator("article").first.locator("tbody tr:has(.dot-line)")
    assert still.count() == 25
    assert still.all_inner_texts() == scripted.all_inner_texts()[:25]
    tips = "cells => cells.map(cell => cell.dataset.tip)"
    marked = still.locator("td:nth-child(4)").evaluate_all(tips)
    assert any("other people besides" in each for each in marked)
    assert scripted.locator("td:nth-child(4)").evaluate_all(tips)[:25] == marked
    context.close()


def test_a_chart_can_be_read_with_the_keyboard(opened: Opened) -> None:
    page = opened.page("sample")
    page.locator("svg.plot").first.focus()
    page.keyboard.press("ArrowRight")
    assert "22 April 2026" in page.locator("#tip").inner_text()
    page.keyboard.press("ArrowRight")
    assert "23 April 2026" in page.locator("#tip").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()


def test_pointing_at_a_thing_shows_who_shares_it(opened: Opened) -> None:
    page = opened.page("sample")
    page.locator(".things li").nth(3).hover()
    lit = page.locator("svg.sharing.lit .tie.on").count()
    assert 0 < lit < page.locator("svg.sharing").first.locator(".tie").count()


def test_account_ids_can_be_copied(opened: Opened) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened.page("sample")
    button = page.locator(".copy-accounts").first
    button.click()
    # The page's policy forbids evaluated strings, which waiting for a function would poll with.
    expect(page.locator(".copy-accounts").first).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").count("acct_") == 118


def test_hostile_names_stay_text(browser: Browser, tmp_path: Path) -> None:
    from dataclasses import replace

    found = sample_findings(len(HOSTILE))
    network = found.networks[0]
    members = tuple(
        replace(member, account_id=name, ties=(name,))
        for member, name in zip(network.members, HOSTILE, strict=True)
    )
    hostile = replace(network, members=members, network_id=HOSTILE[1], headline=HOSTILE[2])
    write_report(replace(found, networks=(hostile,)), tmp_path / "hostile.html", sample_run())
    each = Opened(browser, tmp_path)
    page = each.page("hostile")
    assert page.locator("tbody tr:has(.dot-line)").count() == len(HOSTILE)
    assert page.locator("img").count() == 0
    assert each.complaints == []
    each.context.close()
