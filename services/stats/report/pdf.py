"""The report as a letter in PDF. The same report gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from services.stats.report import text
from services.stats.report.columns import columns
from shared.infrastructure.typesetting import typeset
from shared.language.measure_names import zh

LETTER = Path(__file__).parent / "letter.typ"
FONTS = files("noto_cjk_sans_otc")


def letter(document: Mapping[str, Any]) -> bytes:
    # A file with the time of its making would have other bytes every time.
    timestamp = int(datetime.fromisoformat(document["day"]).replace(tzinfo=UTC).timestamp())
    with as_file(FONTS) as fonts:
        return typeset(LETTER, _view(document), [fonts], timestamp=timestamp)


def _view(document: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the template prints: finished texts, and the length of each bar."""
    listed, versions = columns(document["ranked"]), document["versions"]
    rows = [
        [column.shown(row) for column in listed]
        for row in [*document["children"], {**document["total"], "name": "合计"}]
    ]
    if document["ranked"]:
        rows[-1][0] = ""  # a total has no rank
    return {
        "title": document["title"],
        "unit": document["unit"]["name"],
        "year": document["day"][:4],
        "number": document["number"],
        "date": text.date(document["day"]),
        "campaign": text.campaign(document),
        "id": document["id"],
        "version": document["version"],
        "text": document["text"],
        "notes": document["notes"],
        "headings": [column.heading for column in listed],
        "ranked": document["ranked"],
        "rows": rows,
        "folded": document["folded"],
        "threshold": float(text.THRESHOLD),
        "rate_name": zh("rate"),
        "bar_note": f"{zh('uploaded')} / {zh('expected')}（人）",
        "bars": [_bar(row) for row in document["children"] if row["rate"] is not None],
        "facts": [{"name": name, "value": value} for name, value in _facts(document)],
        "versions": f"指标 {versions['measures']} · 组织树 {versions['tree'][:12]} · 程序 {versions['code']}",
    }


def _bar(row: Mapping[str, Any]) -> dict[str, Any]:
    m = row["measures"]
    return {
        "name": row["name"],
        "rate": float(row["rate"]),
        "shown": row["rate"],
        "of": f"{m['uploaded']:,} / {m['expected']:,}",
    }


def _facts(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    m, total = document["measures"], document["total"]
    return [
        (zh("expected"), f"{m['expected']:,}"),
        (zh("uploaded"), f"{m['uploaded']:,}"),
        (zh("rate"), f"{total['rate']}%" if total["rate"] else "—"),
        (zh("missing"), f"{total['missing']:,}"),
    ]
