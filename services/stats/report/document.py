"""The document of a report, with every number and sentence of the letter: PURE.

The same input gives the same bytes. Nothing in it depends on when or by whom it is published.
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
from services.stats.domain.totals import Breakdown, UnitFigures
from services.stats.report import text
from shared.language.campaign_state import campaign_state

Row = dict[str, Any]
# These may differ between two documents of the same substance; the commit of the program, too.
EDITORIAL = ("id", "version", "number", "replaces", "reason", "accepted")


@dataclass(frozen=True, slots=True)
class ReportContext:
    """The context of a report's figures.

    number              the ordinal among the published reports of the unit in the campaign; of a draft, as it would be
    campaign            state of the campaign as of the day
    control_totals      publisher -> rows of [slot, count, hash_total] through the day
    previous            the document of the report before, or None
    parked              parked events that a person accepted as not counted: rows of {key, reason}
    parked_accepted_by  the account of that person, "" if nothing was parked
    tree, code          versions: hash of the tree, commit of the program
    """

    id: str
    version: int
    number: int
    campaign: Mapping[str, Any]
    day: str
    tree: str
    code: str
    control_totals: Mapping[str, Sequence[Sequence[int]]]
    previous: Mapping[str, Any] | None = None
    parked: Sequence[Mapping[str, Any]] = ()
    parked_accepted_by: str = ""
    replaces: str = ""
    reason: str = ""


def build(breakdown: Breakdown, report_context: ReportContext) -> dict[str, Any]:
    """The document of a report."""
    ranked = breakdown.level != "school"  # classes are listed, never ranked
    before = {row["code"]: row for row in report_context.previous["children"]} if report_context.previous else {}
    rows = [
        _compared(row, before.get(row["code"]))
        for row in (_ranked(breakdown.children) if ranked else [_row(line) for line in breakdown.children])
    ]
    campaign = report_context.campaign
    state = campaign_state(campaign["open"], campaign["cutoff"], campaign["last_day"], report_context.day)
    whole = _compared(_row(breakdown), report_context.previous and report_context.previous["total"])
    document: dict[str, Any] = {
        "kind": "rollcall.report",
        "schema": 1,
        "id": report_context.id,
        "version": report_context.version,
        "number": report_context.number,
        "replaces": report_context.replaces or None,
        "reason": report_context.reason or None,
        "campaign": {
            **{name: campaign[name] for name in ("id", "name", "opens", "cutoff", "last_day")},
            "state": state,
        },
        "unit": {"code": breakdown.code, "name": breakdown.name, "level": breakdown.level, "path": breakdown.path},
        "day": report_context.day,
        "compared_with": report_context.previous
        and {"id": report_context.previous["id"], "day": report_context.previous["day"]},
        "measures": whole["measures"],
        "rates": whole["rates"],
        "total": whole,
        "ranked": ranked,
        "children": [row for row in rows if row["measures"]["expected"]],
        "nobody_expected": [row for row in rows if not row["measures"]["expected"]],
        "control_totals": {
            publisher: {
                "count": sum(count for _, count, _ in slots),
                "hash_total": sum(hash_total for _, _, hash_total in slots),
                "slots": [list(row) for row in slots],
            }
            for publisher, slots in sorted(report_context.control_totals.items())
        },
        "parked": [dict(item) for item in report_context.parked],
        "accepted": report_context.parked_accepted_by or None,
        "versions": {"measures": MEASURES_VERSION, "tree": report_context.tree, "code": report_context.code},
    }
    return {
        **document,
        "title": text.title(document),
        "text": text.paragraphs(document),
        "folded": text.without_pupils(document),
        "notes": text.notes(document),
    }


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes of a document: JSON with sorted names, without spaces, in UTF-8."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def substance(document: Mapping[str, Any]) -> str:
    """The hash of a document without its edition and the commit of the program."""
    compared = {name: value for name, value in document.items() if name not in EDITORIAL}
    compared["versions"] = {name: value for name, value in document["versions"].items() if name != "code"}
    return hashlib.sha256(canonical(compared)).hexdigest()


def _row(unit: UnitFigures) -> Row:
    m = unit.measures
    parents = percent(m["by_guardian"] + m["by_code"], m["uploaded"])
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "measures": dict(m),
        "rates": unit.rates,
        "rank": None,
        "rate": percent(m["uploaded"], m["expected"]),
        "missing": m["expected"] - m["uploaded"],
        "by_parents": parents,
        "by_proxy": None if parents is None else str(Decimal("100.00") - Decimal(parents)),  # so that they add up
    }


def _ranked(units: Sequence[UnitFigures]) -> list[Row]:
    """Rank by rate; equal rates share a rank; units without expected pupils have none, and their own list."""
    counted = [unit for unit in units if unit.measures["expected"]]
    exact = {unit.code: Fraction(unit.measures["uploaded"], unit.measures["expected"]) for unit in counted}
    order = sorted(counted, key=lambda unit: (-exact[unit.code], unit.code))
    ranks: dict[str, int] = {}
    for position, unit in enumerate(order, 1):
        above = order[position - 2].code if position > 1 else ""
        ranks[unit.code] = ranks[above] if above and exact[above] == exact[unit.code] else position
    uncounted = [unit for unit in units if not unit.measures["expected"]]
    return [{**_row(unit), "rank": ranks.get(unit.code)} for unit in [*order, *uncounted]]


def _compared(row: Row, before: Mapping[str, Any] | None) -> Row:
    """change: percentage points against the printed rate of the report before. rank_change: won (+) or lost (-)."""
    both = before is not None and before["rate"] is not None and row["rate"] is not None
    change = f"{Decimal(row['rate']) - Decimal(before['rate']):+.2f}" if both and before else None
    climbed = before["rank"] - row["rank"] if before and before["rank"] and row["rank"] else None
    return {**row, "change": change, "rank_change": climbed}


def percent(numerator: int, denominator: int) -> str | None:
    """ "93.12", rounded half up; None where the denominator is 0."""
    if not denominator:
        return None
    return str((Decimal(100 * numerator) / denominator).quantize(Decimal("0.01"), ROUND_HALF_UP))
