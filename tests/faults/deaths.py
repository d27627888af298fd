"""Causes of process deaths, from their logs. Only the outage of a dependency excuses one."""

from __future__ import annotations

import re

# Exceptions of the drivers of document store and Kafka, and the product's own for an unavailable dependency.
EXCUSES = frozenset(
    (
        "ServerSelectionTimeoutError",
        "AutoReconnect",
        "NetworkTimeout",
        "NotPrimaryError",
        "ConnectionFailure",
        "_OperationCancelled",
        "NoBrokersAvailable",
        "KafkaTimeoutError",
        "KafkaConnectionError",
        "BusUnavailable",
        "Unavailable",
        "Refused",
    )
)
ROLE_DIED = re.compile(r'"message":"role failed".*"error":"(\w+)"')
END_OF_TRACEBACK = re.compile(
    r"^    .*\n(?:\w+\.)*(\w+)(?::.*)?\n(?!\n(?:The above exception was|During handling of the above exception))",
    re.MULTILINE,
)


def causes(text: str) -> list[str]:
    """The exceptions that ended a role, and those that ended a process before it could log."""
    return ROLE_DIED.findall(text) + END_OF_TRACEBACK.findall(text)


def unexcused(text: str) -> list[str]:
    return [cause for cause in causes(text) if cause not in EXCUSES]
