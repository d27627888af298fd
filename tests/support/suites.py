"""The targets of the Makefile as selections of tests, and which tests stay together when two workers share them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

ENGINES = {"document_store", "object_store"}  # fixtures
IMPLEMENTATIONS = {"mongo", "kafka"}  # parameters of the suites that every implementation of a protocol runs
UNIT = "not (engine or process or kafka or browser or paper or system or mutant or k8s or image)"
NO_CLUSTER = "not (k8s or image)"  # make k8s, make k8s-scale and make image run those
REST_OF_TEST = f"not ({UNIT}) and not (thorough or k8s or image) and (smoke or not system)"
REST_OF_PROVE = f"({UNIT}) or process or mutant or thorough or larger or (system and not smoke)"  # with more examples
# Folders that `make unit` does not even look into, and the mark that their tests have.
WHOLE = {
    "tests/system/": "system",
    "tests/attacks/": "system",
    "tests/faults/": "system",
    "tests/e2e/": "browser",
    "tests/paper/": "paper",
    "tests/k8s/": "k8s",
    "tests/image/": "image",
}
# Files whose tests share what one of them starts: they stay on one worker, on each bus.
TOGETHER = ("tests/system/", "tests/faults/", "tests/bus/test_bus_kafka_cluster.py")
ATTACKS = "tests/attacks/"  # all of them on one copy
SHARE, DAY = "TESTS_SHARE", "TESTS_DAY"  # environment variables: one test in so many, and which of them
FIRST = ("system", "mutant")  # in this order, then everything else: what takes long begins early


def arrange(items: list[pytest.Item]) -> None:
    """Mark tests that start an engine, and put the slow ones first."""
    for item in items:
        if item.nodeid.startswith(tuple(WHOLE)) and not {mark.name for mark in item.iter_markers()} & set(
            WHOLE.values()
        ):
            raise pytest.UsageError(f"{item.nodeid} has no mark of a whole system: no target would run it")
        parameters = _parameters(item)
        if ENGINES & set(getattr(item, "fixturenames", ())) or IMPLEMENTATIONS & set(parameters.values()):
            item.add_marker("engine")
        if parameters.get("model") == "memory" and parameters.get("bus") in IMPLEMENTATIONS:
            item.add_marker("thorough")  # no process has this pair; each half of it is tested in another one
    items.sort(key=lambda item: _rank(mark.name for mark in item.iter_markers()))


def shared_out(items: Iterable[pytest.Item], environment: Mapping[str, str]) -> tuple[list[pytest.Item], ...]:
    """(tests of this day, tests of other days); all are of this day unless the environment names a share."""
    share, day = (int(environment.get(name, "1")) for name in (SHARE, DAY))
    days: tuple[list[pytest.Item], ...] = [], []
    for item in items:
        days[turn(item.nodeid, share) != day % share].append(item)
    return days


def turn(nodeid: str, share: int) -> int:
    """The day, of so many, on which a test has its turn: the same for all tests of its scope."""
    return zlib.crc32(scope(nodeid).encode()) % share


def _parameters(item: pytest.Item) -> dict[str, str]:
    """Parameters of a test that are strings, such as names of implementations."""
    parameters = getattr(item, "callspec", None)
    found = parameters.params.items() if parameters else ()
    return {name: value for name, value in found if isinstance(value, str)}


def _rank(marks: Iterable[str]) -> int:
    return min((FIRST.index(name) for name in marks if name in FIRST), default=len(FIRST))


def scope(nodeid: str) -> str:
    """Scope of a test: tests of one scope run on the same worker, one after the other."""
    file, _, name = nodeid.partition("::")
    if file.startswith(ATTACKS):
        return ATTACKS
    if file.startswith(TOGETHER):
        return f"{file} on {'kafka' if 'kafka' in name.partition('[')[2] else 'its first bus'}"
    return nodeid


def scheduler(config: pytest.Config, log: Any) -> Any:
    """Scheduler of `--dist loadscope` that groups tests by `scope`, not by module; others go to any free worker."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # only where there are workers

    class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    return Scheduler(config, log)
