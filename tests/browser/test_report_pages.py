"""The pages as a person meets them: by mouse, by keyboard, by touch, in the dark and on paper."""

import pytest

WIDE = {"viewport": {"width": 1280, "height": 900}}
NARROW = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
DARK = {**WIDE, "color_scheme": "dark"}
PAGES = ("hard.html", "kind.html", "short.html", "hostile.html", "index.html")


def lit(page):
    return page.locator("a.ev:not(.off)").count()


def shown(page, stance):
    return page.locator(f".passage.{stance}:visible").count()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_leaves_the_page_and_nothing_goes_wrong_in_it(seen, folder, name):
    page = seen.open(folder / name)
    page.wait_for_load_state("networkidle")
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in seen.requests if url.startswith("file:")]) == 1
    assert seen.complaints == []


@pytest.mark.parametrize("seen", [WIDE, NARROW, DARK], ids=["wide", "narrow", "dark"], indirect=True)
@pytest.mark.parametrize("name", ["short.html", "hostile.html", "index.html"])  # axe takes half a minute for a long one
def test_no_serious_barrier(seen, folder, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = seen.open(folder / name)
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true; }")
    found = axe.Axe().run(page).response["violations"]
    grave = [
        (one["id"], node["html"][:120], node["failureSummary"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:2]
    ]
    assert grave == []


@pytest.mark.parametrize("seen", [WIDE, NARROW], ids=["wide", "narrow"], indirect=True)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_never_scrolls_sideways(seen, folder, name):
    page = seen.open(folder / name)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_signal_is_filtered_out_and_comes_back(seen, folder):
    page = seen.open(folder / "hard.html")
    every = lit(page)
    box = page.locator("input[name=signal][value=sanction]")
    box.uncheck()
    assert 0 < lit(page) < every
    assert page.locator("a.ev[data-s=sanction].off").first.get_attribute("tabindex") == "-1"
    assert f"{lit(page)} of {every} highlights shown" in page.locator("#status").inner_text()
    assert page.locator("input[name=pole][value=transactional]").evaluate("box => box.indeterminate")
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function(f"document.querySelectorAll('a.ev:not(.off)').length === {every}")


def test_a_pole_is_filtered_out(seen, folder):
    page = seen.open(folder / "kind.html")
    page.locator("input[name=pole][value=transactional]").uncheck()
    assert page.locator("a.ev.transactional:not(.off)").count() == 0
    assert page.locator("a.ev.kind:not(.off)").count() > 0


def test_a_stance_is_filtered_out(seen, folder):
    page = seen.open(folder / "kind.html")
    assert shown(page, "neutral") > 0
    page.locator("input[name=stance][value=neutral]").uncheck()
    assert shown(page, "neutral") == 0 and shown(page, "kind") > 0


def test_only_passages_with_a_highlight(seen, folder):
    page = seen.open(folder / "kind.html")
    page.locator("input[name=only]").check()
    assert page.locator(".passage:visible").count() == page.locator(".passage:visible:has(a.ev)").count() > 0


def test_the_keyboard_reaches_a_highlight_and_hears_about_it(seen, folder):
    page = seen.open(folder / "hard.html")
    card = page.locator("#card")
    page.locator("#filters button").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.ev')")
    assert card.is_visible()
    for words in ("Asserts", "Who acts", "Effect", "Advice"):
        assert words in card.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "card"
    page.keyboard.press("Escape")
    assert not card.is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')").startswith("d-")
    page.keyboard.press("Enter")
    assert page.url.endswith("#n1")
    assert page.locator("#n1").is_visible()


def test_the_mouse_shows_a_card_that_it_can_enter(seen, folder):
    page = seen.open(folder / "hard.html")
    mark = page.locator("a.ev").first
    mark.hover()
    card = page.locator("#card")
    card.wait_for(state="visible")
    card.hover()
    page.wait_for_timeout(400)
    assert card.is_visible()
    page.mouse.move(5, 5)
    card.wait_for(state="hidden")


@pytest.mark.parametrize("seen", [NARROW], indirect=True)
def test_a_tap_shows_the_card_and_stays(seen, folder):
    page = seen.open(folder / "hard.html")
    before = page.url
    page.locator("a.ev").first.tap()
    page.locator("#card").wait_for(state="visible")
    assert page.url == before
    box = page.locator("#card").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_a_link_from_the_top_leads_to_its_passage_even_if_filtered_away(seen, folder):
    page = seen.open(folder / "hard.html")
    page.locator("input[name=stance][value=transactional]").uncheck()
    page.locator(".changes blockquote a").first.click()
    target = page.locator(page.evaluate("location.hash"))
    target.wait_for(state="visible")


def test_paper_has_the_evidence_and_no_filters(seen, folder):
    page = seen.open(folder / "hard.html")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("#filters").is_visible() and not page.locator("nav").is_visible()
    assert page.locator("#n1").is_visible()


def test_the_text_can_be_read_without_script(browser, folder):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "hard.html").as_uri())
    assert page.locator(".passage").first.is_visible() and not page.locator("#filters").is_visible()
    context.close()


def test_the_index_sorts_by_a_heading(seen, folder):
    page = seen.open(folder / "index.html")
    head = page.locator("th[data-type=number]").first
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    scores = page.locator("tbody tr td:nth-of-type(1)").evaluate_all("cells => cells.map(c => +c.dataset.v)")
    assert scores == sorted(scores, reverse=True)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
