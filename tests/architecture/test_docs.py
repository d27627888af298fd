"""References in the docs exist: make targets, files, tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
MAKEFILE = (REPO / "Makefile").read_text()
README = (REPO / "README.md").read_text()


def test_every_make_target_is_explained_and_every_target_in_the_readme_exists():
    targets = set(re.findall(r"^([a-z0-9]+):", MAKEFILE, re.M))
    explained = set(re.findall(r"^([a-z0-9]+):.*## \S", MAKEFILE, re.M))
    assert targets == explained
    assert set(re.findall(r"`make ([a-z0-9]+)", README)) <= targets


PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    *(f"docs/{name}.md" for name in ("guarantees", "operations", "glossary", "security", "keys", "releases")),
]
PAGES += sorted(str(page.relative_to(REPO)) for page in (REPO / "docs" / "how-to").glob("*.md"))
PAGES += sorted(str(page.relative_to(REPO)) for page in (REPO / "services").glob("*/README.md"))
EXAMPLE = "support"  # the service that a how-to page adds


@pytest.mark.parametrize("page", PAGES)
def test_every_file_named_on_a_page_exists(page):
    text = (REPO / page).read_text()
    named = set(re.findall(r"`((?:shared|services|deploy|drill|docs|tests)/[\w./-]+)`", text)) | set(
        re.findall(r"\]\(([\w./-]+\.(?:md|py))\)", text)
    )
    named = {name for name in named if EXAMPLE not in name.split("/")[1:2] and EXAMPLE not in Path(name).stem}
    missing = [name for name in named if not (REPO / name).exists() and not ((REPO / page).parent / name).exists()]
    assert missing == []


def test_every_guarantee_names_its_test():
    rows = [line for line in (REPO / "docs" / "guarantees.md").read_text().splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    assert [row for row in rows if not re.search(r"`test_\w+`", row)] == []


@pytest.mark.parametrize("page", ["guarantees", "security"])
def test_every_test_named_on_a_page_exists(page):
    text = (REPO / "docs" / f"{page}.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", text))
    sources = "\n".join(p.read_text() for p in (REPO / "tests").rglob("test_*.py"))
    assert named
    assert {name for name in named if f"def {name}(" not in sources} == set()


def test_every_decision_is_listed_once_by_its_title():
    folder = REPO / "docs" / "adr"
    listed = re.findall(r"^- \[(.+)\]\(([\w-]+\.md)\)$", (folder / "README.md").read_text(), re.M)
    titles = [(page.read_text().splitlines()[0].removeprefix("# "), page.name) for page in folder.glob("2*.md")]
    assert sorted(listed) == sorted(titles)


def test_the_security_page_goes_through_every_chapter_of_the_standard():
    text = (REPO / "docs" / "security.md").read_text()
    assert re.findall(r"^### V(\d+) ", text, re.M) == [str(number) for number in range(1, 18)]
    rows = re.findall(r"^\| \d+\.\d.*? \| (.*?) \| (.*?) \|$", text, re.M)
    assert len(rows) > 40
    assert {state for state, _ in rows} <= {"met", "partly", "not met", "n.a."}
    assert [why for state, why in rows if state in ("partly", "not met") and len(why) < 20] == []
