"""A browser for the tests of the pages, and pages to open in it; without either they are skipped, with the reason."""

import shutil
from pathlib import Path

import pytest
from trained import SAMPLES, small_model

from kindtext.lexicon import load_lexicon
from kindtext.readers import read_all
from kindtext.report.html import document_html, entry, index_html
from kindtext.scoring import score

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
SHOWN = {"hard": "01-price-only-cleaning-itt.pdf", "kind": "02-codesigned-home-care.docx", "short": "08-notices.jsonl"}


class Seen:
    """A page in the browser, and what it asked for and complained of."""

    def __init__(self, page):
        self.page = page
        self.requests = []
        self.complaints = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path):
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed; pip install 'kindtext[dev]' brings it"
    )
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"no browser of the Chromium family is here ({', '.join(BROWSERS)}); install one to run this")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=program)
        yield opened
        opened.close()


@pytest.fixture
def seen(browser, request):
    """A fresh page; parametrize it indirectly with the options of a browser context."""
    context = browser.new_context(**getattr(request, "param", {"viewport": {"width": 1280, "height": 900}}))
    yield Seen(context.new_page())
    context.close()


@pytest.fixture(scope="session")
def folder(browser, tmp_path_factory) -> Path:
    """Pages of three samples and one hostile text, with their index."""
    folder = tmp_path_factory.mktemp("pages")
    entries = []
    for name, sample in SHOWN.items():
        document = next(iter(read_all(SAMPLES / sample)))
        result = score(document, model=small_model())
        page = document_html(result, load_lexicon(), document, index="index.html")
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        entries.append(entry(result, f"{name}.html"))
    hostile = (
        "<img src=https://example.org/x onerror=alert(1)><script>alert(1)</script> Late tenders will be rejected. " * 4
    )
    result = score(hostile, model=small_model())
    (folder / "hostile.html").write_text(document_html(result, load_lexicon()), encoding="utf-8")
    (folder / "index.html").write_text(index_html(entries), encoding="utf-8")
    return folder
