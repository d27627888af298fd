"""MongoDB's Stable API, version 1, as its manual documents it: what the product sends to the document store must be part of it.

An embedded store may understand more, or less strictly, than MongoDB does. So tests listen to every command of every client of
their process, and a command that a real server does not promise to keep is a failure, even if the store at hand answered it.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

# command -> its documented fields, without those that the Stable API excludes
COMMANDS: Mapping[str, set[str]] = {
    "abortTransaction": set(), "commitTransaction": set(), "endSessions": set(), "refreshSessions": set(), "hello": set(), "ping": set(),
    "aggregate": {"pipeline", "explain", "allowDiskUse", "cursor", "bypassDocumentValidation", "collation", "hint", "let"},
    "find": {"filter", "sort", "projection", "hint", "skip", "limit", "batchSize", "singleBatch", "collation", "allowDiskUse", "let"},
    "getMore": {"collection", "batchSize"}, "killCursors": {"cursors"},
    "insert": {"documents", "ordered", "bypassDocumentValidation"}, "update": {"updates", "ordered", "bypassDocumentValidation", "let"},
    "delete": {"deletes", "ordered", "let"},
    "findAndModify": {"query", "sort", "remove", "update", "new", "fields", "upsert", "collation", "arrayFilters", "hint", "bypassDocumentValidation", "let"},
    "count": {"query", "limit", "skip", "hint", "collation"},
    "create": {"validator", "validationLevel", "validationAction", "viewOn", "pipeline", "collation", "expireAfterSeconds", "clusteredIndex"},
    "createIndexes": {"indexes", "commitQuorum"}, "dropIndexes": {"index"}, "listIndexes": {"cursor"}, "collMod": {"index", "validator"},
    "listCollections": {"filter", "nameOnly", "authorizedCollections", "cursor"}, "listDatabases": {"filter", "nameOnly", "authorizedDatabases"},
    "drop": set(), "dropDatabase": set(), "explain": {"verbosity"},
}
# Fields of every command, and what a driver adds for sessions, transactions and its concerns.
COMMON = {"$db", "lsid", "txnNumber", "startTransaction", "autocommit", "readConcern", "writeConcern", "maxTimeMS", "comment", "$clusterTime",
          "$readPreference", "recoveryToken"}
INDEX = {"key", "name", "unique", "partialFilterExpression", "expireAfterSeconds", "hidden", "collation", "wildcardProjection"}
# Operators that the manual documents for filters, updates and pipelines, as far as the product may need them.
OPERATORS = {
    "$eq", "$gt", "$gte", "$in", "$lt", "$lte", "$ne", "$nin", "$and", "$or", "$nor", "$not", "$exists", "$type", "$expr", "$all", "$elemMatch", "$size",
    "$set", "$unset", "$inc", "$max", "$min", "$mul", "$rename", "$setOnInsert", "$addToSet", "$pull", "$pop", "$push", "$each", "$slice",
    "$match", "$group", "$project", "$sort", "$limit", "$skip", "$unwind", "$count", "$sum", "$first", "$last", "$avg",
}
HANDSHAKE = {"saslStart", "saslContinue", "authenticate"}
# What fault tests send in the place of somebody who looks after the server; the product never does (tests/store/test_stable_api.py).
BY_AN_OPERATOR = {"killAllSessions"}


def undocumented(name: str, command: Mapping[str, Any]) -> list[str]:
    """A sentence for everything in a command that the Stable API does not document."""
    if name in HANDSHAKE | BY_AN_OPERATOR:
        return []
    if name not in COMMANDS:
        return [f"{name} is not a command of the Stable API"]
    fields = command.keys() - {name} - COMMON - COMMANDS[name]
    options = {option for index in command.get("indexes", ()) for option in index} - INDEX if name == "createIndexes" else set()
    operators = set(_operators(command)) - OPERATORS
    return [f"{name} has no field {each}" for each in sorted(fields)] + [f"an index has no option {each}" for each in sorted(options)] + [
        f"{name} uses the operator {each}" for each in sorted(operators)]


def _operators(command: Mapping[str, Any]) -> Iterator[str]:
    """Of filters, updates and pipelines; what documents hold is not looked at."""
    asked = [command.get(field) for field in ("filter", "query", "pipeline", "update")]
    asked += [each[part] for each in (*command.get("updates", ()), *command.get("deletes", ())) for part in ("q", "u") if part in each]
    asked += [index["partialFilterExpression"] for index in command.get("indexes", ()) if "partialFilterExpression" in index]
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


class Ear(CommandListener):
    """Hears every command of every client. heard: what was wrong since it was last emptied."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.heard += undocumented(event.command_name, event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Only what is asked matters."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Only what is asked matters."""
