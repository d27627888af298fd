"""Comparison of every figure of every level on every day, and of every number of a report, with the ledger."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pypdfium2
from python_calamine import CalamineWorkbook

from drill.clients import Json, Problem
from drill.ledger import Ledger

NOT_FOUND = 404
Figures = Mapping[str, int]
Ask = Callable[[str, str], Json]  # (unit, day) -> the response of statistics


@dataclass
class Comparison:
    """ask: queries statistics. Units outside the ledger belong to others: their figures are added and must not change.

    compared: number of figures compared. last: node -> (ledger, statistics) of the last day compared.
    reported: the measures in the last report of the county.
    """

    ledger: Ledger
    ask: Ask
    differences: list[str] = field(default_factory=list)
    compared: int = 0
    others: dict[str, Counter[str]] = field(default_factory=dict)
    last: dict[str, tuple[Figures, Figures]] = field(default_factory=dict)
    reported: Figures = field(default_factory=dict)

    def remember_others(self, day: str) -> None:
        """Store the figures of others in the units that they share with the drill."""
        self.others = {code: self._others(code, day) for code in self._roots()}

    def _roots(self) -> list[str]:
        """Every unit above the schools, the nation first."""
        return [code for code, node in self.ledger.nodes.items() if node.level not in ("school", "class")]

    def _others(self, code: str, day: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for child in self.ask(code, day)["children"]:
            found.update(
                child["measures"] if child["code"] not in self.ledger.nodes else self._others_of(child["code"], day)
            )
        return found

    def _others_of(self, code: str, day: str) -> Counter[str]:
        return self._others(code, day) if self.ledger.nodes[code].level not in ("school", "class") else Counter()

    def looks_right(self, day: str) -> bool:
        """True if the drill's own schools show the ledger's figures by now; False while statistics lacks a school."""
        truth = self.ledger.measures(day)
        try:
            return all(
                self.ask(code, day)["measures"] == truth[code]
                for code, node in self.ledger.nodes.items()
                if node.level == "school"
            )
        except Problem as problem:
            if problem.status != NOT_FOUND:
                raise
            return False

    def day(self, day: str) -> None:
        """Compare all figures as of a day."""
        truth = self.ledger.measures(day)
        for code, node in self.ledger.nodes.items():
            response = self.ask(code, day)
            wanted = self._wanted(code, day, truth[code])
            self._compare(f"{day} {node.level} {code}", wanted, response["measures"])
            self._compare_rates(f"{day} {node.level} {code}", wanted, response["rates"])
            self.last[code] = truth[code], response["measures"]
            self._compare_children(f"{day} {node.level} {code}", day, response["children"], truth)

    def series(self, code: str, rows: list[Json]) -> None:
        """Compare the time series of a school or a class with the ledger's figures of each day that it has."""
        shown = {row["day"]: row["measures"] for row in rows}
        for day in self.ledger.days:
            wanted = self.ledger.measures(day)[code]
            if day in shown:
                self._compare(f"series of {code} on {day}", wanted, shown[day])
            elif any(wanted.values()):
                self.differences.append(f"series of {code}: {day} is missing")

    def _wanted(self, code: str, day: str, own: Figures) -> dict[str, int]:
        is_open = bool(self.ledger.days[day]) and code in self.others
        return {name: n + (self.others[code][name] if is_open else 0) for name, n in own.items()}

    def _compare_children(self, where: str, day: str, children: list[Json], truth: Mapping[str, Figures]) -> None:
        shown = {child["code"]: child["measures"] for child in children}
        for code, node in self.ledger.nodes.items():
            if node.parent == where.rsplit(" ", 1)[-1]:
                if code in shown:
                    self._compare(f"{where}, line {code}", self._wanted(code, day, truth[code]), shown[code])
                else:
                    self.differences.append(f"{where}: the line of {code} is missing")

    def _compare(self, where: str, wanted: Figures, given: Figures) -> None:
        self.compared += len(wanted)
        if set(wanted) != set(given):
            self.differences.append(f"{where}: other measures {sorted(set(wanted) ^ set(given))}")
        for name in wanted.keys() & given.keys():
            if wanted[name] != given[name]:
                self.differences.append(f"{where}: {name} is {given[name]}, in the ledger {wanted[name]}")

    def _compare_rates(self, where: str, wanted: Figures, given: Mapping[str, float | None]) -> None:
        for name in ("uploaded", "registered", "printed"):
            self.compared += 1
            rate = wanted[name] / wanted["expected"] if wanted["expected"] else None
            if (rate is None) != (given[name] is None) or (
                rate is not None and abs(rate - (given[name] or 0)) > 0.000001
            ):
                self.differences.append(f"{where}: rate {name} is {given[name]}, by the ledger {rate}")

    # ---- reports
    def report(self, unit: str, day: str, document: Json, xlsx: bytes, pdf: bytes) -> None:
        """Compare the three files of an edition."""
        truth, where = self.ledger.measures(day), f"report of {unit} on {day}"
        wanted = self._wanted(unit, day, truth[unit])
        self._compare(where, wanted, document["measures"])
        self._equal(f"{where}: rate", document["total"]["rate"], percent(wanted["uploaded"], wanted["expected"]))
        rows = {row["code"]: row for row in (*document["children"], *document["nobody_expected"])}
        own = {
            code: self._wanted(code, day, truth[code])
            for code, node in self.ledger.nodes.items()
            if node.parent == unit
        }
        for code, figures in own.items():
            if code not in rows:
                self.differences.append(f"{where}: no row for {code}")
                continue
            self._compare(f"{where}, row {code}", figures, rows[code]["measures"])
            self._equal(
                f"{where}, row {code}: rate", rows[code]["rate"], percent(figures["uploaded"], figures["expected"])
            )
        self._compare_ranks(where, document)
        self._compare_sheet(where, document, xlsx)
        words = words_of(pdf)
        for number in (wanted["expected"], wanted["uploaded"]):
            self._equal(f"{where}: {number} in the letter", f"{number:,}" in words or str(number) in words, True)

    def _compare_ranks(self, where: str, document: Json) -> None:
        """A better rate ranks higher; equal rates share a rank; a row that expects nobody has none."""
        rows = [row for row in document["children"] if row["measures"]["expected"]]
        for row in rows if document["ranked"] else ():
            better = sum(_exceeds(other["measures"], row["measures"]) for other in rows)
            self._equal(f"{where}: rank of {row['code']}", row["rank"], better + 1)

    def _compare_sheet(self, where: str, document: Json, xlsx: bytes) -> None:
        """Compare the spreadsheet with the document, row by row."""
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(xlsx))
        cells = [row for name in workbook.sheet_names for row in workbook.get_sheet_by_name(name).to_python()]
        heading = next((row for row in cells if "应上传（人）" in row), None)
        if heading is None:
            self.differences.append(f"{where}: the spreadsheet has no column 应上传")
            return
        expected, uploaded = heading.index("应上传（人）"), heading.index("已上传（人）")
        found = {
            (row[expected], row[uploaded], name)
            for row in cells
            if len(row) > uploaded
            for name in row
            if isinstance(name, str)
        }
        for row in document["children"]:
            wanted = float(row["measures"]["expected"]), float(row["measures"]["uploaded"]), row["name"]
            self._equal(f"{where}: row {row['code']} of the spreadsheet", wanted in found, True)

    def _equal(self, what: str, given: Any, wanted: Any) -> None:
        self.compared += 1
        if given != wanted:
            self.differences.append(f"{what} is {given}, by the ledger {wanted}")


def percent(count: int, total: int) -> str | None:
    """ "93.12", rounded half up."""
    return str((Decimal(count * 100) / Decimal(total)).quantize(Decimal("0.01"), ROUND_HALF_UP)) if total else None


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def _exceeds(one: Figures, other: Figures) -> bool:
    return one["uploaded"] * other["expected"] > other["uploaded"] * one["expected"]
