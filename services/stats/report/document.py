"""What a report says: PURE, from figures to one document that holds every number and sentence of the letter.

The same input gives the same bytes. Nothing in it depends on when or by whom it was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import orjson

from services.stats.domain.measures import MEASURES_VERSION
from services.stats.projection.cache import Drill, Line, rates
from services.stats.report import text

Row = dict[str, Any]
EDITORIAL = (
    "id",
    "version",
    "replaces",
    "reason",
    "accepted",
    "code",
)  # what may differ between two editions that say the same


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What stands around the figures.

    number         the how-manieth report of this unit in this campaign
    campaign       `now` of the campaign as of the day
    previous       the document of the report before, or None
    books          publisher -> rows of [slot, count, sum] through the day
    parked         what could not be learned and was accepted by a person: rows of {key, reason}
    accepted       the account of that person, "" if nothing was parked
    tree, code     versions: hash of the tree, commit of the program
    """

    id: str
    version: int
    number: int
    campaign: Mapping[str, Any]
    day: str
    tree: str
    code: str
    books: Mapping[str, Sequence[Sequence[int]]]
    previous: Mapping[str, Any] | None = None
    parked: Sequence[Mapping[str, Any]] = ()
    accepted: str = ""
    replaces: str = ""
    reason: str = ""


def build(drill: Drill, report_context: ReportContext) -> dict[str, Any]:
    """The document of a report."""
    ranked = drill.unit.level != "school"  # classes are listed, never ranked
    before = {row["code"]: row for row in report_context.previous["children"]} if report_context.previous else {}
    rows = [
        _compared(row, before.get(row["code"]))
        for row in (_ranked(drill.children) if ranked else [_row(line) for line in drill.children])
    ]
    whole = _compared(
        _row(Line(drill.unit, drill.measures)), report_context.previous and report_context.previous["total"]
    )
    document: dict[str, Any] = {
        "kind": "rollcall.report",
        "schema": 1,
        "id": report_context.id,
        "version": report_context.version,
        "number": report_context.number,
        "replaces": report_context.replaces or None,
        "reason": report_context.reason or None,
        "campaign": {name: report_context.campaign[name] for name in ("id", "name", "opens", "cutoff", "last_day")},
        "unit": {"code": drill.unit.code, "name": drill.unit.name, "level": drill.unit.level, "path": drill.path},
        "day": report_context.day,
        "compared_with": report_context.previous
        and {"id": report_context.previous["id"], "day": report_context.previous["day"]},
        "measures": whole["measures"],
        "rates": whole["rates"],
        "total": whole,
        "ranked": ranked,
        "children": rows,
        "books": {
            publisher: {
                "count": sum(n for _, n, _ in slots),
                "sum": sum(s for _, _, s in slots),
                "slots": [list(row) for row in slots],
            }
            for publisher, slots in sorted(report_context.books.items())
        },
        "parked": [dict(item) for item in report_context.parked],
        "accepted": report_context.accepted or None,
        "versions": {"measures": MEASURES_VERSION, "tree": report_context.tree, "code": report_context.code},
    }
    return {**document, "title": text.title(document), "text": text.paragraphs(document), "notes": text.notes(document)}


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes of a document: sorted names, no spaces, UTF-8."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def substance(document: Mapping[str, Any]) -> str:
    """A hash of what a report says, without which edition says it and which commit computed it."""
    said = {name: value for name, value in document.items() if name not in EDITORIAL}
    said["versions"] = {name: value for name, value in document["versions"].items() if name != "code"}
    return hashlib.sha256(canonical(said)).hexdigest()


def _row(line: Line) -> Row:
    m = line.measures
    parents = percent(m["by_guardian"] + m["by_code"], m["uploaded"])
    return {
        "code": line.unit.code,
        "name": line.unit.name,
        "level": line.unit.level,
        "measures": dict(m),
        "rates": rates(m),
        "rank": None,
        "rate": percent(m["uploaded"], m["expected"]),
        "missing": m["expected"] - m["uploaded"],
        "by_parents": parents,
        "by_proxy": None if parents is None else str(Decimal("100.00") - Decimal(parents)),
    }  # so that the two add up


def _ranked(lines: Sequence[Line]) -> list[Row]:
    """By rate; equal rates share a rank; who has nobody to count has none and stands last."""
    counted = [line for line in lines if line.measures["expected"]]
    exact = {line.unit.code: Fraction(line.measures["uploaded"], line.measures["expected"]) for line in counted}
    order = sorted(counted, key=lambda line: (-exact[line.unit.code], line.unit.code))
    ranks: dict[str, int] = {}
    for place, line in enumerate(order, 1):
        above = order[place - 2].unit.code if place > 1 else ""
        ranks[line.unit.code] = ranks[above] if above and exact[above] == exact[line.unit.code] else place
    return [
        {**_row(line), "rank": ranks.get(line.unit.code)}
        for line in [*order, *(line for line in lines if not line.measures["expected"])]
    ]


def _compared(row: Row, before: Mapping[str, Any] | None) -> Row:
    """change: percentage points against the report before, of the rates as printed. rank_change: places won (+) or lost (-)."""
    both = before is not None and before["rate"] is not None and row["rate"] is not None
    change = f"{Decimal(row['rate']) - Decimal(before['rate']):+.2f}" if both and before else None
    climbed = before["rank"] - row["rank"] if before and before["rank"] and row["rank"] else None
    return {**row, "change": change, "rank_change": climbed}


def percent(part: int, whole: int) -> str | None:
    """ "93.12", rounded half up; None where there is nothing to divide by."""
    return str((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)) if whole else None
