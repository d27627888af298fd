"""Who may import what, where a linter of packages is too coarse: certain modules in certain files only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
SOURCES = sorted(p for folder in ("shared", "services") for p in (REPO / folder).rglob("*.py"))
# Modules that can fail, wait or surprise: never in rules.
IMPURE = {"flask", "pymongo", "kafka", "minio", "time", "random", "os", "httpx", "socket", "threading", "datetime.now"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def top_level(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def is_rule(path: Path) -> bool:
    """By folder: rules of a service lie in its `domain/`, what services have in common in `shared/language/`."""
    return bool({"domain", "language"} & set(path.relative_to(REPO).parts))


def test_rules_import_nothing_that_can_fail():
    rules = [p for p in SOURCES if is_rule(p)]
    assert len(rules) > 10
    assert {str(p.relative_to(REPO)): top_level(p) & IMPURE for p in rules if top_level(p) & IMPURE} == {}


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("kafka", lambda p: p.name.startswith("bus_kafka")),
        ("minio", lambda p: p.name == "objects.py"),
        (
            "pymongo",
            lambda p: p.stem.rpartition("_")[2] in {"mongo", "chunks"} or p.name in {"audit.py", "bootstrap.py"},
        ),
        ("secantusdb", lambda p: False),
        ("secantus", lambda p: False),
        ("nanio", lambda p: False),
    ],
)
def test_a_library_is_met_in_its_own_files_only(module, allowed):
    assert [str(p.relative_to(REPO)) for p in SOURCES if module in top_level(p) and not allowed(p)] == []


def test_only_config_reads_the_environment_and_only_the_clock_reads_the_time():
    def uses(path: Path, owner: str, names: set[str]) -> bool:
        return any(
            isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == owner and n.attr in names
            for n in ast.walk(ast.parse(path.read_text()))
        )

    assert [p.name for p in SOURCES if uses(p, "os", {"environ", "getenv"}) and p.name != "config.py"] == []
    assert [p.name for p in SOURCES if uses(p, "time", {"time", "time_ns"}) and p.name != "clock.py"] == []
    assert [p.name for p in SOURCES if uses(p, "datetime", {"now", "utcnow", "today"}) and p.name != "clock.py"] == []


def test_files_can_be_read_at_one_sitting():
    sizes = {
        str(p.relative_to(REPO)): len(p.read_text().splitlines())
        for folder in ("shared", "services", "drill", "deploy", "docs")
        for p in (REPO / folder).rglob("*.py")
    }
    assert {name: n for name, n in sizes.items() if n > 400} == {}


def test_deciders_stay_small():
    deciders = [p for p in SOURCES if p.name == "decider.py" and p.parent.name != "shared"]
    assert {str(p.relative_to(REPO)): n for p in deciders if (n := len(p.read_text().splitlines())) > 140} == {}
