"""The site is whole: every link leads somewhere, nothing comes from elsewhere, nothing of the package is missing."""

import re
from importlib import import_module
from pathlib import Path
from pydoc import locate
from urllib.parse import unquote, urlsplit

import pytest
import typer
from sphinx.util.inventory import InventoryFile

import inkdigits
from inkdigits.cli.app import app

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
CSS_URL = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")


def commands(command, path=("inkdigits",)):
    """(words, command) of the application, its verbs and theirs."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*path, name))


def test_every_page_and_notebook_is_there(site, pages):
    found = {"docs": "**/*.md", "notebooks": "*.ipynb", "benchmarks": "*.md"}
    sources = [source for folder, pattern in found.items() for source in (ROOT / folder).glob(pattern)]
    assert len(sources) > 20
    for source in sources:
        assert site / source.relative_to(ROOT).with_suffix(".html") in pages


def test_links_within_the_site_lead_somewhere(site, pages):
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                assert parts.scheme in ("http", "https"), link
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else set()
            if not target.exists() or (parts.fragment and unquote(parts.fragment) not in anchors):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site, pages):
    for path, page in pages.items():
        for source in page.loaded:
            if not source.startswith("data:"):
                assert not urlsplit(source).netloc, f"{path}: {source}"
                assert (path.parent / unquote(urlsplit(source).path)).exists(), f"{path}: {source}"
    sheets = list(site.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        for found in CSS_URL.findall(sheet.read_text(encoding="utf-8")):
            assert not urlsplit("".join(found)).netloc, f"{sheet}: {found}"


def test_a_browser_asks_nobody(site):
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    asked = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        page.wait_for_url("**/docs/index.html")  # the folder's page leads to the documents
        page.goto((site / "notebooks" / "train-cnn-dropout.html").as_uri())
        page.goto((site / "search.html").as_uri() + "?q=temperature")
        page.wait_for_selector("#search-results li")
        browser.close()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_every_verb_and_option_is_in_the_reference(site, pages):
    shown = pages[site / "docs" / "reference" / "commands.html"]
    found = list(commands(typer.main.get_command(app)))
    assert len(found) > 10
    for words, command in found:
        _, _, rest = shown.text.partition(f"$ {' '.join(words)} [OPTIONS]")
        assert rest, words
        options = rest.partition("Usage")[0]
        for option in (option for parameter in command.params for option in parameter.opts):
            assert not option.startswith("-") or option in options, (words, option)


def test_every_public_name_is_in_the_reference(site):
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data
    documented = [locate(name) for kind, names in inventory.items() if kind.startswith("py:") for name in names]
    for module in ("inkdigits", "inkdigits.reading", "inkdigits.datasets", "inkdigits.layers", "inkdigits.pictures"):
        for name in import_module(module).__all__:
            thing = getattr(import_module(module), name)
            assert not callable(thing) or any(thing is found for found in documented), f"{module}.{name}"


def test_runs_are_shown_with_what_they_said(site, pages):
    written = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8").partition("## Your own")[0]
    shown = pages[site / "docs" / "tutorial.html"].text.partition("Your own handwriting")[0]
    assert inkdigits.read(ROOT / "docs" / "pictures" / "page.jpg").text in shown
    assert not re.search(r"^\d{4}", written, flags=re.MULTILINE)
