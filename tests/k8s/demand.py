"""What waits for the workers, as a test sets it."""

from __future__ import annotations

from collections.abc import Iterable


class Demand:
    """Series -> its value. A series that is left out is one that nobody reports."""

    def __init__(self, series: Iterable[str]) -> None:
        self._all = tuple(series)
        self._values: dict[str, int] = {}
        self.nothing_waits()

    def set(self, series: str, value: int) -> None:
        self._values = {**self._values, series: value}

    def nothing_waits(self) -> None:
        self._values = dict.fromkeys(self._all, 0)

    def nobody_reports(self) -> None:
        self._values = {}

    def of(self, series: str) -> int | None:
        return self._values.get(series)

    def page(self) -> str:
        """As a worker would report it to Prometheus."""
        return "".join(f"{series} {value}\n" for series, value in self._values.items())
