"""The list at the end of `make k8s`: what was proved, a line for each test, and each refusal in its own words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SEEN, REFUSED = "seen", "refused"


def lines(passed: Iterable[Any]) -> list[str]:
    """passed: reports of pytest."""
    proved: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    for report in passed:
        function, _, parameter = report.nodeid.partition("::")[2].partition("[")
        known = dict(report.user_properties)
        details = proved.setdefault(_sentence(function), [])
        details += [str(value) for name, value in report.user_properties if name == SEEN] or (
            [parameter.rstrip("]")] if parameter else []
        )
        if REFUSED in known:
            refused[parameter.rstrip("]") or _sentence(function)] = known[REFUSED]
    found = ["Proved:", *(f"  {sentence}{_list(details)}" for sentence, details in proved.items())] if proved else []
    if refused:
        found += [
            "Refused, in the words of the API server:",
            *(f"  {name}: {words}" for name, words in refused.items()),
        ]
    return found


def _sentence(function: str) -> str:
    return function.removeprefix("test_").replace("_", " ").capitalize().replace(" api ", " API ")


def _list(details: list[str]) -> str:
    return f": {'; '.join(details)}" if details else "."


def words_of(refusal: object) -> str:
    """The sentence of a refusal without what every refusal begins with, on one line."""
    return " ".join(str(refusal).split()).removeprefix("error: ")
