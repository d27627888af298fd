"""Output of a drill: bars and tables on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table


class Show:
    """plain: True for plain lines, False for bars; by default bars where the output is a terminal."""

    def __init__(self, *, plain: bool | None = None) -> None:
        self.plain = not sys.stdout.isatty() if plain is None else plain
        self._console = Console(width=120, no_color=True) if self.plain else Console()
        self._began = monotonic()

    def elapsed(self) -> float:
        """Seconds since the drill began."""
        return monotonic() - self._began

    def say(self, line: str = "") -> None:
        at = f"{self.elapsed():6.1f} s  " if self.plain and line else ""
        self._console.print(f"{at}{line}", markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def bar(self, title: str, total: int) -> Iterator[Callable[[], None]]:
        """A bar, or one line at the end. Yields a function that advances it by one, from any thread."""
        if self.plain:
            yield lambda: None
            self.say(f"{title} ({total})")
            return
        columns = TextColumn("{task.description:44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task(title, total=total)
            yield lambda: progress.advance(task)

    def table(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table of numbers, with words in the first column."""
        table = Table(title=title, title_justify="left")
        for number, heading in enumerate(headings):
            table.add_column(heading, justify="right" if number else "left")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)
