"""Of what processes died, as their logs tell: only because something that they need was away."""

from __future__ import annotations

import re

# Names of exceptions: document store, Kafka, another service or the object store, and what the product makes of them.
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
    """The exceptions of which roles died, and those that ended a process before it could log anything."""
    return ROLE_DIED.findall(text) + END_OF_TRACEBACK.findall(text)


def unexcused(text: str) -> list[str]:
    return [cause for cause in causes(text) if cause not in EXCUSES]
