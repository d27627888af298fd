"""MongoDB's Stable API, version 1, as its manual documents it: every command of the product must be part of it.

An embedded store may accept more than MongoDB does. So tests monitor every command of every client, of their own
process and of the product's processes that they start (tests/support/monitor); a command outside the Stable API is a
failure even if the present store accepts it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from deploy.local.settings import REPO

# command -> its documented fields, without those that the Stable API excludes
COMMANDS: Mapping[str, set[str]] = {
    "abortTransaction": set(),
    "commitTransaction": set(),
    "endSessions": set(),
    "refreshSessions": set(),
    "hello": set(),
    "ping": set(),
    "aggregate": {
        "pipeline",
        "explain",
        "allowDiskUse",
        "cursor",
        "bypassDocumentValidation",
        "collation",
        "hint",
        "let",
    },
    "find": {
        "filter",
        "sort",
        "projection",
        "hint",
        "skip",
        "limit",
        "batchSize",
        "singleBatch",
        "collation",
        "allowDiskUse",
        "let",
    },
    "getMore": {"collection", "batchSize"},
    "killCursors": {"cursors"},
    "insert": {"documents", "ordered", "bypassDocumentValidation"},
    "update": {"updates", "ordered", "bypassDocumentValidation", "let"},
    "delete": {"deletes", "ordered", "let"},
    "findAndModify": {
        "query",
        "sort",
        "remove",
        "update",
        "new",
        "fields",
        "upsert",
        "collation",
        "arrayFilters",
        "hint",
        "bypassDocumentValidation",
        "let",
    },
    "count": {"query", "limit", "skip", "hint", "collation"},
    "create": {
        "validator",
        "validationLevel",
        "validationAction",
        "viewOn",
        "pipeline",
        "collation",
        "expireAfterSeconds",
        "clusteredIndex",
    },
    "createIndexes": {"indexes", "commitQuorum"},
    "dropIndexes": {"index"},
    "listIndexes": {"cursor"},
    "collMod": {"index", "validator"},
    "listCollections": {"filter", "nameOnly", "authorizedCollections", "cursor"},
    "listDatabases": {"filter", "nameOnly", "authorizedDatabases"},
    "drop": set(),
    "dropDatabase": set(),
    "explain": {"verbosity"},
}
# Fields of every command, and what a driver adds for sessions, transactions and its concerns.
COMMON = {
    "$db",
    "lsid",
    "txnNumber",
    "startTransaction",
    "autocommit",
    "readConcern",
    "writeConcern",
    "maxTimeMS",
    "comment",
    "$clusterTime",
    "$readPreference",
    "recoveryToken",
}
# Of each item in such a list.
ITEMS: Mapping[str, set[str]] = {
    "updates": {"q", "u", "c", "upsert", "multi", "collation", "arrayFilters", "hint"},
    "deletes": {"q", "limit", "collation", "hint"},
    "indexes": {
        "key",
        "name",
        "unique",
        "partialFilterExpression",
        "expireAfterSeconds",
        "hidden",
        "collation",
        "wildcardProjection",
    },
}
# Operators that the manual documents for filters, updates and pipelines, as far as the product may need them.
OPERATORS = {
    "$eq",
    "$gt",
    "$gte",
    "$in",
    "$lt",
    "$lte",
    "$ne",
    "$nin",
    "$and",
    "$or",
    "$nor",
    "$not",
    "$exists",
    "$type",
    "$expr",
    "$all",
    "$elemMatch",
    "$size",
    "$set",
    "$unset",
    "$inc",
    "$max",
    "$min",
    "$mul",
    "$rename",
    "$setOnInsert",
    "$addToSet",
    "$pull",
    "$pop",
    "$push",
    "$each",
    "$slice",
    "$match",
    "$group",
    "$project",
    "$sort",
    "$limit",
    "$skip",
    "$unwind",
    "$count",
    "$sum",
    "$first",
    "$last",
    "$avg",
}
HANDSHAKE = {"saslStart", "saslContinue", "authenticate"}
# Sent by fault tests in the role of an operator, never by the product (tests/store/test_stable_api.py).
BY_AN_OPERATOR = {"killAllSessions"}


def undocumented(name: str, command: Mapping[str, Any]) -> list[str]:
    """A sentence for each part of a command that the Stable API does not document."""
    if name in HANDSHAKE | BY_AN_OPERATOR:
        return []
    if name not in COMMANDS:
        return [f"{name} is not a command of the Stable API"]
    fields = command.keys() - {name} - COMMON - COMMANDS[name]
    options = {
        f"{items} have no option {option}"
        for items, documented in ITEMS.items()
        for item in command.get(items, ())
        for option in item.keys() - documented
    }
    operators = set(_operators(command)) - OPERATORS
    return (
        [f"{name} has no field {each}" for each in sorted(fields)]
        + sorted(options)
        + [f"{name} uses the operator {each}" for each in sorted(operators)]
    )


def _operators(command: Mapping[str, Any]) -> Iterator[str]:
    """The operators of filters, updates and pipelines; the content of documents is not searched."""
    asked = [command.get(field) for field in ("filter", "query", "pipeline", "update", "arrayFilters")]
    asked += [
        each.get(part)
        for each in (*command.get("updates", ()), *command.get("deletes", ()))
        for part in ("q", "u", "arrayFilters")
    ]
    asked += [
        index["partialFilterExpression"] for index in command.get("indexes", ()) if "partialFilterExpression" in index
    ]
    for each in asked:
        yield from _keys(each)


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key.startswith("$"):
                yield key
            yield from _keys(value)
    elif isinstance(part, list):
        for value in part:
            yield from _keys(value)


@dataclass
class Violations:
    """A file with one violation of the Stable API per line. taken: the number of lines that were read.

    Many processes append to it, and each may be killed right afterwards.
    """

    file: Path
    taken: int = 0
    FILE: ClassVar[str] = "STABLE_API_VIOLATIONS"

    def environment(self) -> dict[str, str]:
        """Environment variables that make a process report to this file."""
        path = [str(REPO / "tests" / "support" / "monitor"), str(REPO), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {self.FILE: str(self.file), "PYTHONPATH": os.pathsep.join(path)}

    @classmethod
    def from_environment(cls) -> Violations:
        return cls(Path(os.environ[cls.FILE]))

    def add(self, sentence: str) -> None:
        with self.file.open("a") as file:
            file.write(sentence + "\n")

    def take(self) -> list[str]:
        """The lines since the last call."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        new, self.taken = lines[self.taken :], len(lines)
        return new


def monitor(violations: Violations, process: str) -> None:
    """Monitor every client that this process creates after this call. process: its name in the violations."""
    monitoring.register(CommandMonitor(violations, process))


class CommandMonitor(CommandListener):
    """Checks every command of every client of a process."""

    def __init__(self, violations: Violations, process: str) -> None:
        self._violations, self._process = violations, process

    def started(self, event: CommandStartedEvent) -> None:
        for sentence in undocumented(event.command_name, event.command):
            self._violations.add(f"{self._process}: {sentence}")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Only requests matter."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Only requests matter."""
