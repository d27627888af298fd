"""A runbook read as somebody on duty reads it: its commands in order, and the lines that must be seen after each.

In a page a ```sh block holds commands, a ```text block after it lines of what the last of them prints, in order. In
both, <name> stands for a value: known beforehand, or taken from what is seen. "…" stands for anything. A text block
after the word "Repeat" is what the command shows at last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
# In the order in which they are done on one copy; the first one starts it.
ON_ONE_COPY = (
    "install",
    "rebuild-the-figures",
    "erase-a-pupil",
    "rotate-keys",
    "last-day",
    "close-a-month",
    "replay-a-parked-event",
    "add-partitions",
    "upgrade",
)
ON_KAFKA = "lose-kafka"  # on a copy of its own
RUNBOOKS = (*ON_ONE_COPY, ON_KAFKA)
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.M | re.S)
NAME = re.compile(r"<([a-z]+)>")


@dataclass
class Step:
    """A command as written. seen: lines that it must print, in order. repeated: until it prints them."""

    command: str
    seen: list[str] = field(default_factory=list)
    repeated: bool = False

    @property
    def fails(self) -> bool:
        """True if the page shows that the command ends with an error."""
        return any(line.startswith("make: ***") for line in self.seen)


def page(name: str) -> str:
    return (HOW_TO / f"{name}.md").read_text()


def blocks(text: str) -> Iterator[tuple[str, list[str], str]]:
    """(language, lines, the prose before it) of every fenced block."""
    end = 0
    for found in FENCE.finditer(text):
        indent = len(found[1])
        yield found[2], [line[indent:] for line in found[3].splitlines() if line.strip()], text[end : found.start()]
        end = found.end()


def steps(text: str) -> list[Step]:
    made: list[Step] = []
    for language, lines, before in blocks(text):
        if language == "sh":
            made += [Step(line) for line in lines]
        elif language == "text":
            made[-1].seen, made[-1].repeated = [line.strip() for line in lines], "Repeat" in before
    return made


def filled(command: str, known: Mapping[str, str]) -> str:
    """The command with the values of its names. Raises KeyError for one that is not known."""
    return NAME.sub(lambda found: known[found[1]], command)


def seen_in(output: str, wanted: list[str], known: Mapping[str, str]) -> dict[str, str] | None:
    """The values that the wanted lines have in this output; None if they are not there in this order."""
    values = dict(known)
    lines = iter(line.strip() for line in output.splitlines())
    for want in wanted:
        found = next((found for line in lines if (found := _pattern(want, values).fullmatch(line))), None)
        if found is None:
            return None
        values |= found.groupdict()
    return values


def _pattern(wanted: str, known: Mapping[str, str]) -> re.Pattern[str]:
    parts = re.split(r"(<[a-z]+>|…)", wanted)
    made = []
    for part in parts:
        name = NAME.fullmatch(part)
        if part == "…":
            made.append(".*")
        elif name and name[1] in known:
            made.append(re.escape(known[name[1]]))
        else:
            made.append(f'(?P<{name[1]}>[^"\\s,]+)' if name else re.escape(part))
    return re.compile("".join(made))
