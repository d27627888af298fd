"""The page docs/measurements.md and its picture, from the JSON of the last run and the template page.md.

`python -m benchmarks.render` writes them again without measuring; `--check` says whether they are up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from benchmarks.bars import Row, percent, picture

DOCS = Path(__file__).resolve().parents[1] / "docs"
JSON, PAGE, PICTURE, TEMPLATE = (
    DOCS / "measurements.json",
    DOCS / "measurements.md",
    DOCS / "measurements.svg",
    Path(__file__).with_name("page.md"),
)
HEADINGS = ("what", "unit", "product", "bound", "reached", "from .. to")


def pages(document: Mapping[str, Any], template: str) -> dict[Path, str]:
    """The files to write, with their content."""
    results = document["results"]
    sections = {
        "picture": f"![Horizontal bars: how much of its bound each part reaches]({PICTURE.name})",
        "table": table(results),
        "sides": sides(results),
        "machine": machine(document["machine"]),
        "added": added(results),
        "left out": "\n".join(f"- {sentence}" for sentence in document["left_out"]) or "Nothing was left out.",
    }
    for name, text in sections.items():
        template = template.replace(f"<!-- {name} -->", text)
    return {PAGE: template, PICTURE: picture(firsts(results))}


def firsts(results: Sequence[Row]) -> list[Row]:
    """The first figure of each measurement, by which it is judged."""
    return list({row["measurement"]: row for row in reversed(results)}.values())[::-1]


def table(results: Sequence[Row]) -> str:
    lines = [f"| {' | '.join(HEADINGS)} |", "|---|---|" + "---:|" * (len(HEADINGS) - 2)]
    last = ""
    for row in results:
        name = row["title"] if row["title"] != last else ""
        last = row["title"]
        ratio = row["ratio"]
        cells = (
            name,
            f"{row['figure']}, {row['unit']}",
            *(figure(row[side]) for side in ("product", "bound")),
            f"**{percent(ratio['median'])}**" if ratio else "",
            f"{percent(ratio['min'])} .. {percent(ratio['max'])}" if ratio else "",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def added(results: Sequence[Row]) -> str:
    """The day of what was added after the whole run, and the machine's load then."""
    days = {row["added"]["day"]: row["added"]["load_before"][0] for row in results if "added" in row}
    return "".join(f" on {day}, at a load of {load}" for day, load in days.items())


def figure(spread: Mapping[str, Any] | None) -> str:
    """ "1,234 (1,100 .. 1,300)"."""
    return f"{number(spread['median'])} ({number(spread['min'])} .. {number(spread['max'])})" if spread else "–"


def number(value: float) -> str:
    """About three digits: more would be noise."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def sides(results: Sequence[Row]) -> str:
    """A table of the work of each side, in words."""
    lines = ["| measurement | product | bound | pairs | seconds |", "|---|---|---|---:|---:|"]
    lines += [
        f"| `{row['measurement']}` | {row['product_is']} | {row['bound_is']} "
        f"| {row['repetitions']} | {row['seconds']:.0f} |"
        for row in firsts(results)
    ]
    return "\n".join(lines)


def machine(facts: Mapping[str, Any]) -> str:
    load = [" / ".join(str(n) for n in facts[name]) for name in ("load_before", "load_after")]
    changed = f" with {facts['changed_files']} changed files" if facts["changed_files"] else ""
    versions = ", ".join(f"{name} {text}" for name, text in facts["versions"].items())
    return (
        f"{facts['day']}, commit `{facts['commit']}`{changed}. "
        f"{facts['cores']} cores ({facts['processor']}), {facts['memory_gb']} GB of memory, "
        f"{facts['system']}, Python {facts['python']}. "
        f"Load of the machine (1, 5, 15 minutes) before: {load[0]}, after: {load[1]}.\n\nVersions: {versions}."
    )


def write_page() -> None:
    for path, text in _rendered().items():
        path.write_text(text)


def _rendered() -> dict[Path, str]:
    return pages(orjson.loads(JSON.read_bytes()), TEMPLATE.read_text())


def main() -> int:
    if "--check" not in sys.argv:
        write_page()
        return 0
    stale = [path.name for path, text in _rendered().items() if not path.exists() or path.read_text() != text]
    if stale:
        sys.stderr.write(
            f"{', '.join(stale)} does not follow from measurements.json and benchmarks/page.md; "
            "run `python -m benchmarks.render`.\n"
        )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
