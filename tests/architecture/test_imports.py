"""Rules of imports and size for single files, where import-linter's packages are too coarse."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
IMPURE = {"flask", "pymongo", "kafka", "minio", "time", "random", "os", "httpx", "socket", "threading"}
STORAGE = {"repositories", "tables", "photos", "projection"}  # rooms of the services that only use cases may enter
LIBRARIES = {
    "flask": ("shared/service/*", "services/*/app.py", "services/*/api/*", "services/portal/*"),
    "authlib": ("services/identity/registry/*",),
    "httpx": ("shared/service/*", "services/portal/service_client.py", "services/identity/registry/*"),
    "joserfc": ("services/identity/registry/*",),
    "jwt": (
        "shared/service/auth.py",
        "shared/service/key_set.py",
        "shared/service/entrance.py",
        "services/identity/credentials/tokens.py",
    ),
    "kafka": ("shared/messaging/bus_kafka*.py",),
    "marshmallow": ("shared/service/*", "shared/language/contracts/*", "services/*/api/*"),
    "minio": ("shared/infrastructure/objects.py",),
    "pymongo": ("*mongo*.py", "shared/service/bootstrap.py"),
    "typst": ("shared/infrastructure/typesetting.py",),
    # Programs for one machine are never imported.
    "secantus": (),
    "secantusdb": (),
    "nanio": (),
}
CORRECTED_STORE = "deploy/local/corrected_store.py"
MOST_LINES = 350


@cache
def sources() -> Mapping[str, ast.Module]:
    """All files of these folders; reading them takes a second, which no other test of this process waits for."""
    return {
        str(path.relative_to(REPO)): ast.parse(path.read_text())
        for folder in ("shared", "services", "drill", "deploy", "docs")
        for path in sorted((REPO / folder).rglob("*.py"))
    }


@cache
def product() -> Mapping[str, ast.Module]:
    return {name: tree for name, tree in sources().items() if name.startswith(("shared/", "services/"))}


@cache
def walked(tree: ast.Module) -> Sequence[ast.AST]:
    """All nodes of a file: every rule looks at every file."""
    return list(ast.walk(tree))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in walked(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


@cache
def packages(tree: ast.Module) -> frozenset[str]:
    return frozenset(name.split(".")[0] for name in imports(tree))


def attributes(tree: ast.Module) -> Iterator[ast.Attribute]:
    return (node for node in walked(tree) if isinstance(node, ast.Attribute))


def users_of(owner: str, names: set[str]) -> set[str]:
    """Files that use owner.name."""
    return {
        name
        for name, tree in product().items()
        for used in attributes(tree)
        if isinstance(used.value, ast.Name) and used.value.id == owner and used.attr in names
    }


def is_pure(name: str) -> bool:
    """By folder, and the two files of the kernel that rules are written with."""
    rooms = {"domain", "language"} & set(name.split("/"))
    return bool(rooms) or name in ("shared/eventsourcing/decider.py", "shared/eventsourcing/event.py")


def test_domain_and_language_import_nothing_that_can_fail_wait_or_surprise():
    pure = {name: tree for name, tree in product().items() if is_pure(name)}
    assert len(pure) > 10
    assert {name: found for name, tree in pure.items() if (found := packages(tree) & IMPURE)} == {}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_in_its_own_files_only(library):
    users = [name for name, tree in product().items() if library in packages(tree)]
    assert [name for name in users if not any(fnmatch(name, pattern) for pattern in LIBRARIES[library])] == []


def test_one_file_is_a_part_of_the_embedded_store_and_a_program_of_its_own():
    """Under the store's licence, so it imports nothing of ours and nothing imports it."""
    users = {name for name, tree in sources().items() if {"secantus", "wiredtiger"} & packages(tree)}
    assert users == {CORRECTED_STORE}
    assert packages(sources()[CORRECTED_STORE]) & {"shared", "services", "drill", "deploy", "benchmarks"} == set()
    assert not [name for name, tree in sources().items() if "deploy.local.corrected_store" in imports(tree)]


def test_views_leave_storage_to_use_cases():
    views = {name: tree for name, tree in product().items() if fnmatch(name, "services/*/api/*.py")}
    assert len(views) > 10
    imported = {name: [m for m in imports(tree) if STORAGE & set(m.split(".")[2:3])] for name, tree in views.items()}
    used = {name: [node.attr for node in attributes(tree) if node.attr in STORAGE] for name, tree in views.items()}
    assert {name: found for name in views if (found := imported[name] + used[name])} == {}


def test_only_config_reads_the_environment_and_only_the_clock_reads_the_time():
    assert users_of("os", {"environ", "getenv"}) == {"shared/infrastructure/config.py"}
    assert users_of("time", {"time", "time_ns"}) == {"shared/infrastructure/clock.py"}
    assert users_of("datetime", {"now", "utcnow", "today"}) == set()


def test_files_can_be_read_at_one_sitting():
    sizes = {name: len((REPO / name).read_text().splitlines()) for name in sources()}
    assert {name: lines for name, lines in sizes.items() if lines > MOST_LINES} == {}


def test_tables_for_people_are_written_through_the_one_helper_of_cells():
    users = [name for name, tree in product().items() if "xlsxwriter" in packages(tree)]
    imported = {name: set(imports(product()[name])) for name in users}
    assert users and [name for name in users if "shared.infrastructure.sheets" not in imported[name]] == []
    assert users_of("csv", {"writer", "DictWriter"}) == {"shared/infrastructure/sheets.py"}
