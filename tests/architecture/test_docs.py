"""What the docs promise exists: make targets, settings, files that the README names."""
from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path

import pytest
from shared import metrics

REPO = Path(__file__).resolve().parents[2]
MAKEFILE = (REPO / "Makefile").read_text()
README = (REPO / "README.md").read_text()
OPERATIONS = (REPO / "docs" / "operations.md").read_text()
SERVICES = ("identity", "roster", "upload", "stats", "portal")


def test_every_make_target_explains_itself_and_every_one_the_readme_names_exists():
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))
    explained = set(re.findall(r"^([a-z]+):.*## \S", MAKEFILE, re.M))
    assert targets == explained
    assert set(re.findall(r"`make ([a-z]+)", README)) <= targets


@pytest.mark.parametrize("page", ["README.md", "docs/guarantees.md", "docs/operations.md", "docs/glossary.md"])
def test_every_file_that_a_page_names_is_there(page):
    text = (REPO / page).read_text()
    named = set(re.findall(r"`((?:shared|services|deploy|drill|docs|tests)/[\w./-]+)`", text)) | set(re.findall(r"\]\(([\w./-]+\.md)\)", text))
    missing = [name for name in named if not (REPO / name).exists() and not ((REPO / page).parent / name).exists()]
    assert missing == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_is_in_the_operations_page(service):
    settings = importlib.import_module(f"services.{service}.settings")
    classes = [c for c in vars(settings).values() if dataclasses.is_dataclass(c)]
    names = {f.metadata["env"] for c in classes for f in dataclasses.fields(c) if "env" in f.metadata}
    assert names
    assert {name for name in names if f"`{name}`" not in OPERATIONS} == set()


def test_every_metric_is_in_the_operations_page():
    names = {m._name for m in vars(metrics).values() if hasattr(m, "_name")}
    assert len(names) >= 7
    assert {name for name in names if name not in OPERATIONS} == set()


def test_the_guarantees_name_tests_that_exist():
    text = (REPO / "docs" / "guarantees.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", text))
    sources = "\n".join(p.read_text() for p in (REPO / "tests").rglob("test_*.py"))
    assert named
    assert {name for name in named if f"def {name}(" not in sources} == set()
